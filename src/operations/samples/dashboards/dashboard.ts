/** What a dashboard is: data, from which the console's pages are drawn and deploy/grafana/ is printed. */
import type { Expression } from '#promql'
import type { DashboardName, PanelPlan } from '../terms.ts'

export interface Query {
  readonly expression: Expression
  /** The name of each series, with `{{label}}` for what its labels say. */
  readonly legend: string
}

export interface Panel extends Omit<PanelPlan, 'promql'> {
  readonly queries: readonly Query[]
}

export interface Dashboard {
  readonly name: DashboardName
  readonly title: string
  readonly panels: readonly Panel[]
}
