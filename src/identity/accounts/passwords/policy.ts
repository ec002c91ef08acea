/**
 * What a password must be: https://pages.nist.gov/800-63-4/sp800-63b.html#passwordver
 *
 * Long, not known to those who guess, and nothing else: no rules about kinds of characters, no end after some months.
 */
import { identityFaults } from '../../faults.ts'
import { normal } from './hasher.ts'

export interface PasswordPolicy {
  /** Throws `identity/weak-password`, saying why; never repeats the password. */
  check(password: string, userName: string): Promise<void>
}

export interface PolicyParts {
  /** Characters. */
  readonly least: number
  /** Passwords that many have, in lower case. */
  readonly common: () => Promise<ReadonlySet<string>>
  /** Passwords that were found among stolen ones, when there is a list of them. */
  readonly breached?: ((password: string) => Promise<boolean>) | undefined
}

/** Characters. Everything up to this is hashed whole; what is longer is refused, never cut. */
const MOST_CHARACTERS = 256

/** A longer remainder is what makes the password, not the common one in it. */
const MOST_AROUND = 6

const PRODUCT = 'omnicare'

export const openPolicy = ({ least, common, breached }: PolicyParts): PasswordPolicy => ({
  async check(password, userName) {
    const why =
      weakness(normal(password), least, userName, await common()) ??
      ((await breached?.(normal(password))) ? 'was found among stolen passwords' : undefined)
    if (why !== undefined) throw identityFaults['weak-password']({ why })
  },
})

/** Why the password is refused, as the end of a sentence. Pure. */
export function weakness(
  password: string,
  least: number,
  userName: string,
  common: ReadonlySet<string>,
): string | undefined {
  const { length } = [...password]
  if (!password.isWellFormed()) return 'has characters that do not exist'
  if (length < least) return `is too short: it must have at least ${least} characters`
  if (length > MOST_CHARACTERS) return `is too long: it may have ${MOST_CHARACTERS} characters`
  const folded = password.toLowerCase()
  const name = userName.normalize('NFKC').toLowerCase()
  if (name.length >= 3 && folded.includes(name)) return 'has the user name in it'
  if (folded.includes(PRODUCT)) return 'has the name of this system in it'
  if (isRepeated(folded) || isRow(folded)) return 'is the same few characters over and over, or in a row'
  const core = folded.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, '')
  const cores = folded.length - core.length <= MOST_AROUND ? [core, unmasked(core)] : []
  if ([folded, unmasked(folded), ...cores].some((one) => common.has(one))) return 'is one that many people use'
  return undefined
}

/** Up to five characters, repeated to the end. */
const isRepeated = (text: string): boolean => /^(.{1,5}?)\1+.{0,4}$/su.test(text) && new Set(text).size <= 5

/** Each character follows the one before: forwards, backwards, or from 9 on to 0. */
function isRow(text: string): boolean {
  const codes = [...text].map((character) => character.codePointAt(0) as number)
  const steps = codes.slice(1).map((code, index) => code - (codes[index] as number))
  const rises = steps.every((step) => step === 1 || step === -9)
  return rises || steps.every((step) => step === -1 || step === 9)
}

const MASKS: Readonly<Record<string, string>> = {
  '@': 'a',
  4: 'a',
  3: 'e',
  '!': 'i',
  1: 'i',
  0: 'o',
  $: 's',
  5: 's',
  7: 't',
}

/** `p@ssw0rd` is no other word. */
const unmasked = (text: string): string => text.replace(/[@43!10$57]/g, (character) => MASKS[character] as string)
