/** The words that these formats share: base64 (RFC 4648, section 4) and decimal counts, both strictly. */
import { HASH_BYTES } from './hash.ts'

export const toBase64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')

/** Nothing when it isn't base64, exactly as it would be written: Buffer.from skips what it doesn't know. */
export function fromBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64')
  return text !== '' && bytes.toString('base64') === text ? bytes : undefined
}

/** Nothing when it isn't the base64 of one hash. */
export function hashFromBase64(text: string): Buffer | undefined {
  const bytes = fromBase64(text)
  return bytes?.length === HASH_BYTES ? bytes : undefined
}

/** A count in ASCII decimal without leading zeroes. Nothing above 2^53 - 1, which this code can't count to. */
export function countFrom(text: string): number | undefined {
  const count = /^(?:0|[1-9]\d{0,15})$/.test(text) ? Number(text) : Number.NaN
  return Number.isSafeInteger(count) ? count : undefined
}
