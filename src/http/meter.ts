import { Counter, Histogram, type Registry } from 'prom-client'

/** Counts one finished request of the route it was made for. */
export type Count = (status: number, seconds: number) => void

/** Gives a counter for a route. `endpoint` is the route's pattern, never an address: the labels stay few. */
export type Meter = (method: string, endpoint: string) => Count

const BUCKETS_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

/** Hangs the HTTP metrics into `metrics`. Children are resolved once for each route and status: this is the hot path. */
export function openMeter(metrics: Registry): Meter {
  const requests = new Counter({
    name: 'http_requests_total',
    help: 'HTTP requests answered.',
    labelNames: ['status', 'method', 'endpoint'],
    registers: [metrics],
  })
  const durations = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the arrival of a request to the end of its answer.',
    labelNames: ['method', 'endpoint'],
    buckets: BUCKETS_SECONDS,
    registers: [metrics],
  })
  return (method, endpoint) => {
    const duration = durations.labels({ method, endpoint })
    const byStatus = new Map<number, Counter.Internal>()
    return (status, seconds) => {
      let counter = byStatus.get(status)
      if (!counter) {
        counter = requests.labels({ status: String(status), method, endpoint })
        byStatus.set(status, counter)
      }
      counter.inc()
      duration.observe(seconds)
    }
  }
}
