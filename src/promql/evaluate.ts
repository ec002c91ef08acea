/** Answers expressions from samples as Prometheus 2.42 does: tests/alerts/ asks both the same. */
import { changesIn, increaseOf, type Points, pointsIn, predicted, quantileOf, valueAt } from './range.ts'
import { keyOf, type Source } from './series.ts'
import {
  type Arithmetic,
  type Comparison,
  type Expression,
  type Labels,
  LOOK_BACK_SECONDS,
  type Select,
  type SetOperation,
  type Window,
} from './terms.ts'

export interface Sample {
  readonly labels: Labels
  readonly value: number
}
type Vector = readonly Sample[]

interface Moment {
  readonly source: Source
  readonly atMs: number
  /** What the window `step` stands for. */
  readonly stepSeconds: number
  readonly lookBackMs: number
}

export interface At {
  readonly atMs: number
  /** What the window `step` stands for; a minute unless told otherwise. */
  readonly stepSeconds?: number
  /** How old the newest sample of a selection may be. */
  readonly lookBackSeconds?: number
}

/** The samples that an expression has at a time; a number is one without labels. */
export function evaluate(expression: Expression, source: Source, given: At): Vector {
  const { atMs, stepSeconds = 60, lookBackSeconds = LOOK_BACK_SECONDS } = given
  const found = ask(expression, { source, atMs, stepSeconds, lookBackMs: lookBackSeconds * 1000 })
  return typeof found === 'number' ? [{ labels: {}, value: found }] : found
}

function ask(expression: Expression, moment: Moment): Vector | number {
  switch (expression.kind) {
    case 'number':
      return expression.value
    case 'time':
      return moment.atMs / 1000
    case 'select':
      return selected(expression, moment)
    case 'range':
      return ranged(expression.of, expression.window, moment, RANGES[expression.does])
    case 'predict':
      return ranged(expression.of, expression.window, moment, (points) =>
        predicted(points, moment.atMs, expression.aheadSeconds),
      )
    case 'aggregate':
      return aggregated(expression.by, vectorOf(expression.of, moment), AGGREGATES[expression.does])
    case 'topk':
      return vectorOf(expression.of, moment)
        .toSorted((a, b) => b.value - a.value)
        .slice(0, expression.most)
    case 'quantile':
      return quantiles(expression.q, vectorOf(expression.of, moment))
    case 'absent':
      return selected(expression.of, moment).length > 0 ? [] : [{ labels: equalsIn(expression.of), value: 1 }]
    case 'binary':
      return combined(expression, ask(expression.left, moment), ask(expression.right, moment))
  }
}

function vectorOf(expression: Expression, moment: Moment): Vector {
  const found = ask(expression, moment)
  if (typeof found === 'number') throw new TypeError('a number has no labels to group by')
  return found
}

function selected(selection: Select, { source, atMs, lookBackMs }: Moment): Vector {
  const found: Sample[] = []
  for (const series of source.select(selection)) {
    const value = valueAt(series, atMs, lookBackMs)
    if (value !== undefined) found.push({ labels: series.labels, value })
  }
  return found
}

type OfRange = (points: Points, fromMs: number, toMs: number) => number | undefined

const ofSome =
  (work: (values: readonly number[]) => number): OfRange =>
  ({ values }) =>
    values.length === 0 ? undefined : work(values)
const total = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0)
const RANGES: Readonly<Record<string, OfRange>> = {
  increase: increaseOf,
  rate: (points, fromMs, toMs) => {
    const increase = increaseOf(points, fromMs, toMs)
    return increase === undefined ? undefined : increase / ((toMs - fromMs) / 1000)
  },
  avg_over_time: ofSome((values) => total(values) / values.length),
  max_over_time: ofSome((values) => Math.max(...values)),
  min_over_time: ofSome((values) => Math.min(...values)),
  changes: (points) => (points.values.length === 0 ? undefined : changesIn(points)),
}

function ranged(of: Select, window: Window, { source, atMs, stepSeconds }: Moment, work: OfRange | undefined): Vector {
  const fromMs = atMs - (window === 'step' ? stepSeconds : window) * 1000
  const found: Sample[] = []
  for (const series of source.select(of)) {
    const value = work?.(pointsIn(series, fromMs, atMs), fromMs, atMs)
    if (value !== undefined) found.push({ labels: nameless(series.labels), value })
  }
  return found
}

const AGGREGATES: Readonly<Record<string, (values: readonly number[]) => number>> = {
  sum: total,
  avg: (values) => total(values) / values.length,
  max: (values) => Math.max(...values),
  min: (values) => Math.min(...values),
  count: (values) => values.length,
}

function aggregated(
  by: readonly string[],
  given: Vector,
  work: ((values: readonly number[]) => number) | undefined,
): Vector {
  const groups = new Map<string, { labels: Labels; values: number[] }>()
  for (const { labels, value } of given) {
    const own = only(labels, by)
    const key = keyOf(own)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, { labels: own, values: [value] })
    else group.values.push(value)
  }
  return [...groups.values()].map(({ labels, values }) => ({ labels, value: work?.(values) ?? Number.NaN }))
}

function quantiles(q: number, given: Vector): Vector {
  const groups = new Map<string, { labels: Labels; buckets: { upTo: number; count: number }[] }>()
  for (const { labels, value: count } of given) {
    const { le, __name__, ...own } = labels
    if (le === undefined) continue
    const key = keyOf(own)
    const bucket = { upTo: le === '+Inf' ? Number.POSITIVE_INFINITY : Number(le), count }
    const group = groups.get(key)
    if (group === undefined) groups.set(key, { labels: own, buckets: [bucket] })
    else group.buckets.push(bucket)
  }
  return [...groups.values()].flatMap(({ labels, buckets }) => {
    const value = quantileOf(q, buckets)
    return value === undefined ? [] : [{ labels, value }]
  })
}

const ARITHMETIC: Readonly<Record<Arithmetic, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
}
const COMPARISONS: Readonly<Record<Comparison, (a: number, b: number) => boolean>> = {
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
}
const isArithmetic = (is: string): is is Arithmetic => Object.hasOwn(ARITHMETIC, is)
const isComparison = (is: string): is is Comparison => Object.hasOwn(COMPARISONS, is)

function combined(
  { is, on }: Extract<Expression, { kind: 'binary' }>,
  left: Vector | number,
  right: Vector | number,
): Vector | number {
  if (typeof left === 'number' && typeof right === 'number') {
    if (!isArithmetic(is)) throw new TypeError('two numbers are not compared')
    return ARITHMETIC[is](left, right)
  }
  if (typeof left === 'number' || typeof right === 'number') {
    const many = typeof left === 'number' ? (right as Vector) : left
    return many.flatMap(({ labels, value }) => {
      const [a, b] = typeof left === 'number' ? [left, value] : [value, right as number]
      return result(is, labels, value, a, b, nameless(labels))
    })
  }
  const signature = ({ labels }: Sample) => keyOf(on === undefined ? nameless(labels) : only(labels, on))
  const others = new Map(right.map((sample) => [signature(sample), sample]))
  if (!isArithmetic(is) && !isComparison(is)) return united(is, left, right, signature, others)
  if (others.size < right.length) throw new TypeError('several samples on the right side match one')
  const seen = new Set<string>()
  return left.flatMap((sample) => {
    const key = signature(sample)
    const other = others.get(key)
    if (other === undefined) return []
    if (seen.has(key)) throw new TypeError('several samples on the left side match one')
    seen.add(key)
    const labels = on === undefined ? nameless(sample.labels) : only(sample.labels, on)
    const kept = isComparison(is) && on === undefined ? sample.labels : labels
    return result(is, kept, sample.value, sample.value, other.value, labels)
  })
}

/** A comparison keeps the sample as it is, or nothing; arithmetic gives another, which has no name any more. */
function result(is: string, labels: Labels, value: number, a: number, b: number, unnamed: Labels): Vector {
  if (isComparison(is)) return COMPARISONS[is](a, b) ? [{ labels, value }] : []
  return isArithmetic(is) ? [{ labels: unnamed, value: ARITHMETIC[is](a, b) }] : []
}

function united(
  is: SetOperation,
  left: Vector,
  right: Vector,
  signature: (sample: Sample) => string,
  others: ReadonlyMap<string, Sample>,
): Vector {
  if (is === 'and') return left.filter((sample) => others.has(signature(sample)))
  if (is === 'unless') return left.filter((sample) => !others.has(signature(sample)))
  const own = new Set(left.map(signature))
  return [...left, ...right.filter((sample) => !own.has(signature(sample)))]
}

function nameless(labels: Labels): Labels {
  if (labels.__name__ === undefined) return labels
  const { __name__, ...others } = labels
  return others
}

const only = (labels: Labels, names: readonly string[]): Labels =>
  Object.fromEntries(names.flatMap((name) => (labels[name] === undefined ? [] : [[name, labels[name]]])))

/** The labels that a series must have which is not there. */
const equalsIn = ({ matchers }: Select): Labels =>
  Object.fromEntries(matchers.filter(({ is }) => is === '=').map(({ label, value }) => [label, value]))
