/** What an alert rule is: data, judged here and printed for Prometheus. */
import type { Severity } from '#foundation/severity.ts'
import { type Expression, isSelected, type Labels, selectionsOf } from '#promql'

export interface Rule {
  /** Permanent: runbooks, silences and people refer to it. */
  readonly name: string
  readonly severity: Severity
  /** An alert for each sample that it gives. */
  readonly expression: Expression
  /** How long it must hold before the alert fires. */
  readonly forSeconds: number
  /** What people read at night; `{{label}}` is what the label says. */
  readonly summary: string
  readonly runbook: `docs/runbooks/${string}.md`
  /** Rules that look far back need not be judged as often. */
  readonly everySeconds?: number
}

/** Which metrics the rules ask for, and how far back they ask for a series: 0 when they don't. */
export interface Asked {
  readonly metrics: ReadonlySet<string>
  readonly backSeconds: (labels: Labels) => number
  readonly longestSeconds: number
}

export function askedBy(rules: readonly Rule[]): Asked {
  const asked = rules.flatMap(({ expression }) => selectionsOf(expression))
  return {
    longestSeconds: Math.max(0, ...asked.map(({ seconds }) => seconds)),
    metrics: new Set(asked.map(({ select }) => select.metric)),
    backSeconds: (labels) =>
      Math.max(0, ...asked.filter(({ select }) => isSelected(select, labels)).map(({ seconds }) => seconds)),
  }
}
