/** Whether the entries of a request are those that the model expects. */
import assert from 'node:assert/strict'
import type { AuditEntry } from '#audit'
import { type Expected, isUnreadable, type Told } from './model.ts'
import { AGENT, type Reached } from './sender.ts'
import type { Asked } from './steps.ts'

/** Which hash stands for which value: one each, everywhere. */
export class Hashes {
  readonly #ofValue = new Map<string, string>()
  readonly #ofHash = new Map<string, string>()

  same(expected: string | undefined, actual: string | undefined): boolean {
    if (expected === undefined || actual === undefined) return expected === actual
    const [wanted, words] = [expected.split('&'), actual.split('&')]
    return wanted.length === words.length && wanted.every((word, at) => this.#sameWord(word, words[at] as string))
  }

  #sameWord(expected: string, actual: string): boolean {
    const [, name, value] = /^(.*=)hashed-<(.*)>$/.exec(expected) ?? []
    if (name === undefined || value === undefined) return expected === actual
    const [, hash] = /^hashed-([0-9a-f]{16})$/.exec(actual.slice(name.length)) ?? []
    if (hash === undefined || !actual.startsWith(name)) return false
    if (!this.#ofValue.has(value) && !this.#ofHash.has(hash)) {
      this.#ofValue.set(value, hash)
      this.#ofHash.set(hash, value)
    }
    return this.#ofValue.get(value) === hash && this.#ofHash.get(hash) === value
  }
}

const CANCELLED = { outcome: 'cancelled', status: 499 } as const

/** Of a client that has hung up, what it did not get stands as cancelled; a change that was made stands as it is. */
const orCancelled = (expected: Expected): Expected =>
  expected.stands
    ? expected
    : { ...expected, anyOf: expected.anyOf.flatMap((told) => [told, { ...told, ...CANCELLED }]) }

const bare = ({ action, outcome, status, code, resources, patients, query, reason }: Told) => ({
  action,
  outcome,
  status,
  ...(code !== undefined && { code }),
  resources,
  patients: patients.toSorted(),
  ...(query !== undefined && { query }),
  ...(reason !== undefined && { reason }),
})

function isSame(told: Told, entry: AuditEntry, hashes: Hashes): boolean {
  const { query: wanted, ...expected } = bare(told)
  const { query, ...actual } = bare(entry)
  return JSON.stringify(expected) === JSON.stringify(actual) && hashes.same(wanted, query)
}

const print = (value: unknown) => JSON.stringify(value)

export interface Difference {
  readonly request: string
  readonly missing: readonly string[]
  readonly invented: readonly string[]
}

export interface Compared {
  readonly difference?: Difference
  /** Which entry was taken for which expectation. */
  readonly pairs: readonly (readonly [Expected, AuditEntry])[]
}

/** `reached`: of a request that was cancelled. */
export function compare(
  asked: Asked,
  wanted: readonly Expected[],
  entries: readonly AuditEntry[],
  hashes: Hashes,
  reached?: Reached,
): Compared {
  const left = new Set(entries)
  const pairs: (readonly [Expected, AuditEntry])[] = []
  const missing: string[] = []
  // Those that can only be one thing first, so that no other takes it from them.
  for (const one of wanted.toSorted((a, b) => a.anyOf.length - b.anyOf.length)) {
    const { anyOf } = reached === undefined ? one : orCancelled(one)
    const entry = [...left].find((actual) => anyOf.some((told) => isSame(told, actual, hashes)))
    if (entry === undefined) {
      missing.push(print(anyOf.map(bare)))
      continue
    }
    left.delete(entry)
    pairs.push([one, entry])
    assertCommon(asked, entry)
    if (reached !== undefined) assertTimely(one, entry, reached)
  }
  const invented = [...left].map((entry) => print(bare(entry)))
  if (missing.length === 0 && invented.length === 0) return { pairs }
  const { id, method, path } = asked
  return { pairs, difference: { request: `${id} ${method} ${path}`, missing, invented } }
}

function assertCommon({ id, path, token }: Asked, entry: AuditEntry): void {
  const { v, plane, request, actor, role, purpose, address, agent, breakGlass } = entry
  const isKnown = token === undefined && !isUnreadable(path)
  const who = isKnown
    ? [{ kind: 'person', id: 'administrator' }, 'administrator', 'TREAT']
    : [{ kind: 'nobody', id: 'nobody' }, '', '']
  assert.deepEqual(
    [v, plane, request, actor, role, purpose, address, agent, breakGlass],
    [1, 'hospital', id, ...who, '127.0.0.1', AGENT, false],
  )
}

/** `close` comes a moment after the socket is gone. */
const MOMENT_MS = 50

function assertTimely({ stands }: Expected, { request, outcome, at }: AuditEntry, { closedMs }: Reached): void {
  const ms = Date.parse(at)
  if (outcome === 'cancelled') assert.ok(closedMs !== undefined && ms >= closedMs - MOMENT_MS, `${request}: too early`)
  else if (!stands) assert.ok(closedMs === undefined || ms <= closedMs, `${request}: ${outcome} after it was cancelled`)
}
