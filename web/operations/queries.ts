/** What the console asks operations for. The first word of a key is what the live door names when something of it has changed. */
import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { AlertsAnswer } from '../../src/operations/alerts/terms.ts'
import type { CapacityReport } from '../../src/operations/capacity/terms.ts'
import type { HealthReport } from '../../src/operations/health/terms.ts'
import type { OptimizePlan, PerformanceReport } from '../../src/operations/performance/terms.ts'
import type { ChartAnswer, DashboardName, DashboardPlan } from '../../src/operations/samples/terms.ts'
import { ask } from '../api/ask.ts'

const SECOND = 1_000
/** Asked again this often also while the live door says nothing: it may be what doesn't work. */
const ANYWAY_MS = 15 * SECOND
/** Made from statistics of the databases, which change slowly and are dear to read. */
const DEAR_MS = 60 * SECOND

export const health = queryOptions({
  queryKey: ['health'],
  queryFn: () => ask<HealthReport>('GET', '/api/operations/health'),
  refetchInterval: ANYWAY_MS,
})

export const alerts = queryOptions({
  queryKey: ['alerts', 'now'],
  queryFn: () => ask<AlertsAnswer>('GET', '/api/operations/alerts'),
  refetchInterval: ANYWAY_MS,
})

export const dashboards = queryOptions({
  queryKey: ['dashboards'],
  queryFn: () => ask<{ refreshSeconds: number; dashboards: DashboardPlan[] }>('GET', '/api/operations/dashboards'),
  staleTime: Number.POSITIVE_INFINITY,
})

/** The last `seconds` of a dashboard, asked for again every `everySeconds`. */
export const charts = (dashboard: DashboardName, seconds: number, everySeconds: number) =>
  queryOptions({
    queryKey: ['samples', dashboard, seconds],
    queryFn: () =>
      ask<ChartAnswer>(
        'GET',
        `/api/operations/samples?${new URLSearchParams({ dashboard, seconds: String(seconds) })}`,
      ),
    refetchInterval: everySeconds * SECOND,
    placeholderData: keepPreviousData,
  })

export const performance = queryOptions({
  queryKey: ['performance'],
  queryFn: () => ask<PerformanceReport>('GET', '/api/operations/performance'),
  staleTime: DEAR_MS,
})

export const optimizing = queryOptions({
  queryKey: ['performance', 'optimize'],
  queryFn: () => ask<OptimizePlan>('GET', '/api/operations/performance/optimize'),
  staleTime: DEAR_MS,
})

export const capacity = queryOptions({
  queryKey: ['performance', 'capacity'],
  queryFn: () => ask<CapacityReport>('GET', '/api/operations/performance/capacity'),
  staleTime: DEAR_MS,
})
