import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Load, recommend } from './recommend.ts'
import type { Resource } from './terms.ts'

const GIB = 1024 ** 3
const DAY_MS = 86_400_000
const NOW = Date.parse('2026-11-25T12:00:00Z')

const CALM: Load = {
  cores: 4,
  waitingToRun: 0.6,
  workers: 2,
  eventLoopP99Ms: 12,
  connections: [{ database: 'record', used: 20, most: 97, wanted: 40 }],
  memory: { total: 16 * GIB, available: 9 * GIB },
  cached: 0.99,
  databaseBytes: 3 * GIB,
  disk: { total: 100 * GIB, free: 60 * GIB },
  freeDisk: [],
}
const said = (load: Partial<Load>, resource: Resource) => {
  const { recommendations } = recommend({ ...CALM, ...load }, NOW)
  const found = recommendations.find((one) => one.resource === resource)
  assert.ok(found)
  return found
}
/** Free space that shrinks by so much a day, with the ups and downs of every day. */
const shrinking = (perDay: number, days = 10) =>
  Array.from({ length: days + 1 }, (_, day) => ({
    atMs: NOW - (days - day) * DAY_MS,
    value: 60 * GIB + (days - day) * perDay + (day % 2 === 0 ? 0.01 : -0.01) * GIB,
  }))

describe('a recommendation', () => {
  test('is to leave everything as it is while there is enough', () => {
    const report = recommend(CALM, NOW)
    assert.ok(report.well)
    assert.ok(
      report.recommendations.every(({ verdict, now, recommended }) => verdict === 'enough' && now === recommended),
    )
  })

  test('is one process more where processes are busy and cores are free', () => {
    const { verdict, recommended, next } = said({ eventLoopP99Ms: 300 }, 'processes')
    assert.deepEqual([verdict, recommended], ['grow', 3])
    assert.match(next, /^OMNICARE_WORKERS=3,/)
  })

  test('is more cores where the machine is at its limit, and fewer processes than cores at no time', () => {
    assert.match(said({ eventLoopP99Ms: 300, waitingToRun: 6 }, 'processes').next, /8 cores/)
    assert.match(said({ waitingToRun: 4.5 }, 'processes').next, /6 cores/)
    const { verdict, recommended } = said({ workers: 9 }, 'processes')
    assert.deepEqual([verdict, recommended], ['less', 4])
  })

  test('has room for everything that OmniCare opens, and for who looks after it', () => {
    const tight = { database: 'record', used: 40, most: 97, wanted: 120 }
    assert.deepEqual(
      [
        said({ connections: [tight] }, 'connections').verdict,
        said({ connections: [tight] }, 'connections').recommended,
      ],
      ['soon', 150],
    )
    assert.equal(said({ connections: [{ ...tight, used: 95 }] }, 'connections').verdict, 'grow')
  })

  test('is more memory where little is left, or a database does not fit', () => {
    const tight = said({ memory: { total: 16 * GIB, available: GIB } }, 'memory')
    assert.deepEqual([tight.verdict, tight.recommended], ['grow', 20 * GIB])
    const cold = said({ cached: 0.7, databaseBytes: 60 * GIB }, 'memory')
    assert.deepEqual([cold.verdict, cold.recommended], ['soon', 22 * GIB])
  })

  test('counts the days that a disk lasts at its trend', () => {
    const soon = said({ freeDisk: shrinking(1.5 * GIB) }, 'disk')
    assert.deepEqual([soon.verdict, Number(soon.daysLeft) > 37 && Number(soon.daysLeft) < 42], ['soon', true])
    assert.ok(soon.recommended > 700 * GIB)
    assert.equal(said({ freeDisk: shrinking(6 * GIB) }, 'disk').verdict, 'grow')
    assert.equal(said({ disk: { total: 100 * GIB, free: 9 * GIB } }, 'disk').verdict, 'grow')
    assert.equal(said({ freeDisk: shrinking(6 * GIB, 1) }, 'disk').daysLeft, undefined, 'a day is no trend')
    assert.equal(said({ freeDisk: shrinking(-GIB) }, 'disk').verdict, 'enough')
    assert.equal(recommend({ ...CALM, freeDisk: shrinking(GIB) }, NOW).trendDays, 10)
  })
})
