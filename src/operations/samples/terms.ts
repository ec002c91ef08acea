/** The words of samples and charts, shared with every door. Imports nothing; the web app may import it. */

/** What the numbers of a panel are. `ratio`: shown in percent. `per-second`: how often something happens. */
type Unit = 'count' | 'per-second' | 'per-minute' | 'seconds' | 'percent' | 'ratio' | 'bytes'

export type DashboardName =
  | 'system-overview'
  | 'application-performance'
  | 'database-performance'
  | 'security-monitoring'

/** How often dashboards are drawn anew. */
export const REFRESH_SECONDS = 30

/** A dashboard as pages draw it: without numbers, which are `ChartAnswer`. */
export interface DashboardPlan {
  readonly name: DashboardName
  readonly title: string
  readonly panels: readonly PanelPlan[]
}

export interface PanelPlan {
  /** Unlike any other of its dashboard, as in `requests`. */
  readonly id: string
  readonly title: string
  /** What it shows and when to worry, in a sentence. */
  readonly means: string
  /** `number`: the newest value, large; `line`: its course. */
  readonly kind: 'line' | 'number'
  readonly unit: Unit
  /** From where on it is bad; drawn as a line. `below`: bad are smaller values. */
  readonly limit?: { readonly at: number; readonly bad: 'above' | 'below' }
  /** The questions as PromQL, to be asked of a Prometheus. */
  readonly promql: readonly string[]
}

/** GET /api/operations/samples?dashboard=… */
export interface ChartAnswer {
  readonly dashboard: DashboardName
  /** Milliseconds since 1970, `stepSeconds` apart; the same for every series. */
  readonly times: readonly number[]
  readonly stepSeconds: number
  readonly panels: readonly {
    readonly id: string
    readonly series: readonly ChartSeries[]
    /** How many series there are beyond those that are given. */
    readonly more: number
  }[]
}

export interface ChartSeries {
  readonly name: string
  /** One for each of `times`; null where there is none. */
  readonly values: readonly (number | null)[]
}
