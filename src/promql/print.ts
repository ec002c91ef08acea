/** Expressions as PromQL. https://prometheus.io/docs/prometheus/2.42/querying/basics/ */
import type { Expression, Select, Window } from './terms.ts'

const PRECEDENCE: Readonly<Record<string, number>> = {
  or: 1,
  and: 2,
  unless: 2,
  '==': 3,
  '!=': 3,
  '>': 3,
  '>=': 3,
  '<': 3,
  '<=': 3,
  '+': 4,
  '-': 4,
  '*': 5,
  '/': 5,
}

const UNITS = [
  ['d', 86_400],
  ['h', 3_600],
  ['m', 60],
  ['s', 1],
] as const

/** As in `5m`, the largest unit that it is a whole number of. */
export function duration(seconds: number): string {
  const [unit, length] = UNITS.find(([, length]) => seconds % length === 0) ?? ['s', 1]
  return `${seconds / length}${unit}`
}

const quoted = (value: string): string => JSON.stringify(value)

const selected = ({ metric, matchers }: Select): string =>
  matchers.length === 0
    ? metric
    : `${metric}{${matchers.map(({ label, is, value }) => `${label}${is}${quoted(value)}`).join(', ')}}`

const windowed = (of: Select, window: Window): string =>
  `${selected(of)}[${window === 'step' ? '$__rate_interval' : duration(window)}]`

export function print(expression: Expression): string {
  switch (expression.kind) {
    case 'number':
      return String(expression.value)
    case 'time':
      return 'time()'
    case 'select':
      return selected(expression)
    case 'range':
      return `${expression.does}(${windowed(expression.of, expression.window)})`
    case 'predict':
      return `predict_linear(${windowed(expression.of, expression.window)}, ${expression.aheadSeconds})`
    case 'aggregate': {
      const { does, by, of } = expression
      return by.length === 0 ? `${does}(${print(of)})` : `${does} by (${by.join(', ')}) (${print(of)})`
    }
    case 'topk':
      return `topk(${expression.most}, ${print(expression.of)})`
    case 'quantile':
      return `histogram_quantile(${expression.q}, ${print(expression.of)})`
    case 'absent':
      return `absent(${selected(expression.of)})`
    case 'binary': {
      const { is, left, right, on } = expression
      const matching = on === undefined ? '' : ` on (${on.join(', ')})`
      return `${within(is, left)} ${is}${matching} ${within(is, right)}`
    }
  }
}

/** In brackets wherever a reader, or PromQL's precedence, could take it for something else. */
function within(around: string, inner: Expression): string {
  if (inner.kind !== 'binary') return print(inner)
  const looser = (PRECEDENCE[inner.is] as number) <= (PRECEDENCE[around] as number)
  return looser ? `(${print(inner)})` : print(inner)
}
