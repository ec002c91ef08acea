/** What an alert rule is: data, judged here and printed for Prometheus. */
import type { Severity } from '#foundation/severity.ts'
import { type Expression, selectionsOf } from '#promql'

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

/** What the rules ask for, and how far back. */
export function backSecondsOf(rules: readonly Rule[]): ReadonlyMap<string, number> {
  const found = new Map<string, number>()
  for (const { select, seconds } of rules.flatMap(({ expression }) => selectionsOf(expression)))
    found.set(select.metric, Math.max(seconds, found.get(select.metric) ?? 0))
  return found
}
