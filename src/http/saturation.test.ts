import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import { watchSaturation } from './saturation.ts'

function watched(t: TestContext) {
  t.mock.timers.enable({ apis: ['setInterval'] })
  const state = { now: 0, waitedMs: 0 }
  const load = watchSaturation({ longestWaitMs: () => state.waitedMs, now: () => state.now })
  t.after(() => load[Symbol.dispose]())
  /** Looks for so long; `lateMs`: by how much each look is late. */
  const pass = (ms: number, lateMs = 0) => {
    for (const until = state.now + ms; state.now < until; ) {
      state.now += 100 + lateMs
      t.mock.timers.tick(100)
    }
    const { tooLate, waitedTooLong } = load()
    return { tooLate, waitedTooLong }
  }
  return { state, pass }
}

describe('how busy a process is', () => {
  test('is not known from one long request alone', (t) => {
    const { pass } = watched(t)
    pass(3_000)
    assert.deepEqual(pass(2_000, 1_900), { tooLate: false, waitedTooLong: false })
    assert.deepEqual(pass(3_000), { tooLate: false, waitedTooLong: false })
  })

  test('is known when every turn takes its time, and until it has not for a while', (t) => {
    const { pass } = watched(t)
    pass(3_000)
    assert.equal(pass(6_000, 550).tooLate, true)
    assert.equal(pass(4_000).tooLate, true)
    assert.equal(pass(4_000).tooLate, false)
  })

  test('is known when somebody waits too long for a connection, and until nobody has for five seconds', (t) => {
    const { state, pass } = watched(t)
    state.waitedMs = 2_000
    assert.equal(pass(1_000).waitedTooLong, false)
    state.waitedMs = 2_001
    assert.equal(pass(100).waitedTooLong, true)
    state.waitedMs = 0
    assert.equal(pass(4_900).waitedTooLong, true)
    assert.equal(pass(100).waitedTooLong, false)
  })

  test('is seen of a process that really is', async () => {
    using load = watchSaturation({ longestWaitMs: () => 0 })
    for (let turn = 0; turn < 12 && !load().tooLate; turn++) {
      for (const until = performance.now() + 700; performance.now() < until; );
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
    assert.equal(load().tooLate, true)
  })
})
