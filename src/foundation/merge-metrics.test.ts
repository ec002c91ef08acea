import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { AggregatorRegistry, Counter, Gauge, Histogram, Registry } from 'prom-client'
import { type Copies, mergeMetrics } from './merge-metrics.ts'

const all = (copies: Copies) => () => copies

const texts = ['a{x="1"} 2\na{x="2"} 5', 'a{x="1"} 4', 'a{x="1"} 9\na{x="3"} 1'].map(
  (lines) => `# HELP a Of a test.\n# TYPE a gauge\n${lines}\n`,
)

describe('metrics of several processes', () => {
  for (const [copies, expected] of [
    ['sum', [15, 5, 1]],
    ['max', [9, 5, 1]],
    ['min', [2, 5, 1]],
    ['average', [5, 5, 1]],
    ['first', [2, 5, 1]],
  ] as const)
    test(`become one by ${copies}, under each of their labels`, () => {
      const lines = expected.map((value, index) => `a{x="${index + 1}"} ${value}\n`).join('')
      assert.equal(mergeMetrics(texts, all(copies)), `# HELP a Of a test.\n# TYPE a gauge\n${lines}\n`)
    })

  test('are left out where they make no sense together', () => {
    assert.equal(mergeMetrics(texts, all('omit')), '')
  })

  test('keep labels with spaces, braces and quotes apart', () => {
    const odd = '# HELP a b\n# TYPE a gauge\na{x="} 1 \\" {"} 1\na{x="} 1"} 2\n'
    assert.equal(mergeMetrics([odd, odd], all('sum')), `${odd.replace('} 2', '} 4').replace('{"} 1', '{"} 2')}\n`)
  })

  test('are what prom-client makes of them', async () => {
    const copy = (times: number) => {
      const registers = [new Registry()]
      const counter = new Counter({ name: 'c_total', help: 'c', labelNames: ['status'], registers })
      const gauge = new Gauge({ name: 'g', help: 'g', registers, aggregator: 'max' })
      const histogram = new Histogram({ name: 'h', help: 'h', labelNames: ['route'], registers, buckets: [1, 2] })
      for (let n = 0; n < times; n++) {
        counter.inc({ status: String(200 + (n % 3)) })
        histogram.observe({ route: `/${n % 2}` }, n % 4)
      }
      gauge.set(times)
      return registers[0] as Registry
    }
    const copies = [3, 10, 7].map(copy)
    const theirs = AggregatorRegistry.aggregate(await Promise.all(copies.map((one) => one.getMetricsAsJSON())))
    const merged = mergeMetrics(await Promise.all(copies.map((one) => one.metrics())), (name) =>
      name === 'g' ? 'max' : 'sum',
    )
    const lines = (text: string) =>
      text
        .split('\n')
        .filter((line) => line !== '')
        .map(sortLabels)
        .sort()
    assert.deepEqual(lines(merged), lines(await theirs.metrics()))
  })
})

/** prom-client puts `le` first or last as it comes. */
const sortLabels = (line: string): string =>
  line.replace(/\{(.*)\}/, (_all, labels: string) => `{${labels.split(',').sort().join(',')}}`)
