/** Answers what a dashboard shows: its panels over a stretch of time, in a bounded number of points. */
import {
  type At,
  type Expression,
  evaluate,
  isSelected,
  type Labels,
  type Memory,
  openMemory,
  type Sample,
  selectionsOf,
} from '#promql'
import { DASHBOARD_PLANS, type Dashboard, type Panel, type Query } from './dashboards/index.ts'
import { samplesFaults } from './faults.ts'
import { COARSE_DAYS, COARSE_SECONDS, FINE_HOURS, type Span, type Store } from './store.ts'
import type { ChartAnswer, ChartSeries } from './terms.ts'

export interface ChartQuestion {
  readonly dashboard: string
  /** Only this one; all of the dashboard when absent. */
  readonly panel?: string
  /** Milliseconds since 1970. */
  readonly fromMs: number
  readonly toMs: number
  /** About how many points each series has. */
  readonly points: number
}

const MOST_POINTS = 400
const MOST_LINES = 20
const DAY_SECONDS = 86_400
/** A rate needs some samples: as Grafana's `$__rate_interval`. */
const SCRAPES_IN_WINDOW = 4

interface Plan {
  readonly stepSeconds: number
  readonly times: readonly number[]
  /** What the window `step` stands for. */
  readonly windowSeconds: number
  readonly lookBackSeconds: number
  readonly span: Span
}

/** Which points there are, and which samples they are made of. Throws `samples/bad-span`. */
function planOf({ fromMs, toMs, points }: ChartQuestion, everySeconds: number, nowMs: number): Plan {
  const seconds = (toMs - fromMs) / 1000
  const isSpan = seconds >= everySeconds && seconds <= (COARSE_DAYS + 1) * DAY_SECONDS && points >= 2
  if (!isSpan || points > MOST_POINTS) throw samplesFaults['bad-span']({ days: COARSE_DAYS, points: MOST_POINTS })
  const coarse = nowMs - fromMs > FINE_HOURS * 3_600_000
  const finest = coarse ? COARSE_SECONDS : everySeconds
  const stepSeconds = Math.max(finest, Math.ceil(seconds / points / finest) * finest)
  const windowSeconds = Math.max(SCRAPES_IN_WINDOW * finest, stepSeconds)
  const each = Math.max(1, Math.floor(windowSeconds / finest / SCRAPES_IN_WINDOW))
  const step = stepSeconds * 1000
  // At whole multiples: a chart that is drawn anew does not tremble.
  const first = Math.ceil(fromMs / step) * step
  const times = Array.from({ length: Math.max(0, Math.floor((toMs - first) / step) + 1) }, (_, n) => first + n * step)
  return {
    stepSeconds,
    times,
    windowSeconds,
    lookBackSeconds: Math.max(4 * everySeconds, 2 * each * finest),
    span: { fromMs: fromMs - windowSeconds * 1000 - 2 * each * finest * 1000, toMs, each, coarse },
  }
}

/** Throws `samples/no-dashboard`, `samples/no-panel`, `samples/bad-span`. */
export async function chartsOf(
  question: ChartQuestion,
  { store, everySeconds, nowMs }: { store: Store; everySeconds: number; nowMs: number },
): Promise<ChartAnswer> {
  const dashboard = DASHBOARD_PLANS.find(({ name }) => name === question.dashboard)
  if (dashboard === undefined) throw samplesFaults['no-dashboard']()
  const panels = panelsOf(dashboard, question.panel)
  const plan = planOf(question, everySeconds, nowMs)
  const asked = panels.flatMap(({ queries }) => queries.flatMap(({ expression }) => selectionsOf(expression)))
  const longest = Math.max(0, ...asked.map(({ seconds }) => seconds))
  const memory = openMemory({ keepMs: () => Number.POSITIVE_INFINITY, fineMs: Number.POSITIVE_INFINITY, thinMs: 1 })
  const span = { ...plan.span, fromMs: Math.min(plan.span.fromMs, question.fromMs - longest * 1000) }
  await store.read(span, (labels) => asked.some(({ select }) => isSelected(select, labels)), memory)
  return {
    dashboard: dashboard.name,
    times: plan.times,
    stepSeconds: plan.stepSeconds,
    panels: panels.map(({ id, queries }) => {
      const all = queries.flatMap((query) => linesOf(query, memory, plan))
      return { id, series: all.slice(0, MOST_LINES), more: Math.max(0, all.length - MOST_LINES) }
    }),
  }
}

function panelsOf({ panels }: Dashboard, id: string | undefined): readonly Panel[] {
  const found = id === undefined ? panels : panels.filter((panel) => panel.id === id)
  if (found.length === 0) throw samplesFaults['no-panel']()
  return found
}

function linesOf({ expression, legend }: Query, memory: Memory, plan: Plan): ChartSeries[] {
  const { times, windowSeconds: stepSeconds, lookBackSeconds } = plan
  const lines = new Map<string, (number | null)[]>()
  times.forEach((atMs, index) => {
    for (const { labels, value } of answered(expression, memory, { atMs, stepSeconds, lookBackSeconds })) {
      if (!Number.isFinite(value)) continue
      const name = named(legend, labels)
      let line = lines.get(name)
      if (line === undefined) {
        line = new Array<number | null>(times.length).fill(null)
        lines.set(name, line)
      }
      line[index] = value
    }
  })
  return [...lines].map(([name, values]) => ({ name, values }))
}

const answered = (expression: Expression, memory: Memory, at: At): readonly Sample[] => evaluate(expression, memory, at)

/** As Grafana fills in a legend: `{{job}}`. */
const named = (legend: string, labels: Labels): string =>
  legend.replace(/\{\{(\w+)\}\}/g, (_, name: string) => labels[name] ?? '')
