/**
 * What is logged of an entry: a head that anybody may read, and the entry, which only the month's key opens.
 *
 *   0  version, 1        1  source: 0 record, 1 control        2  month since 1970-01, 16 bits
 *   4  time in ms since 1970, 48 bits       10  entry id, 16 bytes       26  hash of the search tokens, 16 bytes
 *  42  nonce, 12 bytes       54  ciphertext, tag
 *
 * The head up to the nonce is authenticated with the text (AES-256-GCM's additional data), and it is part of the leaf: a
 * row whose id, time, month, source or search tokens say otherwise has been altered, which is seen without any key.
 */
import { createCipheriv, createDecipheriv, hash, randomBytes } from 'node:crypto'
import { MOST_ENTRY_BYTES } from '#tlog'
import { auditFaults } from '../faults.ts'
import { monthNamed, monthNumber } from './month.ts'

const VERSION = 1
/** Where a payload has the time and the id. */
export const AT_AT = 4
export const ID_AT = 10
const WORDS_AT = 26
const NONCE_AT = 42
const TEXT_AT = 54
const WORDS_BYTES = NONCE_AT - WORDS_AT
const NONCE_BYTES = 12
const TAG_BYTES = 16
const ALGORITHM = 'aes-256-gcm'

/** Where entries come from. The place in the list is what is logged: only ever add to its end. */
const SOURCES = ['record', 'control'] as const
export type SourceName = (typeof SOURCES)[number]

/** The longest text that an entry of a log can carry. */
export const MOST_TEXT_BYTES = MOST_ENTRY_BYTES - TEXT_AT - TAG_BYTES

export interface Head {
  readonly source: SourceName
  readonly month: string
  readonly atMs: number
  /** A UUID with its hyphens. */
  readonly id: string
}

/** 64-bit numbers as PostgreSQL's binary format has them, high byte first, one after the other: what of them a head says. */
const hashOfWords = (words: Uint8Array): string => hash('sha256', words, 'latin1').slice(0, WORDS_BYTES)

/** Whether these are the words that a payload says. */
export const saysWords = (payload: Buffer, words: Uint8Array): boolean =>
  payload.toString('latin1', WORDS_AT, NONCE_AT) === hashOfWords(words)

export interface Sealing {
  readonly key: Uint8Array
  /** From `openNonces`. */
  readonly nonce: Uint8Array
  /** As `hashOfWords` takes them. */
  readonly words: Uint8Array
}

/** Random nonces, made many at once: one by one they cost a third of the encryption. */
export function openNonces(): () => Buffer {
  const AT_ONCE = 512
  let nonces = Buffer.alloc(0)
  let at = 0
  return () => {
    if (at === nonces.length) {
      nonces = randomBytes(AT_ONCE * NONCE_BYTES)
      at = 0
    }
    at += NONCE_BYTES
    return nonces.subarray(at - NONCE_BYTES, at)
  }
}

/** Encrypts an entry's text. Throws when it is longer than `MOST_TEXT_BYTES`. */
export function writePayload({ source, month, atMs, id }: Head, text: string, { key, nonce, words }: Sealing): Buffer {
  const bytes = Buffer.from(text)
  if (bytes.length > MOST_TEXT_BYTES) throw auditFaults['unreadable-entry']({ why: 'it is too long' })
  const payload = Buffer.allocUnsafe(TEXT_AT + bytes.length + TAG_BYTES)
  payload[0] = VERSION
  payload[1] = SOURCES.indexOf(source)
  payload.writeUInt16BE(monthNumber(month), 2)
  payload.writeUIntBE(atMs, AT_AT, 6)
  payload.write(id.replaceAll('-', ''), ID_AT, 'hex')
  payload.write(hashOfWords(words), WORDS_AT, 'latin1')
  payload.set(nonce, NONCE_AT)
  const cipher = createCipheriv(ALGORITHM, key, nonce).setAAD(payload.subarray(0, NONCE_AT))
  payload.set(cipher.update(bytes), TEXT_AT)
  cipher.final()
  payload.set(cipher.getAuthTag(), TEXT_AT + bytes.length)
  return payload
}

/** What a payload says of itself; nothing when it isn't one. */
export function readHead(payload: Buffer): Head | undefined {
  const source = sourceIn(payload)
  const month = monthIn(payload)
  if (source === undefined || month === undefined) return undefined
  return { source, month, atMs: payload.readUIntBE(AT_AT, 6), id: uuidOf(payload.subarray(ID_AT, WORDS_AT)) }
}

export const sourceIn = (payload: Buffer): SourceName | undefined => SOURCES[payload[1] ?? -1]

const months = new Map<number, string>()

/** The month that a payload says it is of; nothing when it isn't one. */
export function monthIn(payload: Buffer): string | undefined {
  if (payload.length < TEXT_AT + TAG_BYTES || payload[0] !== VERSION || sourceIn(payload) === undefined)
    return undefined
  const number = payload.readUInt16BE(2)
  let month = months.get(number)
  if (month === undefined) {
    month = monthNamed(number)
    months.set(number, month)
  }
  return month
}

/** Decrypts; nothing when the key is another one or a byte has been changed. */
export function readText(payload: Buffer, key: Uint8Array): string | undefined {
  try {
    const nonce = payload.subarray(NONCE_AT, NONCE_AT + NONCE_BYTES)
    const end = payload.length - TAG_BYTES
    const decipher = createDecipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES })
      .setAAD(payload.subarray(0, NONCE_AT))
      .setAuthTag(payload.subarray(end))
    const text = decipher.update(payload.subarray(TEXT_AT, end))
    decipher.final()
    return text.toString('utf8')
  } catch {
    return undefined
  }
}

export function uuidOf(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes).toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}
