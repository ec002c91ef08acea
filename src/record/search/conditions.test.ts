import assert from 'node:assert/strict'
import { test } from 'node:test'
import { conditionOf } from './conditions.ts'
import { understand } from './query.ts'

test('every parameter of a condition is a text or a number, so that searches can share a statement', () => {
  const asked = [
    ['_id', 'a,b,{c},d"'],
    ['patient', 'a,b'],
    ['subject', 'Patient/a,Group/b'],
    ['code', 'x,y|z'],
    ['date', 'ge2024,lt2020'],
    ['status:not', 'final'],
  ] as const
  for (const { values } of understand('Observation', asked, true).filters.map((one) =>
    conditionOf('Observation', one, ''),
  ))
    for (const value of values) assert.notEqual(typeof value, 'object')
  const [filter] = understand('Observation', asked.slice(0, 1), true).filters
  assert.deepEqual(filter && conditionOf('Observation', filter, '').values, ['{a,b}'])
})
