import { hash } from 'node:crypto'

/**
 * The search index holds 64 bits of SHA-256 for each thing a resource can be found by, in place of the thing itself:
 * every key has the same size, whatever the length of a code system's address, and the index shows nobody's numbers.
 *
 * A hash made to order can't be found: hitting a given key takes 2^64 tries. By chance two of 10^9 keys that one query
 * asks for meet with a probability below 10^-9.
 */
const KEPT = 20_000
let young = new Map<string, string>()
let old = new Map<string, string>()

const SEPARATOR = '\u001f'

/** The index key of `parts`, as PostgreSQL reads a bigint. */
export function key(...parts: readonly string[]): string {
  const text = parts.join(SEPARATOR)
  const known = young.get(text) ?? old.get(text)
  if (known !== undefined) return known
  const made = BigInt.asIntN(64, BigInt(`0x${hash('sha256', text, 'hex').slice(0, 16)}`)).toString()
  if (young.size >= KEPT) {
    old = young
    young = new Map()
  }
  young.set(text, made)
  return made
}

/** The keys by which each kind of parameter is found. One function a kind: writing and asking can't differ. */
export const keys = {
  token: (code: string, system: string, value: string) => key('token', code, system, value),
  anySystem: (code: string, value: string) => key('value', code, value),
  system: (code: string, system: string) => key('system', code, system),
  reference: (code: string, type: string, id: string) => key('reference', code, type, id),
  url: (code: string, url: string) => key('url', code, url),
  exact: (code: string, value: string) => key('exact', code, value),
  identifier: (code: string, system: string, value: string) => key('identifier', code, system, value),
  anyIdentifier: (code: string, value: string) => key('identifier-value', code, value),
  present: (code: string) => Number(BigInt.asIntN(32, BigInt(key('present', code)))),
}
