/** What health keeps of the past, in a control database of the test's own. */
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import type { Database } from '#foundation/database.ts'
import { databaseFaults } from '#foundation/database-faults.ts'
import { Metrics } from '#foundation/metric.ts'
import { keepHistory, meterSla, type ProbeChange, slaOf } from '../src/operations/health/index.ts'
import { startHome } from './support/home.ts'
import { readableLog } from './support/recording-record.ts'
import { until } from './support/running.ts'
import { ofSuite } from './support/suite.ts'

const suite = ofSuite()
let control: Database
before(async () => {
  const { url, open } = await startHome(suite, 'control')
  control = await open({ url, connections: 2, role: 'omnicare_operations' })
})

const DAY = 86_400_000
const NOW = Date.parse('2026-11-25T08:00:00Z')
const PROBE = 'hospital:ready'
const change = (minute: number, to: ProbeChange['to']): ProbeChange => ({
  probe: PROBE,
  at: `2026-11-25T07:${minute}:00Z`,
  from: to === 'fail' ? 'pass' : 'fail',
  to,
  says: 'The hospital does not answer.',
})

function history({ nowMs = NOW, over = control }: { nowMs?: number; over?: Pick<Database, 'rows' | 'change'> } = {}) {
  let watched: { probe: string; watchedMs: number; failedMs: number }[] = []
  const kept = keepHistory({
    control: over,
    nowMs: () => nowMs,
    takeWatched: () => watched.splice(0),
    remembers: { probe: PROBE, days: 30 },
    log: readableLog().log,
  })
  return {
    ...kept,
    watched(watchedMs: number, failedMs: number) {
      watched = [{ probe: PROBE, watchedMs, failedMs }]
    },
    end: () => kept[Symbol.asyncDispose](),
  }
}

describe('the history of health', () => {
  test('outlives the process that has written it, the newest first', async () => {
    const first = history()
    first.add(change(10, 'fail'))
    first.add(change(11, 'pass'))
    assert.equal((await first.changes(10)).length, 2)
    await first.end()
    const second = history()
    assert.deepEqual(
      (await second.changes(10)).map(({ at, from, to }) => [at, from, to]),
      [
        ['2026-11-25T07:11:00Z', 'fail', 'pass'],
        ['2026-11-25T07:10:00Z', 'pass', 'fail'],
      ],
    )
    assert.equal((await second.changes(1)).length, 1)
    await second.end()
  })

  test('gives the availability of a day and of thirty, with what was not written yet', async () => {
    const yesterday = history({ nowMs: NOW - DAY })
    yesterday.watched(DAY, DAY / 100)
    await yesterday.end()
    const long = history({ nowMs: NOW - 30 * DAY })
    long.watched(DAY, DAY)
    await long.end()
    const today = history()
    today.watched(10_000, 0)
    assert.deepEqual(await today.availability(PROBE, 1), { percent: 100, watchedSeconds: 10, failedSeconds: 0 })
    const { percent, failedSeconds } = await today.availability(PROBE, 30)
    assert.deepEqual([percent, failedSeconds], [99, 864])
    const sla = await slaOf(today)
    assert.equal(sla.last30Days.percent, 99)
    assert.equal(sla.lacks, undefined)
    await today.end()
    const again = history()
    again.watched(10_000, 5_000)
    assert.equal((await again.availability(PROBE, 1)).percent, 75)
    await again.end()
  })

  test('loses a minute rather than counting it twice, when nobody knows whether it was written', async () => {
    const day = NOW + 60 * DAY
    const over: Pick<Database, 'rows' | 'change'> = {
      ...control,
      async change(statement) {
        const done = await control.change(statement)
        if (statement.text.includes('INSERT INTO operations.probe_day')) throw databaseFaults['outcome-unknown']()
        return done as never
      },
    }
    const unlucky = history({ nowMs: day, over })
    unlucky.watched(10_000, 5_000)
    await unlucky.end()
    assert.deepEqual(unlucky.remembered(), { percent: 50, watchedSeconds: 10, failedSeconds: 5 })
    const after = history({ nowMs: day })
    assert.equal((await after.availability(PROBE, 1)).watchedSeconds, 10)
    await after.end()
  })

  test('remembers thirty days for who scrapes: after a start, too, and not what is older', async () => {
    const day = NOW + 100 * DAY
    const before = history({ nowMs: day - DAY })
    before.watched(30_000, 15_000)
    await before.end()
    const metrics = new Metrics()
    const again = history({ nowMs: day })
    meterSla(metrics, { history: again, watch: { states: () => [] } })
    const told = async () => /^omnicare_sla_availability_percentage (\S+)$/m.exec(await metrics.metrics())?.[1]
    await until('what was before is known', async () => (await told()) === '50')
    again.watched(30_000, 0)
    assert.equal(await told(), '75')
    await again.end()
    const later = history({ nowMs: day + 29 * DAY })
    await until('the newest thirty days are known', () => later.remembered().watchedSeconds === 30)
    assert.equal(later.remembered().percent, 100)
    await later.end()
  })

  test('waits for a database that is away, and says of itself what it knows meanwhile', async () => {
    let away = true
    const gone = async () => {
      throw databaseFaults.unreachable()
    }
    const over = {
      rows: (statement: Parameters<Database['rows']>[0]) => (away ? gone() : control.rows(statement)),
      change: (statement: Parameters<Database['change']>[0]) => (away ? gone() : control.change(statement)),
    } as Pick<Database, 'rows' | 'change'>
    const patient = history({ over })
    patient.add({ ...change(20, 'fail'), says: 'It waits.' })
    patient.watched(4_000, 1_000)
    const sla = await slaOf(patient)
    assert.deepEqual(sla.last30Days, { percent: 75, watchedSeconds: 4, failedSeconds: 1 })
    assert.match(String(sla.lacks), /only since operations started/)
    away = false
    await patient.end()
    const after = history()
    assert.equal((await after.changes(1))[0]?.says, 'It waits.')
    await after.end()
  })
})
