/** What health keeps of the past, in a control database of the test's own. */
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import type { Database } from '#foundation/database.ts'
import { databaseFaults } from '#foundation/database-faults.ts'
import { keepHistory, type ProbeChange, slaOf } from '../src/operations/health/index.ts'
import { startHome } from './support/home.ts'
import { readableLog } from './support/recording-record.ts'
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
    const sla = await slaOf(today, 99.9)
    assert.equal(sla.last30Days.percent, 99)
    assert.equal(sla.lacks, undefined)
    await today.end()
    const again = history()
    again.watched(10_000, 5_000)
    assert.equal((await again.availability(PROBE, 1)).percent, 75)
    await again.end()
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
    const sla = await slaOf(patient, 99.9)
    assert.deepEqual(sla.last30Days, { percent: 75, watchedSeconds: 4, failedSeconds: 1 })
    assert.match(String(sla.lacks), /only since operations started/)
    away = false
    await patient.end()
    const after = history()
    assert.equal((await after.changes(1))[0]?.says, 'It waits.')
    await after.end()
  })
})
