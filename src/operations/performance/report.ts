/** How the whole fares: both databases and the hospital, measured now, with what was found and the exact next step. */
import { findingsOfDatabase, findingsOfHospital, ranked } from './findings.ts'
import { LIMITS, type Limits } from './limits.ts'
import { type Measurable, measure } from './measure.ts'
import { readHospital } from './read-metrics.ts'
import type { PerformanceFinding, PerformanceReport } from './terms.ts'

const MOST_ENDPOINTS = 30

export interface ReportOptions {
  readonly databases: readonly Measurable[]
  /** The text of the hospital's /metrics; rejects when it does not answer. */
  readonly hospitalMetrics: () => Promise<string>
  readonly nowMs: () => number
  readonly limits?: Limits
}

export async function reportPerformance(options: ReportOptions): Promise<PerformanceReport> {
  const { databases, hospitalMetrics, nowMs, limits = LIMITS } = options
  const now = nowMs()
  const hospital = await hospitalMetrics().then(readHospital, () => undefined)
  const measured = await Promise.all(
    databases.map(async (one) =>
      measure(one, limits)
        .catch(() => undefined)
        .then((found) => found ?? one.name),
    ),
  )
  const findings = measured.flatMap((one): PerformanceFinding[] =>
    typeof one === 'string' ? [unreachable(one)] : findingsOfDatabase(one, limits, now),
  )
  const all = ranked([...findings, ...findingsOfHospital(hospital, limits)])
  return {
    made: new Date(now).toISOString(),
    well: all.length === 0,
    findings: all,
    databases: measured.flatMap((one) => (typeof one === 'string' ? [] : [one.performance])),
    ...(hospital !== undefined && {
      hospital: { ...hospital, endpoints: hospital.endpoints.slice(0, MOST_ENDPOINTS) },
    }),
  }
}

const unreachable = (database: 'record' | 'control'): PerformanceFinding => ({
  kind: 'not-measured',
  severity: 'critical',
  database,
  about: database,
  says: `The ${database} database can't be measured at the moment.`,
  next: 'omnicare status; omnicare logs --plane operations --errors',
})
