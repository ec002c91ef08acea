/** The daily procedures over a control database of a test's own, with a clock that the test sets. */
import { Registry } from 'prom-client'
import type { Database } from '#foundation/database.ts'
import type { Doer, FindingSources } from '../../src/operations/procedures/index.ts'
import {
  dailyProcedures,
  type Finding,
  type FindingName,
  keepProcedures,
  openProcedures,
  type ProcedureName,
  type Procedures,
} from '../../src/operations/procedures/index.ts'
import { callerOf } from './identity.ts'
import { readableLog } from './recording-record.ts'

/** By the clock in New York: the morning check at 08:00, hand-overs at 09:00 and 17:00, the end of the day at 17:00. */
export const DAILY = { morningCheck: '08:00', shiftChanges: ['09:00', '17:00'], endOfDay: '17:00' } as const
export const NEW_YORK = 'America/New_York'

/** A door that nobody asks for procedures. */
export const NO_PROCEDURES = { procedures: {} as Procedures, zone: 'UTC' }

export interface TestClock {
  readonly nowMs: () => number
  /** RFC 3339. */
  readonly set: (now: string) => void
}

export function clockAt(now: string): TestClock {
  let ms = Date.parse(now)
  return {
    nowMs: () => ms,
    set: (later) => {
      ms = Date.parse(later)
    },
  }
}

/** Somebody who acts, known by their name. */
export const doer = (name: string): Doer => ({
  caller: { ...callerOf(), actor: { kind: 'person', id: `id-of-${name}`, name } },
  name,
})

export interface Over {
  readonly control: Database
  readonly nowMs: () => number
  readonly sources?: FindingSources
  /** These and no others. */
  readonly only?: readonly ProcedureName[]
  readonly record?: Parameters<typeof openProcedures>[0]['record']
}

/** Every finding that nobody else tells is well. */
export const ALL_WELL: FindingSources = Object.fromEntries(
  (
    [
      'processes',
      'application',
      'databases',
      'errors',
      'availability',
      'alerts',
      'incidents',
      'certificates',
      'sealing',
      'maintenance',
      'utilisation',
      'backups',
      'logs',
      'security-scan',
      'sign-ins',
      'sessions',
    ] as const satisfies FindingName[]
  ).map((name) => [name, async () => ({ verdict: 'well' as const, says: 'All is well.' })]),
)

export function openTestProcedures({ control, nowMs, only, sources = ALL_WELL, record = async () => undefined }: Over) {
  const { log, lines } = readableLog()
  const procedures = openProcedures({
    control,
    record,
    nowMs,
    zone: NEW_YORK,
    procedures: dailyProcedures(DAILY).filter(({ name }) => only === undefined || only.includes(name)),
    sources,
    log,
    patienceMs: 2_000,
  })
  return { procedures, log, lines }
}

/** With the loop that looks whether one is due, and its metric. */
export function keepTestProcedures(over: Over) {
  const opened = openTestProcedures(over)
  const metrics = new Registry()
  const keeping = keepProcedures({ ...opened, metrics })
  return {
    ...opened,
    keeping,
    metrics,
    /** The value of omnicare_procedure_overdue. */
    overdue: async (procedure: string) => {
      const values = (await metrics.getSingleMetric('omnicare_procedure_overdue')?.get())?.values ?? []
      return values.find(({ labels }) => labels.procedure === procedure)?.value
    },
  }
}

export const findingOf = (all: readonly Finding[] | undefined, name: FindingName): Finding | undefined =>
  all?.find((one) => one.name === name)

/** Answers every step that is not answered yet. */
export async function answerAll(procedures: Procedures, who: Doer, id: string, note = 'Looked at.'): Promise<void> {
  const { plan } = await procedures.find(id)
  for (const { name } of plan) await procedures.answer(who, id, name, { answer: 'well', note })
}
