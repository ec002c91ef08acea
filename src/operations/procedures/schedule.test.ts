import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { clockOf, dueBetween, nextDue } from './schedule.ts'

const NEW_YORK = 'America/New_York'
const ms = (text: string): number => Date.parse(text)
const text = (times: readonly number[]): string[] => times.map((one) => new Date(one).toISOString().slice(0, 16))

describe('a daily schedule', () => {
  test('keeps its time on the clock when daylight saving ends and begins', () => {
    const morning = { times: ['08:00'], zone: NEW_YORK }
    assert.deepEqual(text(dueBetween(morning, ms('2026-10-31T00:00Z'), ms('2026-11-03T00:00Z'), 10)), [
      '2026-10-31T12:00',
      '2026-11-01T13:00',
      '2026-11-02T13:00',
    ])
    assert.deepEqual(text(dueBetween(morning, ms('2027-03-13T00:00Z'), ms('2027-03-15T00:00Z'), 10)), [
      '2027-03-13T13:00',
      '2027-03-14T12:00',
    ])
  })

  test('is due once where the clock skips its time, and once where the clock shows it twice', () => {
    const atNight = { times: ['02:30'], zone: NEW_YORK }
    const due = dueBetween(atNight, ms('2027-03-13T12:00Z'), ms('2027-03-15T00:00Z'), 10)
    assert.deepEqual(
      due.map((one) => clockOf(one, NEW_YORK)),
      ['2027-03-14T03:30:00-04:00[America/New_York]'],
    )
    const twice = { times: ['01:30'], zone: NEW_YORK }
    assert.deepEqual(text(dueBetween(twice, ms('2026-11-01T00:00Z'), ms('2026-11-02T00:00Z'), 10)), [
      '2026-11-01T05:30',
    ])
  })

  test('is due once for two times that the clock makes one', () => {
    const both = { times: ['02:30', '03:30'], zone: NEW_YORK }
    assert.equal(dueBetween(both, ms('2027-03-14T05:00Z'), ms('2027-03-15T04:00Z'), 10).length, 1)
  })

  for (const zone of [NEW_YORK, 'Australia/Lord_Howe', 'Europe/Berlin', 'Asia/Kathmandu'])
    test(`is due exactly once on each of 800 days in ${zone}, however the time is cut into looks`, () => {
      const schedule = { times: ['02:15', '08:00', '17:00'], zone }
      const [from, to] = [ms('2026-01-01T00:00Z'), ms('2028-03-11T00:00Z')]
      const whole = dueBetween(schedule, from, to, 10_000)
      const cut: number[] = []
      for (let at = from; at < to; ) {
        const next = Math.min(to, at + 1 + (Math.floor(at / 7919) % 40) * 3_600_000)
        cut.push(...dueBetween(schedule, at, next, 10_000))
        at = next
      }
      assert.deepEqual(cut, whole)
      const perDay = new Map<string, number>()
      for (const one of whole) {
        const day = clockOf(one, zone).slice(0, 10)
        perDay.set(day, (perDay.get(day) ?? 0) + 1)
      }
      const whole3 = [...perDay.values()].slice(1, -1)
      assert.ok(whole3.length >= 798 && whole3.every((count) => count === 3))
    })

  test('gives the latest when there are more than are wanted, and the next one', () => {
    const morning = { times: ['08:00'], zone: NEW_YORK }
    const due = dueBetween(morning, ms('2001-01-01T00:00Z'), ms('2026-06-10T18:00Z'), 2)
    assert.deepEqual(text(due), ['2026-06-09T12:00', '2026-06-10T12:00'])
    assert.deepEqual(text([nextDue(morning, ms('2026-06-10T12:00Z'))]), ['2026-06-11T12:00'])
    assert.deepEqual(dueBetween(morning, ms('2026-06-10T12:00Z'), ms('2026-06-10T12:00Z'), 2), [])
  })
})
