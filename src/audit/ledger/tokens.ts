/**
 * Words by which an encrypted entry can be found: HMACs under a key that is derived from the month's, so that without
 * that key nobody can tell what they stand for, and once it is destroyed nobody ever will.
 */
import { createHmac, hkdfSync } from 'node:crypto'
import type { AuditEntry } from '../terms.ts'

export const FILTERS = ['person', 'patient', 'action', 'outcome', 'type', 'breakGlass', 'request'] as const
export type Filter = (typeof FILTERS)[number]

/** The first 64 bits of the HMAC, as PostgreSQL's bigint writes them. */
export type Tokens = (filter: Filter, value: string) => string

/** The same words come again and again: actions, outcomes, types, the people of a shift and their patients. */
const MOST_REMEMBERED = 10_000

/** Opens the words of one month. */
export function openTokens(monthKey: Uint8Array): Tokens {
  const key = Buffer.from(hkdfSync('sha256', monthKey, Buffer.alloc(0), 'omnicare audit tokens v1', 32))
  const remembered = new Map<string, string>()
  return (filter, value) => {
    const word = `${filter}\0${value}`
    const known = remembered.get(word)
    if (known !== undefined) return known
    const token = String(createHmac('sha256', key).update(word).digest().readBigInt64BE())
    if (filter === 'request') return token
    if (remembered.size >= MOST_REMEMBERED) remembered.clear()
    remembered.set(word, token)
    return token
  }
}

/** What an entry can be found by, without repeats, in ascending order of the numbers' texts. */
export function tokensOf(entry: AuditEntry, tokens: Tokens): string[] {
  const types = new Set(entry.resources.map((reference) => reference.split('/')[0] as string))
  return [
    ...new Set([
      tokens('person', entry.actor.id),
      tokens('action', entry.action),
      tokens('outcome', entry.outcome),
      tokens('request', entry.request),
      ...(entry.breakGlass ? [tokens('breakGlass', 'true')] : []),
      ...entry.patients.map((patient) => tokens('patient', patient)),
      ...Array.from(types, (type) => tokens('type', type)),
    ]),
  ].sort()
}
