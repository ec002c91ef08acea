/** From the texts of the intake to entries that can be sealed: nothing is refused, nothing is lost. */
import { createHash } from 'node:crypto'
import { ACTIONS, type Action, type AuditEntry } from '../terms.ts'
import { MOST_TEXT_BYTES, type SourceName, uuidOf } from './payload.ts'
import type { WaitingText } from './statements/source.ts'

/** An entry as it is sealed: its text is kept as it was recorded. */
export interface Sealable {
  /** Where it counts as coming from, if not from where it was taken. */
  readonly source?: SourceName
  readonly entry: AuditEntry
  readonly text: string
  readonly atMs: number
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const UTC = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/
/** The 48 bits of the time would reach further, calendars don't. */
const LATEST_MS = 253_402_300_799_999

/**
 * What one line becomes: itself; several entries when it is too long for one; or, when it isn't an entry, one that carries
 * it. The same line in the same place always becomes the same ids, so that sealing it twice is seen; `place` tells those
 * apart that are alike and have no id to do it.
 */
function sealables(text: string, place: string, nowMs: number): Sealable[] {
  const entry = read(text)
  if (entry === undefined) return malformed(text, place, nowMs)
  const atMs = Date.parse(entry.at)
  // In UTF-8 a character takes three bytes at most: most texts need not be counted.
  if (3 * text.length <= MOST_TEXT_BYTES || Buffer.byteLength(text) <= MOST_TEXT_BYTES) return [{ entry, text, atMs }]
  const parts = split(entry).map((part) => ({ entry: part, text: JSON.stringify(part), atMs }))
  return parts.every((part) => Buffer.byteLength(part.text) <= MOST_TEXT_BYTES) ? parts : malformed(text, place, nowMs)
}

/** What one row of the intake becomes: one or more entries for each of its lines. */
export const sealablesIn = ({ n, tx, entry }: WaitingText, nowMs: number): Sealable[] =>
  entry.split('\n').flatMap((line, at) => sealables(line, `${tx}/${n}/${at}`, nowMs))

/** The entry that a text is, with all that sealing and finding it needs; nothing when it isn't one. */
export function read(text: string): AuditEntry | undefined {
  let entry: Partial<AuditEntry> | null
  try {
    entry = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof entry !== 'object' || entry === null || entry.v !== 1) return undefined
  const { id, at, actor, request, action, outcome, resources, patients } = entry
  const atMs = typeof at === 'string' && UTC.test(at) ? Date.parse(at) : Number.NaN
  const sound =
    typeof id === 'string' &&
    UUID.test(id) &&
    atMs >= 0 &&
    atMs <= LATEST_MS &&
    typeof actor?.id === 'string' &&
    [request, outcome].every((one) => typeof one === 'string') &&
    ACTIONS.includes(action as Action) &&
    [resources, patients].every((list) => Array.isArray(list) && list.every((one) => typeof one === 'string'))
  return sound ? (entry as AuditEntry) : undefined
}

/** Halves the lists until each part fits; all parts after the first name the first. */
function split(entry: AuditEntry): AuditEntry[] {
  const { resources, patients } = entry
  if (Buffer.byteLength(JSON.stringify(entry)) <= MOST_TEXT_BYTES) return [entry]
  if (Math.max(resources.length, patients.length) <= 1) return [cut(entry)]
  const half = (list: readonly string[]) => Math.ceil(list.length / 2)
  const { more: _, ...rest } = entry
  const origin = entry.continues ?? entry.id
  return [
    ...split({ ...entry, resources: resources.slice(0, half(resources)), patients: patients.slice(0, half(patients)) }),
    ...split({
      ...rest,
      id: derivedId(`${entry.id} goes on after ${half(resources)} ${half(patients)}`),
      continues: origin,
      resources: resources.slice(half(resources)),
      patients: patients.slice(half(patients)),
    }),
  ]
}

/** In characters, each of which JSON may write in six bytes. */
const MOST_WORDS = 8_000

/** Texts that no honest door sends this long. */
function cut(entry: AuditEntry): AuditEntry {
  const short = (text: string) => text.slice(0, MOST_WORDS / 8)
  return JSON.parse(JSON.stringify(entry), (_, value) => (typeof value === 'string' ? short(value) : value))
}

function malformed(text: string, place: string, nowMs: number): Sealable[] {
  const entry: AuditEntry = {
    v: 1,
    id: derivedId(`${place} ${text}`),
    at: new Date(nowMs).toISOString(),
    plane: 'operations',
    request: 'none',
    actor: { kind: 'system', id: 'sealer' },
    role: 'system',
    purpose: 'HOPERAT',
    action: 'malformed',
    resources: [],
    patients: [],
    outcome: 'failed',
    status: 500,
    address: '',
    agent: '',
    breakGlass: false,
    reason: text.slice(0, MOST_WORDS),
  }
  return [{ entry, text: JSON.stringify(entry), atMs: nowMs }]
}

/** A UUIDv8 (RFC 9562) of a text. */
function derivedId(text: string): string {
  const bytes = createHash('sha256').update(text).digest().subarray(0, 16)
  bytes[6] = 0x80 | ((bytes[6] as number) & 0x0f)
  bytes[8] = 0x80 | ((bytes[8] as number) & 0x3f)
  return uuidOf(bytes)
}
