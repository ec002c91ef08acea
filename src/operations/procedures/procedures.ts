/**
 * The daily procedures: each time that one is due is a record, opened exactly once, whatever operations was doing then, and
 * finished by people, or missed.
 *
 * What was signed or missed stays as it is: the database refuses to change it. Each act commits with its entry in the trail.
 */
import type { Caller, Deed } from '#audit'
import type { Database, Queries } from '#foundation/database.ts'
import { newId } from '#foundation/ids.ts'
import type { Log } from '#foundation/log.ts'
import { at, instant } from '#foundation/timestamp.ts'
import type { Procedure } from './catalogue.ts'
import { procedureFaults } from './faults.ts'
import { collect, type FindingSources } from './findings.ts'
import { occurrenceOf, planOf, summaryOf } from './occurrence.ts'
import { openDue } from './opening.ts'
import { nextDue } from './schedule.ts'
import { ownSources } from './sources/own.ts'
import {
  addEvent,
  answersOf,
  beforeThat,
  countEvents,
  eventsOf,
  lackingFindings,
  lateProcedures,
  listOccurrences,
  lockOccurrence,
  newestOccurrence,
  type OccurrenceRow,
  occurrenceById,
  putAnswer,
  setFindings,
  setHanded,
  setSigned,
  setStarted,
} from './statements/procedures.ts'
import {
  type Act,
  ANSWERS,
  type Answer,
  type EventName,
  type Finding,
  type FindingName,
  MOST_NOTE,
  needsNote,
  OCCURRENCE_STATES,
  type Occurrence,
  type OccurrenceSummary,
  type Overview,
  PROCEDURES,
  type ProcedureName,
  refusalOf,
  type Someone,
} from './terms.ts'

/** Who acts, as the request tells, and as people call them. */
export interface Doer {
  readonly caller: Caller
  readonly name: string
}

/** What a filter of the history may name; any text, as it was asked for. */
interface HistoryAsked {
  readonly procedure?: string | undefined
  readonly state?: string | undefined
  readonly before?: string | undefined
  readonly most?: number | undefined
}

export interface Procedures {
  readonly overview: () => Promise<Overview>
  /** By id, or by the name of a procedure: its newest. Throws `procedures/no-such-procedure`. */
  readonly find: (named: string) => Promise<Occurrence>
  /** The newest first, 50 unless told otherwise. Throws `procedures/bad-filter`. */
  readonly history: (asked?: HistoryAsked) => Promise<OccurrenceSummary[]>
  readonly start: (doer: Doer, named: string) => Promise<Occurrence>
  /** Finds everything out again. */
  readonly look: (doer: Doer, named: string) => Promise<Occurrence>
  readonly answer: (
    doer: Doer,
    named: string,
    step: string,
    given: { readonly answer: string; readonly note: string },
  ) => Promise<Occurrence>
  readonly note: (doer: Doer, named: string, note: string) => Promise<Occurrence>
  readonly sign: (doer: Doer, named: string, note: string) => Promise<Occurrence>
  readonly handOver: (doer: Doer, named: string, note: string) => Promise<Occurrence>
  readonly accept: (doer: Doer, named: string, note: string) => Promise<Occurrence>
  /** Opens what has become due, gives up what nobody finished, finds out what is to be found out; gives which are late, and since when. */
  readonly keep: () => Promise<ReadonlyMap<ProcedureName, string>>
}

export interface ProceduresOptions {
  readonly control: Database
  /** Writes down what somebody did, in the transaction that does it. */
  readonly record: (caller: Caller, deed: Deed, tx: Queries) => Promise<void>
  readonly nowMs: () => number
  /** In which the times of the procedures are meant. */
  readonly zone: string
  readonly procedures: readonly Procedure[]
  readonly sources: FindingSources
  readonly log: Log
  /** How long a source of findings may take; 5 seconds unless told otherwise. */
  readonly patienceMs?: number
}

const PATIENCE_MS = 5_000
const DAY_MS = 86_400_000
/** Further back nobody reads. */
const LONGEST_PERIOD_MS = 7 * DAY_MS
const MOST_EVENTS = 500
const MOST_LISTED = 200
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

export function openProcedures(options: ProceduresOptions): Procedures {
  const { control, record, nowMs, zone, procedures, log, patienceMs = PATIENCE_MS } = options
  const sources = { ...ownSources({ control, zone }), ...options.sources }
  const isName = (text: string): text is ProcedureName => PROCEDURES.some((one) => one === text)

  const rowOf = async (named: string, queries: Queries = control): Promise<OccurrenceRow> => {
    if (!UUID.test(named) && !isName(named)) throw procedureFaults['no-such-procedure']()
    const [row] = await queries.rows(isName(named) ? newestOccurrence(named) : occurrenceById(named))
    if (row === undefined) throw procedureFaults['no-such-procedure']()
    return row
  }
  const whole = async (row: OccurrenceRow, queries: Queries = control): Promise<Occurrence> =>
    occurrenceOf(row, await queries.rows(answersOf(row.id)), await queries.rows(eventsOf(row.id, MOST_EVENTS)), nowMs())
  const eventOf = (what: EventName, by: Someone | undefined, details: object = {}) => ({
    id: newId(),
    at: at(nowMs()),
    what,
    by: by === undefined ? null : JSON.stringify(by),
    details: JSON.stringify(details),
  })

  /** Does `work` on one that nobody else changes meanwhile, with its event and its entry in the trail, or not at all. */
  const acting = async (
    { caller, name }: Doer,
    named: string,
    act: Act | 'note',
    work: (tx: Queries, occurrence: Occurrence, by: Someone) => Promise<{ event: EventName; details?: object }>,
  ): Promise<Occurrence> => {
    const { id } = await rowOf(named)
    return control.transaction(async (tx) => {
      await tx.rows(lockOccurrence(id))
      const occurrence = await whole(await rowOf(id, tx), tx)
      const by = { id: caller.actor.id, name }
      const why = act === 'note' ? undefined : refusalOf(act, occurrence, by.id)
      if (why !== undefined) {
        const samePerson = act === 'accept' && occurrence.state === 'handed-over'
        throw procedureFaults[samePerson ? 'same-person' : 'not-now']({ why })
      }
      const [events] = await tx.rows(countEvents(id))
      if (Number(events?.count) >= MOST_EVENTS) throw procedureFaults['too-much']()
      const { event, details } = await work(tx, occurrence, by)
      await tx.rows(addEvent(id, eventOf(event, by, details)))
      const about = { action: 'operation', resources: [`procedure/${id}`], patients: [] } as const
      await record(caller, { ...about, status: 200, reason: `${occurrence.procedure} ${event}` }, tx)
      return whole(await rowOf(id, tx), tx)
    })
  }

  const findOut = async (row: OccurrenceRow): Promise<Finding[]> => {
    const names = [...new Set(planOf(row).steps.flatMap(({ findings }) => findings))] as FindingName[]
    const [before] = await control.rows(beforeThat(row.procedure, row.due))
    const dueMs = Date.parse(instant(row.due))
    const toMs = nowMs()
    const signed = before?.signed ?? null
    const fromMs = signed === null ? dueMs - DAY_MS : Date.parse(instant(signed))
    const former = (JSON.parse(before?.findings ?? '[]') ?? []) as Finding[]
    const period = { fromMs: Math.max(fromMs, toMs - LONGEST_PERIOD_MS), toMs }
    return collect({ sources, patienceMs, log }, names, period, former)
  }
  const foundDetails = (findings: readonly Finding[]) => ({
    looks: findings.filter(({ verdict }) => verdict === 'look').length,
    unknowns: findings.filter(({ verdict }) => verdict === 'unknown').length,
    findings,
  })

  const look: Procedures['look'] = async (doer, named) => {
    const findings = await findOut(await rowOf(named))
    return acting(doer, named, 'look', async (tx, { id }) => {
      await tx.rows(setFindings(id, JSON.stringify(findings), at(nowMs()), false))
      return { event: 'looked', details: foundDetails(findings) }
    })
  }

  /** What was found before it was opened for people is found out by whichever process comes first. */
  const findOutFirst = async (): Promise<void> => {
    for (const { id } of await control.rows(lackingFindings())) {
      const findings = await findOut(await rowOf(id))
      await control.transaction(async (tx) => {
        const [set] = await tx.rows(setFindings(id, JSON.stringify(findings), at(nowMs()), true))
        if (set !== undefined) await tx.rows(addEvent(id, eventOf('looked', undefined, foundDetails(findings))))
      })
    }
  }

  return {
    async overview() {
      const now = nowMs()
      const late = await lateNow(control, now)
      const summaries = procedures.map(async ({ name, title, does, owner, times, withinMinutes, takesTwo }) => {
        const [newest] = await control.rows(newestOccurrence(name))
        const overdueSince = late.get(name)
        return {
          ...{ procedure: name, title, does, owner, times, withinMinutes, takesTwo },
          next: at(nextDue({ times, zone }, now)),
          ...(newest !== undefined && { newest: summaryOf(newest, now) }),
          ...(overdueSince !== undefined && { overdueSince }),
        }
      })
      return { zone, now: at(now), procedures: await Promise.all(summaries) }
    },
    find: async (named) => whole(await rowOf(named)),
    async history({ procedure, state, before, most = 50 } = {}) {
      const asked = { procedure, before, most, state: OCCURRENCE_STATES.find((one) => one === state) }
      const wrong =
        (procedure !== undefined && !isName(procedure)) ||
        (state !== undefined && asked.state === undefined) ||
        (before !== undefined && !isInstant(before)) ||
        !(Number.isInteger(most) && most >= 1 && most <= MOST_LISTED)
      if (wrong) throw procedureFaults['bad-filter']()
      return (await control.rows(listOccurrences(asked))).map((row) => summaryOf(row, nowMs()))
    },
    async start(doer, named) {
      const { id } = await acting(doer, named, 'start', async (tx, occurrence, by) => {
        await tx.rows(setStarted(occurrence.id, at(nowMs()), JSON.stringify(by)))
        return { event: 'started' }
      })
      // What was found out when it was due may be old by now.
      return look(doer, id)
    },
    look,
    answer: (doer, named, step, { answer: given, note }) =>
      acting(doer, named, 'answer', async (tx, { id, plan, findings }, by) => {
        const asked = plan.find(({ name }) => name === step)
        if (asked === undefined) throw procedureFaults['no-such-step']()
        const answer = ANSWERS.find((one): one is Answer => one === given)
        if (answer === undefined) throw procedureFaults['bad-answer']()
        const said = noteOf(note)
        const told = findings?.all.filter(({ name }) => asked.findings.includes(name)) ?? []
        if (said === '' && needsNote(answer, told)) throw procedureFaults['note-needed']()
        const row = { step, answer, note: said, at: at(nowMs()), by: JSON.stringify(by) }
        await tx.rows(putAnswer(id, row))
        return { event: 'answered', details: { step, answer, note: said } }
      }),
    note: (doer, named, note) =>
      acting(doer, named, 'note', async () => {
        if (note.trim() === '') throw procedureFaults['note-needed']()
        return { event: 'noted', details: { note: noteOf(note) } }
      }),
    sign: (doer, named, note) =>
      acting(doer, named, 'sign', async (tx, { id }, by) => {
        const details = { note: noteOf(note) }
        await tx.rows(setSigned(id, at(nowMs()), JSON.stringify(by)))
        return { event: 'signed', details }
      }),
    handOver: (doer, named, note) =>
      acting(doer, named, 'hand-over', async (tx, { id }, by) => {
        const details = { note: noteOf(note) }
        await tx.rows(setHanded(id, at(nowMs()), JSON.stringify(by)))
        return { event: 'handed-over', details }
      }),
    accept: (doer, named, note) =>
      acting(doer, named, 'accept', async (tx, { id }, by) => {
        const details = { note: noteOf(note) }
        await tx.rows(setSigned(id, at(nowMs()), JSON.stringify(by)))
        return { event: 'accepted', details }
      }),
    async keep() {
      await openDue({ control, procedures, zone, nowMs: nowMs(), eventOf, log })
      await findOutFirst()
      return lateNow(control, nowMs())
    },
  }
}

async function lateNow(control: Database, nowMs: number): Promise<ReadonlyMap<ProcedureName, string>> {
  const rows = await control.rows(lateProcedures(at(nowMs)))
  return new Map(rows.map(({ procedure, since }) => [procedure as ProcedureName, instant(since)]))
}

/** Throws `procedures/note-too-long`. */
function noteOf(note: string): string {
  const said = note.trim()
  if (said.length > MOST_NOTE) throw procedureFaults['note-too-long']({ most: MOST_NOTE })
  return said
}

function isInstant(text: string): boolean {
  try {
    return Temporal.Instant.from(text) !== undefined
  } catch {
    return false
  }
}
