import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { openRate } from './rate.ts'

describe('a rate within a minute', () => {
  test('is what has been counted while the first minute is not over', () => {
    const rate = openRate(60, 0, 0)
    assert.equal(rate(30, 1), 30)
    assert.equal(rate(40, 59), 40)
  })

  test('forgets what is older than a minute, when it is asked every 15 seconds', () => {
    const rate = openRate(60, 0, 0)
    // Ten a second for a minute, then nothing.
    for (let now = 15; now <= 60; now += 15) rate(10 * now, now)
    assert.equal(rate(600, 75), 450)
    assert.equal(rate(600, 90), 300)
    assert.equal(rate(600, 120), 0)
  })

  test('is the mean of a minute when it is asked every ten minutes', () => {
    const rate = openRate(60, 0, 0)
    assert.equal(rate(6_000, 600), 600)
    assert.equal(rate(6_600, 1_200), 60)
  })

  test('is steady for whoever asks a thousand times a second', () => {
    const rate = openRate(60, 0, 0)
    let last = 0
    for (let at = 0; at < 180_000; at++) last = rate(at, at / 1000)
    assert.ok(Math.abs(last - 60_000) < 1_100, String(last))
  })

  test('is none when nothing has happened, also at the very moment it is opened', () => {
    assert.equal(openRate(60, 7, 5)(7, 5), 0)
  })
})
