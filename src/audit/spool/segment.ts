/**
 * One file of the spool: a head with its own key, wrapped, then records, each encrypted for its place.
 *
 * A record is its length, the same inverted, and AES-256-GCM under the file's key; the nonce is its number in the file, which
 * with the file's name is authenticated too: what was changed, moved or taken out from between does not open. Only a tail that
 * is shorter than it says was torn by a crash, before anybody was answered; a length that was changed does not match its inverse.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import type { MasterKey } from '../ledger/master-key.ts'

const MAGIC = Buffer.from('omnicare audit spool v1\n')
const KEY_BYTES = 32
const WRAPPED_BYTES = 60
const HEAD_BYTES = MAGIC.length + WRAPPED_BYTES
const LENGTH_BYTES = 8
const TAG_BYTES = 16

export interface SegmentWriter {
  readonly head: Buffer
  /** The next record, as it stands in the file. */
  seal(text: string): Buffer
}

const purpose = (name: string): string => `spool ${name}`

const nonceOf = (number: number): Buffer => {
  const nonce = Buffer.alloc(12)
  nonce.writeBigUInt64BE(BigInt(number), 4)
  return nonce
}

/** A key is used for one file by one process only, so that no nonce comes twice. */
export function writeSegment(master: MasterKey, name: string): SegmentWriter {
  const key = randomBytes(KEY_BYTES)
  let number = 0
  return {
    head: Buffer.concat([MAGIC, master.wrap(key, purpose(name))]),
    seal(text) {
      const cipher = createCipheriv('aes-256-gcm', key, nonceOf(number++)).setAAD(Buffer.from(name))
      const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()])
      const length = Buffer.alloc(LENGTH_BYTES)
      length.writeUInt32BE(sealed.length)
      length.writeUInt32BE(~sealed.length >>> 0, 4)
      return Buffer.concat([length, sealed])
    },
  }
}

export interface SegmentRead {
  readonly texts: readonly string[]
  /** What does not open, as words for whoever looks into it. */
  readonly altered: readonly string[]
}

export function readSegment(master: MasterKey, name: string, bytes: Buffer): SegmentRead {
  // Nothing is answered before the head and a record are on the disk.
  if (bytes.length < HEAD_BYTES && isStartOf(bytes)) return { texts: [], altered: [] }
  let key: Buffer
  try {
    if (!isStartOf(bytes)) throw new Error('it begins otherwise')
    key = master.unwrap(bytes.subarray(MAGIC.length, HEAD_BYTES), purpose(name))
  } catch {
    return { texts: [], altered: ['its head'] }
  }
  const texts: string[] = []
  const altered: string[] = []
  for (let at = HEAD_BYTES, number = 0; at + LENGTH_BYTES <= bytes.length; number++) {
    const length = bytes.readUInt32BE(at)
    if (bytes.readUInt32BE(at + 4) !== ~length >>> 0 || length < TAG_BYTES) {
      altered.push(`record ${number} and all after it`)
      break
    }
    const from = at + LENGTH_BYTES
    at = from + length
    if (at > bytes.length) break
    const text = open(key, name, number, bytes.subarray(from, at))
    if (text === undefined) altered.push(`record ${number}`)
    else texts.push(text)
  }
  return { texts, altered }
}

const isStartOf = (bytes: Buffer): boolean => {
  const length = Math.min(bytes.length, MAGIC.length)
  return bytes.subarray(0, length).equals(MAGIC.subarray(0, length))
}

function open(key: Buffer, name: string, number: number, sealed: Buffer): string | undefined {
  try {
    const end = sealed.length - TAG_BYTES
    const decipher = createDecipheriv('aes-256-gcm', key, nonceOf(number), { authTagLength: TAG_BYTES })
    decipher.setAAD(Buffer.from(name)).setAuthTag(sealed.subarray(end))
    return Buffer.concat([decipher.update(sealed.subarray(0, end)), decipher.final()]).toString()
  } catch {
    return undefined
  }
}
