/**
 * Counting requests. Every request is counted, so that counting is a few additions, without a look-up in a map: measured,
 * 15 ns. What they come to is put under its labels and printed when somebody asks.
 */
import type { Registry } from 'prom-client'
import { gaugeIn, printSample, readIn, type Sample } from '#foundation/metric.ts'
import { openRate } from '#foundation/rate.ts'
import { HTTP_METRICS } from './metrics.ts'

/** Counts one finished request of the route it was made for. */
export type Count = (status: number, seconds: number) => void

/** Gives a counter for a route. `endpoint` is the route's pattern, never an address: the labels stay few. */
export type Meter = (method: string, endpoint: string) => Count

const BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]
/** Where `_sum` stands among the lines. */
const SUM = BOUNDS.length + 1
const IS_API = /^\/(fhir|api|oauth)\b/

/** Numbers of one route. Shown once it was asked for: there are more routes than are used. */
interface Kept {
  readonly method: string
  readonly endpoint: string
  readonly statuses: { readonly status: number; count: number }[]
  /** How many fell between the bound before and this one; the last: above all. */
  readonly buckets: Float64Array
  sum: number
  /** The histogram's lines, filled in anew each time: of each bucket, then `_sum` and `_count`. */
  lines?: Line[]
}

interface Line extends Sample {
  value: number
}

/** Hangs the HTTP metrics into `metrics`. */
export function openMeter(metrics: Registry): Meter {
  const all: Kept[] = []
  const calls = { answered: 0 }
  const asked = () => all.filter(({ statuses }) => statuses.length > 0)
  readIn(metrics, HTTP_METRICS.requests, () => asked().flatMap(requestsOf))
  readIn(metrics, HTTP_METRICS.durations, () => asked().flatMap(durationsOf))
  const rate = openRate(60, calls.answered, performance.now() / 1000)
  gaugeIn(metrics, HTTP_METRICS.calls, (gauge) => gauge.set(rate(calls.answered, performance.now() / 1000)))

  return (method, endpoint) => {
    const kept: Kept = { method, endpoint, statuses: [], buckets: new Float64Array(BOUNDS.length + 1), sum: 0 }
    all.push(kept)
    const { statuses, buckets } = kept
    const call = IS_API.test(endpoint) ? 1 : 0
    return (status, seconds) => {
      let one = statuses.find((each) => each.status === status)
      if (one === undefined) {
        one = { status, count: 0 }
        statuses.push(one)
      }
      one.count++
      let bucket = 0
      while (bucket < BOUNDS.length && seconds > (BOUNDS[bucket] as number)) bucket++
      ;(buckets[bucket] as number)++
      kept.sum += seconds
      calls.answered += call
    }
  }
}

const requestsOf = ({ method, endpoint, statuses }: Kept): Sample[] =>
  statuses.map(({ status, count }) => ({ labels: { status: String(status), method, endpoint }, value: count }))

function durationsOf(kept: Kept): readonly Sample[] {
  kept.lines ??= linesOf(kept)
  const { lines, buckets, sum } = kept
  let count = 0
  for (let at = 0; at <= BOUNDS.length; at++) {
    count += buckets[at] as number
    ;(lines[at] as Line).value = count
  }
  ;(lines[SUM] as Line).value = sum
  ;(lines[SUM + 1] as Line).value = count
  return lines
}

function linesOf({ method, endpoint }: Kept): Line[] {
  const line = (suffix: string, le?: string): Line => {
    const labels = { ...(le !== undefined && { le }), method, endpoint }
    return { suffix, labels, printed: printSample(HTTP_METRICS.durations.name, { suffix, labels }), value: 0 }
  }
  return [...[...BOUNDS.map(String), '+Inf'].map((le) => line('_bucket', le)), line('_sum'), line('_count')]
}
