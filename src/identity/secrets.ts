/**
 * Secrets that only who holds them can say: links, tickets, sessions, API keys, recovery codes.
 *
 * They are random and long enough that a plain hash keeps them (NIST SP 800-63B asks for more than a hash only below 112
 * bits), so that whoever reads the tables can use none.
 */
import { hash, randomBytes } from 'node:crypto'

const SECRET_BYTES = 32

/** 256 bits in base64url. */
export const newSecret = (): string => randomBytes(SECRET_BYTES).toString('base64url')

export const hashOf = (secret: string): Buffer => hash('sha256', secret, 'buffer')

/** Crockford's digits without what looks alike: https://www.crockford.com/base32.html */
const DIGITS = '0123456789abcdefghjkmnpqrstvwxyz'

/** Random digits, five bits each, in groups for the eye. */
export function newCode(groups: number, digits: number): string {
  const bytes = randomBytes(groups * digits)
  const code = Array.from(bytes, (byte) => DIGITS[byte & 31] as string).join('')
  return Array.from({ length: groups }, (_, group) => code.slice(group * digits, (group + 1) * digits)).join('-')
}

/** As it was made, however it was typed: capitals, spaces and look-alikes don't matter. */
export const codeAsMade = (typed: string): string =>
  typed
    .toLowerCase()
    .replace(/[^0-9a-z]/g, '')
    .replace(/[il]/g, '1')
    .replaceAll('o', '0')
