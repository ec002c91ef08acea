/** The key that wraps all others: 32 bytes, outside of every database. */
import { existsSync, renameSync } from 'node:fs'
import {
  type KeyFaults,
  keyId,
  makeKeyFile,
  makeKeyFileOnce,
  parseKey,
  readKeyFile,
  sealBy,
  unsealBy,
} from '#foundation/key.ts'
import { auditFaults } from '../faults.ts'

export interface MasterKey {
  /** Tells one master key from another, and nothing of the key. */
  readonly id: string
  /** Encrypts a key of 32 bytes; `what` says whose, and must be said again to unwrap it. */
  wrap(key: Uint8Array, what: string): Buffer
  /** Throws `audit/altered-key` when it was wrapped for something else, or by another key, or has been changed. */
  unwrap(wrapped: Uint8Array, what: string): Buffer
}

const FAULTS: KeyFaults = {
  missing: (file) => auditFaults['master-key-missing']({ file }),
  bad: (where) => auditFaults['bad-master-key']({ where }),
}

export function openMasterKey(bytes: Uint8Array): MasterKey {
  const purpose = (what: string) => `omnicare audit key v1 ${what}`
  return {
    id: keyId(bytes, 'omnicare audit master key id'),
    wrap: (key, what) => sealBy(bytes, key, purpose(what)),
    unwrap(wrapped, what) {
      try {
        return unsealBy(bytes, wrapped, purpose(what))
      } catch {
        throw auditFaults['altered-key']({ what })
      }
    },
  }
}

/** Where the master key is, and whether this program may put another one there. */
export interface MasterKeyPlace {
  readonly key: MasterKey
  /** Former keys that what is wrapped may still need: it is wrapped anew at the start. */
  readonly former: readonly MasterKey[]
  /** Makes a new key beside the old one. Nothing when the key comes from the environment. */
  readonly replace?: () => { readonly key: MasterKey; readonly settle: () => void }
}

export interface MasterKeySettings {
  /** Made at the first start when it is the default one. */
  readonly file: string
  readonly isDefault: boolean
  /** From the environment; wins over the file. */
  readonly given?: string | undefined
  readonly formerFile?: string | undefined
}

/**
 * Opens the master key. A replacement that was interrupted leaves two: the newer one, `….next`, is then tried too, and what
 * is wrapped says which of them counts.
 *
 * Throws `audit/bad-master-key`, `audit/master-key-missing`.
 */
export function placeOfMasterKey({ file, isDefault, given, formerFile }: MasterKeySettings): MasterKeyPlace {
  const read = (from: string) => openMasterKey(readKeyFile(from, FAULTS))
  const former = formerFile === undefined ? [] : [read(formerFile)]
  if (given !== undefined) return { key: openMasterKey(parseKey(given, 'OMNICARE_AUDIT_KEY', FAULTS)), former }
  if (isDefault) makeKeyFileOnce(file)
  const next = `${file}.next`
  if (existsSync(next)) former.push(read(next))
  return {
    key: read(file),
    former,
    replace() {
      makeKeyFile(next)
      return { key: read(next), settle: () => renameSync(next, file) }
    },
  }
}
