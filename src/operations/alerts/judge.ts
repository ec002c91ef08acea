/** By rules and samples: which alerts are pending or fire. Pure; as Prometheus 2.42 does it (rules/alerting.go). */
import { evaluate, fingerprint, type Labels, type Source } from '#promql'
import type { Rule } from './rules/index.ts'

/** An alert as its rule has it at some time. */
export interface Active {
  readonly rule: Rule
  readonly fingerprint: string
  /** Those of the sample, with `alertname` and `severity`. */
  readonly labels: Labels
  readonly state: 'pending' | 'firing'
  readonly sinceMs: number
  readonly firedMs?: number
  readonly value: number
}

export type Actives = ReadonlyMap<string, Active>

interface Moment {
  readonly source: Source
  readonly atMs: number
  /** How much of the time that a rule wants its condition to hold is waited for; 100 outside of drills. */
  readonly holdPercent: number
}

/** What is active of one rule now, by what was before. Several samples with the same labels are one alert. */
export function judge(rule: Rule, before: Actives, { source, atMs, holdPercent }: Moment): Active[] {
  const holdMs = (rule.forSeconds * 1000 * holdPercent) / 100
  const found = new Map<string, Active>()
  for (const sample of evaluate(rule.expression, source, { atMs })) {
    const { __name__, ...own } = sample.labels
    const labels = { ...own, alertname: rule.name, severity: rule.severity }
    const print = fingerprint(labels)
    const former = before.get(print)
    const sinceMs = former?.sinceMs ?? atMs
    const fires = former?.state === 'firing' || atMs - sinceMs >= holdMs
    found.set(print, {
      rule,
      fingerprint: print,
      labels,
      state: fires ? 'firing' : 'pending',
      sinceMs,
      ...(fires && { firedMs: former?.firedMs ?? atMs }),
      value: sample.value,
    })
  }
  return [...found.values()]
}

/** As people read it. */
export const summaryOf = ({ rule, labels }: Pick<Active, 'rule' | 'labels'>): string =>
  rule.summary.replace(/\{\{(\w+)\}\}/g, (_, name: string) => labels[name] ?? '')
