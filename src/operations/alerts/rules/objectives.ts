/**
 * What we promise of the hospital over 30 days, and the alerts that say how fast the share is used up that may go wrong:
 * at 14.4 times the even pace 2 % of it is gone in an hour, at 6 times 5 % in six hours, at 1 time 10 % in three days. The short
 * window of each lets its alert end soon after its cause.
 * https://sre.google/workbook/alerting-on-slos/ (table 5-8)
 */
import { above, binary, both, divide, type Expression, increase, rate, select, sum } from '#promql'
import type { Rule } from './rule.ts'

interface Objective {
  readonly name: string
  /** What it promises, in a sentence. */
  readonly promises: string
  /** Share of requests that must be well. */
  readonly target: number
  /** Requests that were not well, each second. */
  readonly bad: (window: number) => Expression
  readonly runbook: Rule['runbook']
}

/** What asks how the hospital is says nothing of what people were answered. */
const ASKED = { job: 'hospital', endpoint: '!~/health.*|/metrics' }
const asked = (window: number): Expression => sum(rate(select('http_requests_total', ASKED), window))
const timed = (window: number): Expression => sum(rate(select('http_request_duration_seconds_count', ASKED), window))
const inTime = (window: number): Expression =>
  sum(rate(select('http_request_duration_seconds_bucket', { ...ASKED, le: '1' }), window))

export const OBJECTIVES: readonly Objective[] = [
  {
    name: 'Availability',
    promises: '99.9 % of requests to the hospital do not fail by our fault.',
    target: 0.999,
    bad: (window) =>
      divide(sum(rate(select('http_requests_total', { ...ASKED, status: '=~5..' }), window)), asked(window)),
    runbook: 'docs/runbooks/errors.md',
  },
  {
    name: 'Latency',
    promises: '99 % of requests to the hospital are answered within a second.',
    target: 0.99,
    bad: (window) => divide(binary(timed(window), '-', inTime(window)), timed(window)),
    runbook: 'docs/runbooks/slow-answers.md',
  },
]

const HOUR = 3_600
const DAY = 86_400
const BURNS = [
  { called: 'BurnsFast', pace: 14.4, long: HOUR, short: 300, severity: 'critical', gone: '2 % within an hour' },
  { called: 'Burns', pace: 6, long: 6 * HOUR, short: 1_800, severity: 'high', gone: '5 % within six hours' },
  {
    called: 'BurnsSlowly',
    pace: 1,
    long: 3 * DAY,
    short: 6 * HOUR,
    severity: 'medium',
    gone: '10 % within three days',
  },
] as const
/** With fewer requests in the short window one that fails would be an alert. */
const LEAST_REQUESTS = 20

export const objectiveRules: readonly Rule[] = OBJECTIVES.flatMap(({ name, target, bad, runbook }) =>
  BURNS.map(({ called, pace, long, short, severity, gone }): Rule => {
    const budget = Number((pace * (1 - target)).toPrecision(6))
    return {
      name: `${name}${called}`,
      severity,
      expression: both(
        both(above(bad(long), budget), above(bad(short), budget)),
        above(sum(increase(select('http_requests_total', ASKED), short)), LEAST_REQUESTS),
      ),
      forSeconds: 0,
      summary: `What may go wrong of ${name.toLowerCase()} in 30 days is used up: ${gone}.`,
      runbook,
      everySeconds: 60,
    }
  }),
)
