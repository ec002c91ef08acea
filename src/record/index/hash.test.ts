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
