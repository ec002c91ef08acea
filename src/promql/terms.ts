/**
 * Questions to series of samples, as data: printed as PromQL for Prometheus and Grafana, and answered by `evaluate` where
 * there is no Prometheus. Pure; the web app may import it.
 */

export type Labels = Readonly<Record<string, string>>

export interface Matcher {
  readonly label: string
  readonly is: '=' | '!=' | '=~' | '!~'
  readonly value: string
}

/** Seconds; `step`: as wide as the points of a chart lie apart, four scrapes at least (Grafana's `$__rate_interval`). */
export type Window = number | 'step'

export interface Select {
  readonly kind: 'select'
  readonly metric: string
  readonly matchers: readonly Matcher[]
}

export const RANGE_FUNCTIONS = [
  'rate',
  'increase',
  'avg_over_time',
  'max_over_time',
  'min_over_time',
  'changes',
] as const
type RangeFunction = (typeof RANGE_FUNCTIONS)[number]

type Aggregation = 'sum' | 'avg' | 'max' | 'min' | 'count'
export type Arithmetic = '+' | '-' | '*' | '/'
export type Comparison = '>' | '>=' | '<' | '<=' | '==' | '!='
export type SetOperation = 'and' | 'or' | 'unless'

export type Expression =
  | { readonly kind: 'number'; readonly value: number }
  | Select
  | { readonly kind: 'range'; readonly does: RangeFunction; readonly of: Select; readonly window: Window }
  | { readonly kind: 'predict'; readonly of: Select; readonly window: number; readonly aheadSeconds: number }
  | { readonly kind: 'aggregate'; readonly does: Aggregation; readonly by: readonly string[]; readonly of: Expression }
  | { readonly kind: 'topk'; readonly most: number; readonly of: Expression }
  | { readonly kind: 'quantile'; readonly q: number; readonly of: Expression }
  | { readonly kind: 'absent'; readonly of: Select }
  | { readonly kind: 'time' }
  | {
      readonly kind: 'binary'
      readonly is: Arithmetic | Comparison | SetOperation
      readonly left: Expression
      readonly right: Expression
      /** Labels that must be alike on both sides; all of them when absent. */
      readonly on?: readonly string[]
    }

const MATCHER = /^(!=|=~|!~|=)?([\s\S]*)$/

/** `select('up', { job: 'hospital', status: '=~5..' })`; without an operator the label must be equal. */
export const select = (metric: string, labels: Labels = {}): Select => ({
  kind: 'select',
  metric,
  matchers: Object.entries(labels).map(([label, given]) => {
    const [, is = '=', value = ''] = MATCHER.exec(given) ?? []
    return { label, is: is as Matcher['is'], value }
  }),
})

const range =
  (does: RangeFunction) =>
  (of: Select, window: Window): Expression => ({ kind: 'range', does, of, window })
export const rate = range('rate')
export const increase = range('increase')
export const averageOver = range('avg_over_time')
export const mostOver = range('max_over_time')
export const leastOver = range('min_over_time')
export const changes = range('changes')

const aggregate =
  (does: Aggregation) =>
  (of: Expression, ...by: readonly string[]): Expression => ({ kind: 'aggregate', does, by, of })
export const sum = aggregate('sum')
export const average = aggregate('avg')
export const most = aggregate('max')
export const least = aggregate('min')
export const count = aggregate('count')

export const number = (value: number): Expression => ({ kind: 'number', value })
export const time: Expression = { kind: 'time' }
export const topk = (most: number, of: Expression): Expression => ({ kind: 'topk', most, of })
export const absent = (of: Select): Expression => ({ kind: 'absent', of })
/** Of a classic histogram: `of` has a sample for each `le`. */
export const quantile = (q: number, of: Expression): Expression => ({ kind: 'quantile', q, of })
/** Where a gauge will be, if it goes on as in the window. */
export const predict = (of: Select, window: number, aheadSeconds: number): Expression => ({
  kind: 'predict',
  of,
  window,
  aheadSeconds,
})

const asExpression = (given: Expression | number): Expression => (typeof given === 'number' ? number(given) : given)

export const binary = (
  left: Expression | number,
  is: Arithmetic | Comparison | SetOperation,
  right: Expression | number,
  on?: readonly string[],
): Expression => ({
  kind: 'binary',
  is,
  left: asExpression(left),
  right: asExpression(right),
  ...(on !== undefined && { on }),
})

export const above = (left: Expression, right: Expression | number): Expression => binary(left, '>', right)
export const below = (left: Expression, right: Expression | number): Expression => binary(left, '<', right)
export const equals = (left: Expression, right: Expression | number): Expression => binary(left, '==', right)
export const divide = (left: Expression, right: Expression | number): Expression => binary(left, '/', right)
export const times = (left: Expression, right: Expression | number): Expression => binary(left, '*', right)
export const both = (left: Expression, right: Expression, on?: readonly string[]): Expression =>
  binary(left, 'and', right, on)
export const either = (left: Expression, right: Expression, on?: readonly string[]): Expression =>
  binary(left, 'or', right, on)

/** Every selection within an expression, with how far back it looks, in seconds. */
export function selectionsOf(expression: Expression): readonly { readonly select: Select; readonly seconds: number }[] {
  switch (expression.kind) {
    case 'number':
    case 'time':
      return []
    case 'select':
      return [{ select: expression, seconds: LOOK_BACK_SECONDS }]
    case 'absent':
      return [{ select: expression.of, seconds: LOOK_BACK_SECONDS }]
    case 'range':
      return [{ select: expression.of, seconds: expression.window === 'step' ? 0 : expression.window }]
    case 'predict':
      return [{ select: expression.of, seconds: expression.window }]
    case 'binary':
      return [...selectionsOf(expression.left), ...selectionsOf(expression.right)]
    default:
      return selectionsOf(expression.of)
  }
}

/** A selection at a time takes the newest sample that is not older. Prometheus has the same by default. */
export const LOOK_BACK_SECONDS = 300
