/** The identity key: what it seals can be read neither in the database nor in its backups. */
import { type KeyFaults, keyId, makeKeyFileOnce, parseKey, readKeyFile, sealBy, unsealBy } from '#foundation/key.ts'
import { identityFaults } from './faults.ts'

export interface Seal {
  /** Tells one key from another, and nothing of the key. */
  readonly id: string
  /** `what` says whose it is, and must be said again to open it. */
  seal(secret: Uint8Array, what: string): Buffer
  /** Throws `identity/other-identity-key` when it was sealed for something else, by an unknown key, or has been changed. */
  open(sealed: Uint8Array, by: string, what: string): Buffer
}

/** Seals with the first key; opens with all. */
export function openSeal(key: Uint8Array, former: readonly Uint8Array[] = []): Seal {
  const keys = new Map([key, ...former].map((one) => [idOf(one), one]))
  const purpose = (what: string) => `omnicare identity v1 ${what}`
  return {
    id: idOf(key),
    seal: (secret, what) => sealBy(key, secret, purpose(what)),
    open(sealed, by, what) {
      const opening = keys.get(by)
      if (opening === undefined) throw identityFaults['other-identity-key']()
      try {
        return unsealBy(opening, sealed, purpose(what))
      } catch {
        throw identityFaults['other-identity-key']()
      }
    },
  }
}

const idOf = (key: Uint8Array): string => keyId(key, 'omnicare identity key id')

const FAULTS: KeyFaults = {
  missing: (file) => identityFaults['identity-key-missing']({ file }),
  bad: (where) => identityFaults['bad-identity-key']({ where }),
}

interface SealSettings {
  /** Made at the first start when it is the default one. */
  readonly file: string
  readonly isDefault: boolean
  /** From the environment; wins over the file. */
  readonly given?: string | undefined
  readonly formerFile?: string | undefined
}

/** Opens the key by settings. Throws `identity/bad-identity-key`, `identity/identity-key-missing`. */
export function sealOf({ file, isDefault, given, formerFile }: SealSettings): Seal {
  const former = formerFile === undefined ? [] : [readKeyFile(formerFile, FAULTS)]
  if (given !== undefined) return openSeal(parseKey(given, 'OMNICARE_IDENTITY_KEY', FAULTS), former)
  if (isDefault) makeKeyFileOnce(file)
  return openSeal(readKeyFile(file, FAULTS), former)
}
