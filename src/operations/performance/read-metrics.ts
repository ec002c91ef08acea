/** What the hospital's /metrics says, as far as the report needs it. */
import { type Labels, readExposition } from '#promql'
import type { EndpointLoad, HospitalPerformance } from './terms.ts'

interface Gathered {
  requests: number
  failed: number
  seconds: number
  readonly buckets: Map<number, number>
}

/** Endpoints that took the most time altogether come first. */
export function readHospital(text: string): HospitalPerformance {
  const endpoints = new Map<string, Gathered>()
  const single = new Map<string, number>()
  const of = ({ method = '', endpoint = '' }: Labels): Gathered => {
    const key = `${method} ${endpoint}`
    const found = endpoints.get(key) ?? { requests: 0, failed: 0, seconds: 0, buckets: new Map() }
    endpoints.set(key, found)
    return found
  }
  for (const { labels, value } of readExposition(text, () => true)) {
    const { __name__: name = '' } = labels
    if (name === 'http_requests_total') {
      of(labels).requests += value
      if (Number(labels.status) >= 500) of(labels).failed += value
    } else if (name === 'http_request_duration_seconds_bucket')
      of(labels).buckets.set(Number(labels.le === '+Inf' ? 'Infinity' : labels.le), value)
    else if (name === 'http_request_duration_seconds_sum') of(labels).seconds += value
    else single.set(name, (single.get(name) ?? 0) + value)
  }
  const all = [...endpoints].map(([key, gathered]) => loadOf(key, gathered)).filter(({ requests }) => requests > 0)
  const sum = (pick: (one: EndpointLoad) => number) => all.reduce((total, one) => total + pick(one), 0)
  return {
    endpoints: all.sort((a, b) => b.meanMs * b.requests - a.meanMs * a.requests),
    requests: sum(({ requests }) => requests),
    failed: sum(({ failed }) => failed),
    eventLoop: {
      meanMs: 1_000 * (single.get('nodejs_eventloop_lag_mean_seconds') ?? 0),
      p99Ms: 1_000 * (single.get('nodejs_eventloop_lag_p99_seconds') ?? 0),
    },
    cpuSeconds: single.get('process_cpu_seconds_total') ?? 0,
    memoryBytes: single.get('process_resident_memory_bytes') ?? 0,
  }
}

function loadOf(key: string, { requests, failed, seconds, buckets }: Gathered): EndpointLoad {
  const [method = '', endpoint = ''] = key.split(' ')
  const ordered = [...buckets].sort(([a], [b]) => a - b)
  return {
    method,
    endpoint,
    requests,
    failed,
    meanMs: requests === 0 ? 0 : (1_000 * seconds) / requests,
    p95Ms: 1_000 * quantile(ordered, 0.95),
    p99Ms: 1_000 * quantile(ordered, 0.99),
  }
}

/** As Prometheus' histogram_quantile: evenly within a bucket; above the last bound, that bound. Seconds. */
function quantile(buckets: readonly (readonly [number, number])[], part: number): number {
  const wanted = part * (buckets.at(-1)?.[1] ?? 0)
  let [below, count] = [0, 0]
  for (const [bound, upTo] of buckets) {
    if (upTo >= wanted && upTo > count)
      return Number.isFinite(bound) ? below + ((bound - below) * (wanted - count)) / (upTo - count) : below
    ;[below, count] = [bound, upTo]
  }
  return 0
}
