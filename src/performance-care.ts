/** How operations measures what it looks after: the databases by the roles that may, the hospital by its metrics. */
import { nowMilliseconds } from '#foundation/clock.ts'
import { type Database, openDatabase } from '#foundation/database.ts'
import type { Log } from '#foundation/log.ts'
import type { openFetch } from '#foundation/tls/calls.ts'
import { type CapacityReport, machineOf, type Point, recommend } from './operations/capacity/index.ts'
import {
  type DatabaseName,
  type Maintained,
  type Measurable,
  type OptimizeDone,
  type OptimizePlan,
  optimize,
  type PerformanceReport,
  performanceFaults,
  planOptimize,
  reportPerformance,
} from './operations/performance/index.ts'

/** The roles that run the application's statements, by which a slow one may be planned again. */
const PLANNED: ReadonlySet<string> = new Set(['omnicare_hospital', 'omnicare_operations'])
const STATEMENT_TIMEOUT_MS = 10_000
/** An index of a large table takes its time. */
const MAINTENANCE_TIMEOUT_MS = 6 * 3_600_000
const PATIENCE_MS = 5_000
const TREND_DAYS = 30
/** Pipelines that each process opens beside its pool. */
const PIPELINES = 4
/** Metering has a database of its own with one connection, health a lone one. */
const WATCHING = 1 + PIPELINES + 1
/** What operations opens at most: in the record for sealing and measuring, in control for everything else. */
const OF_OPERATIONS = { record: 2 + PIPELINES + WATCHING, control: 8 + PIPELINES + WATCHING }

interface Looked {
  readonly name: DatabaseName
  readonly url: string
  readonly embedded: boolean
  /** As the statistics are read. */
  readonly db: Database
}

export interface PerformanceOptions {
  readonly databases: readonly Looked[]
  readonly hospital: { readonly address: string; readonly token: string; readonly fetch: ReturnType<typeof openFetch> }
  readonly settings: { readonly home: string; readonly workers: number; readonly connections: number }
  /** How many bytes the disk of the home had free in the last days; nothing while nothing is kept. */
  readonly freeDisk: (days: number) => Promise<readonly Point[]>
  readonly log: Log
}

export interface PerformanceCare {
  readonly report: () => Promise<PerformanceReport>
  readonly capacity: () => Promise<CapacityReport>
  readonly plan: (database?: DatabaseName) => Promise<OptimizePlan>
  readonly optimize: (plan: OptimizePlan) => AsyncIterable<OptimizeDone>
}

export function openPerformanceCare({
  databases,
  hospital,
  settings,
  freeDisk,
  log,
}: PerformanceOptions): PerformanceCare {
  const measured = databases.map(
    ({ name, url, embedded, db }): Measurable => ({
      name,
      db,
      embedded,
      asRole: async (role) =>
        PLANNED.has(role)
          ? openDatabase({ url, connections: 1, statementTimeoutMs: STATEMENT_TIMEOUT_MS, role, log })
          : undefined,
    }),
  )
  const maintained = databases.map(
    ({ name, url }): Maintained => ({
      name,
      asOwner: () => openDatabase({ url, connections: 1, statementTimeoutMs: MAINTENANCE_TIMEOUT_MS, log }),
    }),
  )
  const hospitalMetrics = async () => {
    const answer = await hospital.fetch(`${hospital.address}/metrics`, {
      headers: { authorization: `Bearer ${hospital.token}` },
      signal: AbortSignal.timeout(PATIENCE_MS),
    })
    if (!answer.ok) throw new Error('the hospital does not tell its metrics')
    return answer.text()
  }
  const report = () => reportPerformance({ databases: measured, hospitalMetrics, nowMs: nowMilliseconds })
  let isUnderWay = false

  return {
    report,
    async capacity() {
      const { databases: found, hospital: told } = await report()
      const record = found.find(({ database }) => database === 'record')
      const ofHospital = settings.workers * (settings.connections + PIPELINES)
      const load = {
        ...(await machineOf(settings.home)),
        workers: settings.workers,
        ...(told !== undefined && { eventLoopP99Ms: told.eventLoop.p99Ms }),
        connections: found.map(({ database, connections }) => ({
          database,
          ...connections,
          wanted: OF_OPERATIONS[database] + (database === 'record' ? ofHospital : 0),
        })),
        cached: record?.cached ?? 1,
        databaseBytes: record?.bytes ?? 0,
        freeDisk: await freeDisk(TREND_DAYS),
      }
      return recommend(load, nowMilliseconds())
    },
    plan: (database) =>
      planOptimize(
        maintained.filter(({ name }) => database === undefined || name === database),
        nowMilliseconds(),
      ),
    optimize(plan) {
      const refuse = () => {
        if (isUnderWay) throw performanceFaults['under-way']()
      }
      refuse()
      return (async function* () {
        refuse()
        isUnderWay = true
        try {
          yield* optimize(maintained, plan)
        } finally {
          isUnderWay = false
        }
      })()
    },
  }
}
