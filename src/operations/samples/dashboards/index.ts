/** The four dashboards. */
import { print, selectionsOf } from '#promql'
import type { DashboardPlan } from '../terms.ts'
import { applicationPerformance } from './application-performance.ts'
import type { Dashboard } from './dashboard.ts'
import { databasePerformance } from './database-performance.ts'
import { securityMonitoring } from './security-monitoring.ts'
import { systemOverview } from './system-overview.ts'

export type { Dashboard, Panel, Query } from './dashboard.ts'

export const DASHBOARD_PLANS: readonly Dashboard[] = [
  systemOverview,
  applicationPerformance,
  databasePerformance,
  securityMonitoring,
]

/** Metrics that any of them shows. */
export const chartedMetrics = (): ReadonlySet<string> =>
  new Set(
    DASHBOARD_PLANS.flatMap(({ panels }) => panels)
      .flatMap(({ queries }) => queries)
      .flatMap(({ expression }) => selectionsOf(expression))
      .map(({ select }) => select.metric),
  )

/** As the console draws them. */
export const plansOfDashboards = (): DashboardPlan[] =>
  DASHBOARD_PLANS.map(({ name, title, panels }) => ({
    name,
    title,
    panels: panels.map(({ queries, ...panel }) => ({
      ...panel,
      promql: queries.map(({ expression }) => print(expression)),
    })),
  }))
