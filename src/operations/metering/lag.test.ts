import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { remember, secondsBehind, type Written } from './lag.ts'

/** What a primary writes that is looked at every 15 seconds: 100 bytes a second. */
const minutes = (count: number): readonly Written[] =>
  Array.from({ length: count * 4 + 1 }, (_, look) => ({ wal: look * 1_500, atMs: look * 15_000 })).reduce(
    remember,
    [] as readonly Written[],
  )

describe('how far a standby is behind', () => {
  test('is nothing when it has replayed all there is, however long that once took', () => {
    assert.equal(secondsBehind(minutes(2), { replayed: '12000', lag: '7' }, 120_000), 0)
  })

  test('is what PostgreSQL tells, while that is longer than what is known here', () => {
    assert.equal(secondsBehind(minutes(2), { replayed: '11999', lag: '3.5' }, 120_000), 3.5)
  })

  // PostgreSQL goes on telling how long what was replayed last has taken: https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-REPLICATION-VIEW
  test('grows while its replay stands still', () => {
    const moments = minutes(10)
    for (const [nowMs, seconds] of [
      [600_000, 480],
      [660_000, 540],
    ] as const)
      assert.equal(secondsBehind(moments, { replayed: '11999', lag: '0.01' }, nowMs), seconds)
  })

  test('is told from where it is, not from when the primary last wrote: an idle hospital has no lag', () => {
    const idle = Array.from({ length: 100 }, (_, look) => ({ wal: 500, atMs: look * 15_000 })).reduce(
      remember,
      [] as readonly Written[],
    )
    assert.equal(idle.length, 1)
    assert.equal(secondsBehind(idle, { replayed: '500', lag: null }, 1_500_000), 0)
  })

  test('is not told from the WAL of a server that was there before', () => {
    const anew = remember(minutes(10), { wal: 100, atMs: 700_000 })
    assert.deepEqual(anew, [{ wal: 100, atMs: 700_000 }])
  })

  test('is remembered for hours, and no longer', () => {
    const moments = minutes(1_000)
    assert.equal(moments.length, 2_000)
    assert.equal(moments.at(-1)?.atMs, 60_000_000)
  })
})
