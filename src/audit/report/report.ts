/** "Who looked at my record": what the trail has about one patient, by day and person. */

import { type Clockwork, openZone } from '#foundation/zone.ts'
import { auditFaults } from '../faults.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { type FoundEntry, searchLedger } from '../ledger/search.ts'
import type { AuditEntry } from '../terms.ts'
import { deed, doer, purpose, tidy } from './words.ts'

/** The same thing, done by one person on one day, once or more often. */
export interface Done {
  /** By the clock; `until` is absent when it was done once, or all in one minute. */
  readonly from: string
  readonly until?: string
  readonly times: number
  readonly what: string
  readonly why: string
  readonly outcome: AuditEntry['outcome']
  readonly emergency: boolean
  /** In the words of whoever did it. */
  readonly reason?: string
  /** A restore of the record has undone that time: what was changed then is changed no more. */
  readonly undone: boolean
  /** Numbers in the ledger, by which each can be proven. */
  readonly entries: readonly number[]
}

export interface Doings {
  readonly name: string
  readonly role: string
  readonly times: number
  readonly done: readonly Done[]
}

interface Day {
  readonly day: string
  readonly inWords: string
  readonly people: readonly Doings[]
}

export interface PatientReport {
  readonly patient: string
  /** IANA's name of the time zone of all clock times. */
  readonly zone: string
  /** RFC 3339. */
  readonly made: string
  /** In words. */
  readonly period: string
  readonly from?: string
  readonly to?: string
  readonly times: number
  readonly people: number
  readonly emergencies: number
  readonly refused: number
  /** Months of which nothing can be read any more. */
  readonly noLongerKept: readonly string[]
  /** Entries that should be readable and are not. */
  readonly unreadable: number
  /** Newest first. */
  readonly days: readonly Day[]
}

export const REPORT_FORMATS = ['json', 'text', 'pdf'] as const
export type ReportFormat = (typeof REPORT_FORMATS)[number]

export interface ReportRequest {
  /** As in `Patient/1`. */
  readonly patient: string
  /** A day, both of them included, or an instant of RFC 3339. */
  readonly from?: string
  readonly to?: string
  readonly zone: string
  readonly nowMs: number
}

const AT_ONCE = 1_000
const REFERENCE = /^Patient\/[A-Za-z0-9.-]{1,64}$/

/** Throws `audit/bad-filter`. */
export async function patientReport(ledger: Ledger, request: ReportRequest): Promise<PatientReport> {
  const { patient, nowMs } = request
  if (!REFERENCE.test(patient)) throw auditFaults['bad-filter']({ why: 'This is not the id of a patient.' })
  const clock = openZone(request.zone)
  const limits = limitsOf(request, clock)
  const heaps = new Map<string, Heap>()
  const people = new Set<string>()
  const count = { times: 0, emergencies: 0, refused: 0, unreadable: 0 }
  for await (const { entry, index, lost } of all(ledger, patient, limits)) {
    if (entry === undefined) {
      count.unreadable++
      continue
    }
    // What goes on in a second entry is counted once.
    if (entry.continues !== undefined) continue
    count.times++
    if (entry.breakGlass) count.emergencies++
    if (entry.outcome === 'refused') count.refused++
    people.add(personOf(entry))
    pile(heaps, entry, index, lost, clock)
  }
  return {
    patient,
    zone: clock.zone,
    made: new Date(nowMs).toISOString(),
    period: periodOf(request, limits, clock),
    ...(limits.from !== undefined && { from: limits.from }),
    ...(limits.to !== undefined && { to: limits.to }),
    ...count,
    people: people.size,
    noLongerKept: (await ledger.keys.months()).flatMap(({ month, destroyed }) => (destroyed === null ? [] : [month])),
    days: daysOf(heaps, clock),
  }
}

interface Limits {
  readonly from?: string
  readonly to?: string
}

function limitsOf({ from, to }: ReportRequest, clock: Clockwork): Limits {
  const instant = (given: string, side: 'begins' | 'ends'): string => {
    const atMs = clock.limits(given)?.[side] ?? (/T.*(?:Z|[+-]\d\d:\d\d)$/.test(given) ? Date.parse(given) : Number.NaN)
    if (Number.isNaN(atMs))
      throw auditFaults['bad-filter']({
        why: 'A time is neither a day such as 2026-11-25 nor an instant with its zone.',
      })
    return new Date(atMs).toISOString()
  }
  return {
    ...(from !== undefined && { from: instant(from, 'begins') }),
    ...(to !== undefined && { to: instant(to, 'ends') }),
  }
}

/** Every entry about the patient, newest first. */
async function* all(ledger: Ledger, patient: string, limits: Limits): AsyncGenerator<FoundEntry> {
  for (let before: number | undefined; ; ) {
    const page = await searchLedger(ledger, {
      patient,
      ...limits,
      most: AT_ONCE,
      ...(before !== undefined && { before }),
    })
    yield* page
    before = page.at(-1)?.index
    if (page.length < AT_ONCE || before === undefined) return
  }
}

/** Entries that are one line of the report. */
interface Heap {
  readonly day: string
  readonly person: string
  readonly entry: AuditEntry
  readonly lost: boolean
  first: number
  last: number
  readonly entries: number[]
}

const personOf = ({ actor, role }: AuditEntry): string => JSON.stringify([actor.kind, actor.id, actor.name, role])

function pile(heaps: Map<string, Heap>, entry: AuditEntry, index: number, lost: boolean, clock: Clockwork): void {
  const atMs = Date.parse(entry.at)
  const day = clock.day(atMs)
  const person = personOf(entry)
  const { breakGlass, reason, purpose } = entry
  const key = JSON.stringify([day, person, deed(entry), entry.outcome, purpose, breakGlass, reason, lost])
  const heap = heaps.get(key)
  if (heap === undefined) heaps.set(key, { day, person, entry, lost, first: atMs, last: atMs, entries: [index] })
  else {
    heap.first = Math.min(heap.first, atMs)
    heap.last = Math.max(heap.last, atMs)
    heap.entries.push(index)
  }
}

function daysOf(heaps: ReadonlyMap<string, Heap>, clock: Clockwork): Day[] {
  const days = Map.groupBy(
    [...heaps.values()].sort((a, b) => a.first - b.first),
    ({ day }) => day,
  )
  return [...days].reverse().map(([day, ofDay]) => ({
    day,
    inWords: clock.dayInWords((ofDay[0] as Heap).first),
    people: [...Map.groupBy(ofDay, ({ person }) => person).values()].map((ofPerson) => doings(ofPerson, clock)),
  }))
}

function doings(heaps: readonly Heap[], clock: Clockwork): Doings {
  const { entry } = heaps[0] as Heap
  return {
    name: doer(entry),
    role: tidy(entry.role),
    times: heaps.reduce((sum, { entries }) => sum + entries.length, 0),
    done: heaps.map((heap) => doneOf(heap, clock)),
  }
}

function doneOf({ entry, first, last, lost, entries }: Heap, clock: Clockwork): Done {
  const [from, until] = [clock.time(first), clock.time(last)]
  return {
    from,
    ...(until !== from && { until }),
    times: entries.length,
    what: deed(entry),
    why: purpose(entry.purpose),
    outcome: entry.outcome,
    emergency: entry.breakGlass,
    ...(entry.reason !== undefined && tidy(entry.reason) !== '' && { reason: tidy(entry.reason) }),
    undone: lost,
    entries: entries.toReversed(),
  }
}

function periodOf({ from, to }: ReportRequest, limits: Limits, clock: Clockwork): string {
  const inWords = (given: string, instant: string, side: 'begins' | 'ends') => {
    const atMs = clock.limits(given)?.begins
    if (atMs !== undefined) return clock.dayInWords(atMs)
    const at = Date.parse(instant)
    return `${side === 'begins' ? '' : 'before '}${clock.dayInWords(at)}, ${clock.time(at)}`
  }
  const since = from === undefined ? undefined : inWords(from, limits.from as string, 'begins')
  const until = to === undefined ? undefined : inWords(to, limits.to as string, 'ends')
  if (since === undefined && until === undefined) return 'everything that is kept'
  return [
    since === undefined ? 'everything that is kept' : `from ${since}`,
    until === undefined ? 'until now' : `to ${until}`,
  ].join(' ')
}
