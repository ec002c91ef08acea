/** Expressions printed and answered; that Prometheus answers the same is asked in tests/alerts/. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  above,
  absent,
  binary,
  both,
  divide,
  evaluate,
  fingerprint,
  keyOf,
  type Labels,
  openMemory,
  print,
  quantile,
  rate,
  readExposition,
  select,
  sum,
  times,
} from './index.ts'

const memory = () => openMemory({ keepMs: () => Number.POSITIVE_INFINITY, fineMs: Number.POSITIVE_INFINITY, thinMs: 1 })

/** A series with a sample every 15 s; `_`: none, `x`: it ends. */
function series(labels: Labels, ...values: readonly (number | '_' | 'x')[]) {
  const source = memory()
  values.forEach((value, index) => {
    if (value === 'x') source.end(labels, keyOf(labels), index * 15_000)
    else if (value !== '_') source.add(labels, keyOf(labels), index * 15_000, value)
  })
  return source
}
const up = { __name__: 'up', job: 'hospital' }
const valuesAt = (source: ReturnType<typeof series>, expression: Parameters<typeof evaluate>[0], seconds: number) =>
  evaluate(expression, source, { atMs: seconds * 1000 }).map(({ value }) => value)

describe('an expression', () => {
  test('is printed as PromQL, with brackets wherever it could be read otherwise', () => {
    const failed = rate(select('http_requests_total', { status: '=~5..', endpoint: '!=/health' }), 300)
    assert.equal(print(failed), 'rate(http_requests_total{status=~"5..", endpoint!="/health"}[5m])')
    const ratio = divide(sum(failed, 'job'), sum(rate(select('http_requests_total'), 5_400), 'job'))
    assert.match(print(above(ratio, 0.05)), /^sum by \(job\) .+ \/ sum by \(job\) .+\[90m\]\)\) > 0\.05$/)
    assert.equal(print(binary(select('a'), '-', binary(select('b'), '-', 1))), 'a - (b - 1)')
    assert.equal(print(times(binary(select('a'), '+', 1), 2)), '(a + 1) * 2')
    assert.equal(print(both(select('a'), select('b'), ['job'])), 'a and on (job) b')
    assert.equal(print(absent(select('up', { job: 'hospital' }))), 'absent(up{job="hospital"})')
  })

  test('finds the newest sample of five minutes, and none of a series that has ended', () => {
    assert.deepEqual(valuesAt(series(up, 1, 0), select('up'), 20), [0])
    assert.deepEqual(valuesAt(series(up, 1), select('up'), 300), [1])
    assert.deepEqual(valuesAt(series(up, 1), select('up'), 301), [])
    assert.deepEqual(valuesAt(series(up, 1, 'x'), select('up'), 20), [])
    assert.deepEqual(valuesAt(series(up, 1, 'x', 1), select('up'), 30), [1])
  })

  test('reckons a counter that began anew as one that went on', () => {
    const requests = { __name__: 'requests_total' }
    const perSecond = (...values: number[]) =>
      valuesAt(series(requests, ...values), rate(select('requests_total'), 60), 60)
    assert.deepEqual(perSecond(0, 15, 30, 45, 60), [1])
    assert.deepEqual(perSecond(45, 60, 15, 30, 45), [1])
    assert.deepEqual(perSecond(7), [])
  })

  test('compares by dropping what does not fit, and keeps what does as it is', () => {
    const expression = above(times(select('up'), 2), 1)
    assert.deepEqual(evaluate(expression, series(up, 1), { atMs: 0 }), [{ labels: { job: 'hospital' }, value: 2 }])
    assert.deepEqual(evaluate(expression, series(up, 0), { atMs: 0 }), [])
    assert.deepEqual(evaluate(above(select('up'), 0), series(up, 1), { atMs: 0 }), [{ labels: up, value: 1 }])
  })

  test('tells that something is absent only when it is', () => {
    const expression = absent(select('up', { job: 'hospital', instance: '=~.+' }))
    assert.deepEqual(evaluate(expression, memory(), { atMs: 0 }), [{ labels: { job: 'hospital' }, value: 1 }])
    assert.deepEqual(evaluate(absent(select('up')), series(up, 0), { atMs: 0 }), [])
  })

  test('finds a quantile between the bounds of a bucket', () => {
    const source = memory()
    for (const [le, value] of Object.entries({ '0.5': 10, '1': 30, '2.5': 40, '+Inf': 40 }))
      source.add({ __name__: 's', le }, le, 0, value)
    const at = (q: number) => evaluate(quantile(q, select('s')), source, { atMs: 0 }).map(({ value }) => value)
    assert.deepEqual([at(0.5), at(0.25), at(1)], [[0.75], [0.5], [2.5]])
  })

  test('forgets what is too old and thins what is old', () => {
    const source = openMemory({ keepMs: () => 60_000, fineMs: 20_000, thinMs: 10_000 })
    for (let at = 0; at <= 100_000; at += 2_500) source.add(up, 'up', at, 1)
    source.forget(100_000)
    const [kept] = source.select(select('up'))
    assert.deepEqual(kept?.times.slice(0, 6), [40_000, 50_000, 60_000, 70_000, 80_000, 82_500])
    source.forget(1_000_000)
    assert.equal(source.count(), 0)
  })
})

describe('the text of metrics', () => {
  test('is read as samples, and what is written wrongly is left out', () => {
    const text = [
      '# TYPE a gauge',
      'a 1.5e3',
      'a{b="say \\"hi\\"\\n",c=""} +Inf',
      'a{b="unfinished} 1',
      'a{b="x"} NaN',
      'b 2',
      'a_total{d="1",} 3 1700000000000',
      '',
    ].join('\n')
    assert.deepEqual(
      readExposition(text, (metric) => metric !== 'b'),
      [
        { labels: { __name__: 'a' }, value: 1_500 },
        { labels: { __name__: 'a', b: 'say "hi"\n' }, value: Number.POSITIVE_INFINITY },
        { labels: { __name__: 'a_total', d: '1' }, value: 3 },
      ],
    )
  })
})

describe('a fingerprint', () => {
  test('is the one that Prometheus gives these labels', () => {
    // Of no labels it is the beginning of FNV-1a; the others are asked of a real Alertmanager in tests/alerts/.
    assert.equal(fingerprint({}), 'cbf29ce484222325')
    assert.equal(fingerprint({ a: '1', b: '2' }), fingerprint({ b: '2', a: '1' }))
    assert.notEqual(fingerprint({ a: '1', b: '2' }), fingerprint({ a: '1b', '': '2' }))
  })
})
