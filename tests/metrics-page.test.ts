import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { metricsPage } from '../scripts/generate/metrics-page.ts'
import { METRICS } from '../src/metrics.ts'

describe('the page of metrics', () => {
  test('is what `npm run generate` prints from the declarations today', () => {
    assert.equal(readFileSync(join(import.meta.dirname, '../docs/metrics.md'), 'utf8'), metricsPage())
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
