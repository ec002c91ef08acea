import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { freshHome, startOmniCare, until } from '../support/running.ts'
import { openWriters } from '../support/writers.ts'

const ROUNDS = 20
const WRITES_A_ROUND = 150

describe('kill -9 of every process while writers are at work', () => {
  test(`loses nothing acknowledged, ${ROUNDS} times over`, async (t) => {
    const home = freshHome(t)
    const writers = openWriters()
    let running = await startOmniCare(home)
    for (let round = 0; round < ROUNDS; round++) {
      const before = writers.count()
      const writing = writers.write(running)
      await until('the writers are at work', () => writers.count() - before >= WRITES_A_ROUND)
      await running.kill()
      await writing
      running = await startOmniCare(home)
      await writers.check(running)
    }
    await writers.checkAll(running)
    t.diagnostic(`${writers.count()} acknowledged writes`)
    assert.equal(await running.stop(), 0)
  })
})
