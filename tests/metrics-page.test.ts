import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { metricsPage } from '../scripts/generate/metrics-page.ts'
import { METRICS } from '../src/metrics.ts'

describe('the page of metrics', () => {
  test('is what `npm run generate` prints from the declarations today', () => {
    assert.equal(readFileSync(join(import.meta.dirname, '../docs/metrics.md'), 'utf8'), metricsPage())
  })

  test('can name them all: none is made but from a declaration', () => {
    const root = join(import.meta.dirname, '../src')
    const making = globSync('**/*.ts', { cwd: root }).filter(
      (file) =>
        !file.endsWith('.test.ts') &&
        /new (Counter|Gauge|Histogram|Summary)\b/.test(readFileSync(join(root, file), 'utf8')),
    )
    assert.deepEqual(making, ['foundation/metric.ts'])
  })

  test('names each metric once, as Prometheus wants it named', () => {
    const declared = [...new Set(Object.values(METRICS).flat())]
    const names = declared.map(({ name }) => name)
    assert.deepEqual(
      names.filter((name, index) => names.indexOf(name) !== index),
      [],
    )
    for (const { name, type } of declared) {
      assert.match(name, /^[a-z][a-z0-9_]*$/)
      assert.equal(name.endsWith('_total'), type === 'counter', name)
    }
  })
})
