/** The identity key: what it seals can be read neither in the database nor in its backups. */
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto'
import { identityFaults } from './faults.ts'
import { existingKey, keyFile, parseKey } from './key-file.ts'

export interface Seal {
  /** Tells one key from another, and nothing of the key. */
  readonly id: string
  /** `what` says whose it is, and must be said again to open it. */
  seal(secret: Uint8Array, what: string): Buffer
  /** Throws `identity/other-identity-key` when it was sealed for something else, by an unknown key, or has been changed. */
  open(sealed: Uint8Array, by: string, what: string): Buffer
}

const NONCE_BYTES = 12
const TAG_BYTES = 16

/** Seals with the first key; opens with all. */
export function openSeal(key: Uint8Array, former: readonly Uint8Array[] = []): Seal {
  const keys = new Map([key, ...former].map((one) => [idOf(one), one]))
  const aad = (what: string) => Buffer.from(`omnicare identity v1 ${what}`)
  return {
    id: idOf(key),
    seal(secret, what) {
      const nonce = randomBytes(NONCE_BYTES)
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(aad(what))
      return Buffer.concat([nonce, cipher.update(secret), cipher.final(), cipher.getAuthTag()])
    },
    open(sealed, by, what) {
      const opening = keys.get(by)
      if (opening === undefined) throw identityFaults['other-identity-key']()
      try {
        const end = sealed.length - TAG_BYTES
        const options = { authTagLength: TAG_BYTES }
        const decipher = createDecipheriv('aes-256-gcm', opening, sealed.subarray(0, NONCE_BYTES), options)
        decipher.setAAD(aad(what)).setAuthTag(sealed.subarray(end))
        return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, end)), decipher.final()])
      } catch {
        throw identityFaults['other-identity-key']()
      }
    },
  }
}

const idOf = (key: Uint8Array): string =>
  createHmac('sha256', key).update('omnicare identity key id').digest('hex').slice(0, 16)

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
  const former = formerFile === undefined ? [] : [existingKey(formerFile)]
  if (given !== undefined) return openSeal(parseKey(given, 'OMNICARE_IDENTITY_KEY'), former)
  return openSeal(isDefault ? keyFile(file) : existingKey(file), former)
}
