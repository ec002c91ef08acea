/** The key that wraps all others: 32 bytes, outside of every database. */
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { auditFaults } from '../faults.ts'

export interface MasterKey {
  /** Tells one master key from another, and nothing of the key. */
  readonly id: string
  /** Encrypts a key of 32 bytes; `what` says whose, and must be said again to unwrap it. */
  wrap(key: Uint8Array, what: string): Buffer
  /** Throws `audit/altered-key` when it was wrapped for something else, or by another key, or has been changed. */
  unwrap(wrapped: Uint8Array, what: string): Buffer
}

const NONCE_BYTES = 12
const TAG_BYTES = 16

export function openMasterKey(bytes: Uint8Array): MasterKey {
  const aad = (what: string) => Buffer.from(`omnicare audit key v1 ${what}`)
  return {
    id: createHmac('sha256', bytes).update('omnicare audit master key id').digest('hex').slice(0, 16),
    wrap(key, what) {
      const nonce = randomBytes(NONCE_BYTES)
      const cipher = createCipheriv('aes-256-gcm', bytes, nonce).setAAD(aad(what))
      return Buffer.concat([nonce, cipher.update(key), cipher.final(), cipher.getAuthTag()])
    },
    unwrap(wrapped, what) {
      try {
        const end = wrapped.length - TAG_BYTES
        const decipher = createDecipheriv('aes-256-gcm', bytes, wrapped.subarray(0, NONCE_BYTES), {
          authTagLength: TAG_BYTES,
        })
        decipher.setAAD(aad(what)).setAuthTag(wrapped.subarray(end))
        return Buffer.concat([decipher.update(wrapped.subarray(NONCE_BYTES, end)), decipher.final()])
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
  const former = formerFile === undefined ? [] : [openMasterKey(readKey(formerFile))]
  if (given !== undefined) return { key: openMasterKey(parseKey(given, 'OMNICARE_AUDIT_KEY')), former }
  if (!existsSync(file)) {
    if (!isDefault) throw auditFaults['master-key-missing']({ file })
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    writeKey(file)
  }
  const next = `${file}.next`
  if (existsSync(next)) former.push(openMasterKey(readKey(next)))
  return {
    key: openMasterKey(readKey(file)),
    former,
    replace() {
      writeKey(next)
      return { key: openMasterKey(readKey(next)), settle: () => renameSync(next, file) }
    },
  }
}

/** A key is on the disk before anything is wrapped by it. */
function writeKey(file: string): void {
  rmSync(file, { force: true })
  const handle = openSync(file, 'wx', 0o600)
  writeSync(handle, `${randomBytes(32).toString('base64')}\n`)
  fsyncSync(handle)
  closeSync(handle)
  const folder = openSync(dirname(file), 'r')
  fsyncSync(folder)
  closeSync(folder)
}

function readKey(file: string): Buffer {
  if (!existsSync(file)) throw auditFaults['master-key-missing']({ file })
  return parseKey(readFileSync(file, 'utf8').trim(), file)
}

function parseKey(text: string, where: string): Buffer {
  const bytes = Buffer.from(text, /^[0-9a-f]{64}$/i.test(text) ? 'hex' : 'base64')
  if (bytes.length !== 32) throw auditFaults['bad-master-key']({ where })
  return bytes
}
