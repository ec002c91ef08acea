import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { workedMs } from '../../../tests/support/worked.ts'
import { indent } from './indent.ts'

describe('JSON for people', () => {
  test('is what JSON.stringify would write, with numbers as they came', () => {
    for (const value of [
      {},
      [],
      { a: {}, b: [], c: [[]], d: [{}], e: { f: [] } },
      { a: 'x{}[],: \n"\\', b: [1, true, null], c: { d: [{ e: 'f' }, 'g'] } },
      [[1], [], {}],
    ]) {
      assert.equal(indent(JSON.stringify(value)), JSON.stringify(value, null, 2))
      assert.equal(indent(JSON.stringify(value, null, 4)), JSON.stringify(value, null, 2))
    }
    assert.equal(indent('{"a":1.50}'), '{\n  "a": 1.50\n}')
  })

  test('takes time in proportion to its length', () => {
    const entries = '{"a":{"b":[{"c":1}]}},'.repeat(200_000)
    assert.ok(workedMs(() => indent(`{"entry":[${entries}{}]}`)) < 10_000)
  })
})
