import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { gather } from './gather.ts'

describe('calls that are gathered', () => {
  test('are refused when too many wait, and taken again when there is room', async () => {
    const stalled = Promise.withResolvers<void>()
    const call = gather(
      async (keys: readonly number[]) => {
        await stalled.promise
        return keys
      },
      { sizes: [2, 1], lanes: 1, most: 4 },
    )
    const first = Array.from({ length: 4 }, (_, key) => call(key))
    await assert.rejects(call(4), { code: 'database/full' })
    stalled.resolve()
    assert.deepEqual(await Promise.all(first), [0, 1, 2, 3])
    assert.equal(await call(5), 5)
  })
})
