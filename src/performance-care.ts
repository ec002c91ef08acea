/** How operations measures what it looks after: the databases by the roles that may, the hospital by its metrics. */
import { nowMilliseconds } from '#foundation/clock.ts'
import { type Database, openDatabase } from '#foundation/database.ts'
import type { Log } from '#foundation/log.ts'
import type { openFetch } from '#foundation/tls/calls.ts'
import {
  type DatabaseName,
  type Measurable,
  type PerformanceReport,
  reportPerformance,
} from './operations/performance/index.ts'

/** The roles that run the application's statements, by which a slow one may be planned again. */
const PLANNED: ReadonlySet<string> = new Set(['omnicare_hospital', 'omnicare_operations'])
const STATEMENT_TIMEOUT_MS = 10_000
const PATIENCE_MS = 5_000

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
  readonly log: Log
}

export interface PerformanceCare {
  readonly report: () => Promise<PerformanceReport>
}

export function openPerformanceCare({ databases, hospital, log }: PerformanceOptions): PerformanceCare {
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
  const hospitalMetrics = async () => {
    const answer = await hospital.fetch(`${hospital.address}/metrics`, {
      headers: { authorization: `Bearer ${hospital.token}` },
      signal: AbortSignal.timeout(PATIENCE_MS),
    })
    if (!answer.ok) throw new Error('the hospital does not tell its metrics')
    return answer.text()
  }
  return { report: () => reportPerformance({ databases: measured, hospitalMetrics, nowMs: nowMilliseconds }) }
}
