import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { findingsOfHospital, milliseconds, ranked, size } from './findings.ts'
import { LIMITS } from './limits.ts'
import { readHospital } from './read-metrics.ts'

const BUCKETS = [0.1, 1, 2.5, 5]

/** What an endpoint says of itself: how many requests ended within each bucket, and how many failed. */
function endpoint(name: string, within: readonly number[], failed = 0): string {
  const labels = `method="GET",endpoint="${name}"`
  const all = within.at(-1) ?? 0
  return [
    '# TYPE http_requests_total counter',
    `http_requests_total{status="200",${labels}} ${all - failed}`,
    ...(failed > 0 ? [`http_requests_total{status="503",${labels}} ${failed}`] : []),
    ...within.map(
      (count, at) => `http_request_duration_seconds_bucket{le="${BUCKETS[at] ?? '+Inf'}",${labels}} ${count}`,
    ),
    `http_request_duration_seconds_sum{${labels}} ${all / 10}`,
    `http_request_duration_seconds_count{${labels}} ${all}`,
    '',
  ].join('\n')
}
const foundIn = (text: string) =>
  findingsOfHospital(readHospital(text), LIMITS).map(({ kind, about, severity }) => `${severity} ${kind} ${about}`)

describe('what the hospital says of itself', () => {
  test('is read endpoint by endpoint, with quantiles as Prometheus computes them', () => {
    const text = `${endpoint('/a', [90, 100, 100, 100, 100])}nodejs_eventloop_lag_p99_seconds 0.011\nprocess_resident_memory_bytes 1048576\n`
    const { endpoints, requests, failed, eventLoop, memoryBytes } = readHospital(text)
    assert.equal(endpoints.length, 1)
    const [one] = endpoints
    assert.deepEqual([one?.method, one?.endpoint, one?.requests, one?.meanMs], ['GET', '/a', 100, 100])
    assert.equal(Math.round(Number(one?.p95Ms)), 550)
    assert.equal(Math.round(Number(one?.p99Ms)), 910)
    assert.deepEqual([requests, failed, eventLoop.p99Ms, memoryBytes], [100, 0, 11, 1_048_576])
  })

  test('is no finding while it is well, and while too few have asked to tell', () => {
    assert.deepEqual(foundIn(endpoint('/a', [90, 100, 100, 100, 100], 5)), [])
    assert.deepEqual(foundIn(endpoint('/rare', [0, 0, 0, 10, 19], 19)), [])
  })

  test('is a finding where answers take over 2 s or over 5 % fail, or a process lets others wait', () => {
    const text = `${endpoint('/slow', [10, 80, 85, 100, 100])}${endpoint('/failing', [100, 100, 100, 100, 100], 6)}nodejs_eventloop_lag_p99_seconds 0.4\n`
    assert.deepEqual(foundIn(text), [
      'high slow-endpoint GET /slow',
      'high failing-endpoint GET /failing',
      'high busy-event-loop hospital',
    ])
  })

  test('is a finding of its own when there is nothing of it', () => {
    assert.deepEqual(
      findingsOfHospital(undefined, LIMITS).map(({ kind }) => kind),
      ['not-measured'],
    )
  })
})

test('the worst findings come first', () => {
  const of = (severity: 'critical' | 'high' | 'low') =>
    ({ severity, kind: 'slow-statement', about: '', says: '', next: '' }) as const
  assert.deepEqual(
    ranked([of('low'), of('critical'), of('high')]).map(({ severity }) => severity),
    ['critical', 'high', 'low'],
  )
})

test('sizes and times are said in units that people read', () => {
  assert.deepEqual([0, 1_023, 1_536, 3 * 1024 ** 3].map(size), ['0 B', '1023 B', '1.5 KiB', '3.0 GiB'])
  assert.deepEqual([0.25, 42, 1_500, 61_000].map(milliseconds), ['0.3 ms', '42 ms', '1.5 s', '61 s'])
})
