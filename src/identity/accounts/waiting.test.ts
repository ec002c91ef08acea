import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { admitted, RULES, type Rule, type Tries } from './waiting.ts'

const NONE: Tries = { failures: 0, lastMs: 0, untilMs: 0 }

/** Waits as told after each failure; gives the waits in seconds. */
function waits(rule: Rule, count: number): number[] {
  let tries = NONE
  let nowMs = 1_000_000_000
  return Array.from({ length: count }, () => {
    const next = admitted(tries, rule, nowMs)
    assert.ok('untilMs' in next)
    tries = next
    const waited = next.untilMs - nowMs
    nowMs = next.untilMs
    return waited / 1000
  })
}

describe('the wait after failures', () => {
  test('is none at first, then doubles up to a limit', () => {
    assert.deepEqual(waits(RULES.account, 9), [0, 0, 0, 0, 0, 1, 2, 4, 8])
    assert.ok(waits(RULES.account, 100).every((seconds) => seconds <= RULES.account.longestSeconds))
  })

  test('is told to who does not wait, and does not grow by it', () => {
    const tries = { failures: 9, lastMs: 0, untilMs: 8_000 }
    assert.deepEqual(admitted(tries, RULES.account, 500), { waitSeconds: 8 })
    assert.deepEqual(admitted(tries, RULES.account, 7_999), { waitSeconds: 1 })
    assert.ok('untilMs' in admitted(tries, RULES.account, 8_000))
  })

  test('allows fewer than a hundred guesses a day at one account, as NIST asks', () => {
    const dayMs = 86_400_000
    let tries = NONE
    let guesses = 0
    for (let nowMs = 1; nowMs < dayMs; nowMs = tries.untilMs + 1) {
      tries = admitted(tries, RULES.account, nowMs) as Tries
      guesses++
    }
    assert.ok(guesses < 100, `${guesses} guesses`)
  })

  test('is forgotten with time', () => {
    const tries = { failures: 9, lastMs: 0, untilMs: 8_000 }
    const later = admitted(tries, RULES.account, 9 * RULES.account.forgetSeconds * 1000)
    assert.ok('failures' in later && later.failures === 1)
  })
})
