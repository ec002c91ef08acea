import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { keys } from './hash.ts'

test('long codes are not remembered', () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  const before = process.memoryUsage().heapUsed
  const long = 'x'.repeat(100_000)
  for (let number = 0; number < 1_000; number++) keys.coding('code', 'urn:s', `${number}${long}`)
  collect()
  assert.ok(process.memoryUsage().heapUsed - before < 20_000_000)
  assert.equal(keys.coding('code', 'urn:s', 'a'), keys.coding('code', 'urn:s', 'a'))
})

test('different parts have different keys, whatever characters they hold', () => {
  const PAIRS = [
    [keys.token('code', 'urn:s\u001fa', 'b'), keys.token('code', 'urn:s', 'a\u001fb')],
    [keys.token('code', 'urn:s\u001esa', 'b'), keys.token('code', 'urn:s\u001fa', 'b')],
    [keys.token('code', 'urn:s\u001ee', 'b'), keys.token('code', 'urn:s\u001e', 'b')],
    [keys.coding('code', 'urn:s\u001fa', 'b').token, keys.coding('code', 'urn:s', 'a\u001fb').token],
    [keys.coding('code', undefined, 'a').system, keys.coding('code', '', 'a').system],
  ]
  for (const [one, other] of PAIRS) assert.notEqual(one, other)
})

test('a code has one key whatever its case, unless its system tells case apart', () => {
  const UCUM = 'http://unitsofmeasure.org'
  assert.deepEqual(keys.coding('code', 'http://loinc.org', 'la1-4'), keys.coding('code', 'http://loinc.org', 'LA1-4'))
  assert.equal(keys.identifier('subject', 'urn:mrn', 'ab'), keys.identifier('subject', 'urn:mrn', 'AB'))
  assert.notEqual(keys.coding('code', UCUM, 'mS').token, keys.coding('code', UCUM, 'MS').token)
  assert.equal(keys.coding('code', UCUM, 'mS').value, keys.coding('code', undefined, 'MS').value)
})
