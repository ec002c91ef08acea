/** How operations watches in numbers: by which settings, and over which connections. */
import type { Registry } from 'prom-client'
import { nowMilliseconds } from '#foundation/clock.ts'
import { type Database, openDatabase } from '#foundation/database.ts'
import type { Log } from '#foundation/log.ts'
import { meterMachine } from '#foundation/machine.ts'
import { metric, readIn } from '#foundation/metric.ts'
import { meterPool } from '#foundation/pool-metrics.ts'
import { ROLE } from './audit-care.ts'
import { foldersOf } from './folders.ts'
import { startMetering } from './operations/metering/index.ts'

export const HOSPITAL_METRICS = {
  restarts: metric({
    name: 'omnicare_hospital_restarts_total',
    type: 'counter',
    help: 'How often the hospital has ended by itself and was started again, since operations was started.',
    moves: 'A hospital that is killed, or fails.',
  }),
}

/** For whoever watches a database, whose answers are worth nothing when they come late. */
const STATEMENT_TIMEOUT_MS = 5_000

interface Needs {
  readonly metrics: Registry
  readonly log: Log
  readonly control: Database
  readonly urls: Readonly<Record<'record' | 'control', string>>
  readonly hospital: { readonly restarts: () => number }
}

/** Begins to watch the machine and both databases; goes on until it is disposed. */
export async function startMeters(
  settings: Parameters<typeof foldersOf>[0],
  { metrics, log, control, urls, hospital }: Needs,
): Promise<AsyncDisposable> {
  await using opening = new AsyncDisposableStack()
  meterMachine(metrics, foldersOf(settings))
  meterPool(metrics, control)
  readIn(metrics, HOSPITAL_METRICS.restarts, () => [{ value: hospital.restarts() }])
  const open = async (name: 'record' | 'control') => {
    const options = { url: urls[name], connections: 1, statementTimeoutMs: STATEMENT_TIMEOUT_MS, role: ROLE, log }
    return { name, db: opening.use(await openDatabase(options)) }
  }
  const databases = [await open('record'), await open('control')]
  opening.use(startMetering({ databases, metrics, log, nowMs: nowMilliseconds }))
  return opening.move()
}
