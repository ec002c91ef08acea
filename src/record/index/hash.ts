import { hash } from 'node:crypto'
import { foldCode } from '#fhir'
import { Remembered } from './remembered.ts'

/**
 * The search index holds 64 bits of SHA-256 for each thing a resource can be found by, in place of the thing itself:
 * every key has the same size, whatever the length of a code system's address, and the index shows nobody's numbers.
 *
 * A hash made to order can't be found: hitting a given key takes 2^64 tries. By chance two of 10^9 keys that one query
 * asks for meet with a probability below 10^-9.
 */
const SEPARATOR = '\u001f'
const ESCAPE = '\u001e'

/** A part in which the separator does not stand: else what is asked for could be made to read as something else. */
const apart = (part: string): string =>
  part.includes(SEPARATOR) || part.includes(ESCAPE)
    ? part.replaceAll(ESCAPE, `${ESCAPE}e`).replaceAll(SEPARATOR, `${ESCAPE}s`)
    : part

const joined = (parts: readonly string[]): string => parts.map(apart).join(SEPARATOR)

const KEY_BYTES = 8

/** The index key of `parts`: eight bytes, each as a character of Latin-1. Different parts have different keys. */
export const key = (...parts: readonly string[]): string => hash('sha256', joined(parts), 'latin1').slice(0, KEY_BYTES)

/** A key as PostgreSQL reads a bigint from text. */
export const bigintOf = (made: string): string => Buffer.from(made, 'latin1').readBigInt64BE().toString()

/** Keys, one after the other, as `bigintArray` takes them. */
export const bytesOf = (made: Iterable<string>): Buffer => Buffer.from([...made].join(''), 'latin1')

/** Keys as PostgreSQL reads a bigint[] from text. */
export const bigintsOf = (made: readonly string[]): string => `{${made.map(bigintOf).join(',')}}`

/** The keys of a coding: by system and code, by code alone, by system alone. */
interface CodingKeys {
  readonly token: string
  readonly value: string
  readonly system: string | undefined
}

const KEPT = 20_000
/** Codes are short; what is longer would fill the memory. */
const LONGEST_KEPT = 500
const codings = new Remembered<CodingKeys>(KEPT)

/** The same codes come again and again: those of the last tens of thousands are remembered. */
function codingKeys(code: string, system: string | undefined, value: string): CodingKeys {
  const known = codings.get(code, system, value)
  if (known !== undefined) return known
  const made = {
    token: keys.token(code, system ?? '', value),
    value: keys.anySystem(code, value),
    system: system === undefined ? undefined : keys.system(code, system),
  }
  if ((system?.length ?? 0) + value.length <= LONGEST_KEPT) codings.set(code, system, value, made)
  return made
}

const referred = new Remembered<string>(KEPT)

/** What refers to one patient, or to one encounter, mostly comes together. */
function referenceKey(code: string, type: string, id: string): string {
  const known = referred.get(code, type, id)
  if (known !== undefined) return known
  const made = key('reference', code, type, id)
  if (id.length <= LONGEST_KEPT) referred.set(code, type, id, made)
  return made
}

const present = new Map<string, number>()

/** Parameters are few: each is hashed once. */
function presentKey(code: string): number {
  let made = present.get(code)
  if (made === undefined) {
    made = Number(BigInt.asIntN(32, BigInt(bigintOf(key('present', code)))))
    present.set(code, made)
  }
  return made
}

/** The keys by which each kind of parameter is found. One function a kind: writing and asking can't differ, in case neither. */
export const keys = {
  coding: codingKeys,
  token: (code: string, system: string, value: string) => key('token', code, system, foldCode(system, value)),
  anySystem: (code: string, value: string) => key('value', code, foldCode(undefined, value)),
  system: (code: string, system: string) => key('system', code, system),
  reference: referenceKey,
  url: (code: string, url: string) => key('url', code, url),
  exact: (code: string, value: string) => key('exact', code, value),
  identifier: (code: string, system: string, value: string) => key('identifier', code, system, foldCode(system, value)),
  anyIdentifier: (code: string, value: string) => key('identifier-value', code, foldCode(undefined, value)),
  present: presentKey,
}
