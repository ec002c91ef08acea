import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import type { Database } from '#foundation/database.ts'
import { databaseFaults } from '#foundation/database-faults.ts'
import { Metrics } from '#foundation/metric.ts'
import { fixed } from '#foundation/sql.ts'
import { watchAvailability } from '../../src/operations/metering/index.ts'
import { startHome } from '../support/home.ts'
import { readableLog } from '../support/recording-record.ts'
import { until } from '../support/running.ts'
import { ofSuite } from '../support/suite.ts'

const SECOND = 1_000
const DAY = 86_400 * SECOND
const START = Date.parse('2026-03-08T06:59:50Z') // shortly before an hour that New York does not have

describe('how available the hospital was', () => {
  const t = ofSuite()
  let control: Database
  before(async () => {
    const { url, open } = await startHome(t, 'control')
    control = await open({ url, connections: 4, role: 'omnicare_operations' })
  })

  /** Asks again and again, a second of its own time for each; stops when told by `until`. */
  const watching = (startMs: number, db: Database = control) => {
    const time = { ms: startMs }
    const answers: boolean[] = []
    let last = true
    const metrics = new Metrics()
    const { log, lines } = readableLog()
    const watched = watchAvailability({
      control: db,
      metrics,
      log,
      nowMs: () => time.ms,
      ask: async () => {
        if (answers.length > 0) {
          time.ms += SECOND
          last = answers.shift() as boolean
        }
        return last
      },
      askEveryMs: 1,
      storeEveryMs: 5 * SECOND,
    })
    const percent = async () => {
      const text = await metrics.metrics()
      return Number(/^omnicare_sla_availability_percentage (\S+)$/m.exec(text)?.[1])
    }
    const see = async (up: boolean, seconds: number) => {
      answers.push(...Array.from({ length: seconds }, () => up))
      await until('all is seen', () => answers.length === 0)
    }
    return { percent, see, lines, time, end: () => watched[Symbol.asyncDispose]() }
  }
  const stored = () =>
    control.rows(
      fixed<{ up: string; down: string }>(
        'SELECT up_ms AS up, down_ms AS down FROM operations.availability ORDER BY hour',
      ),
    )
  const forget = () => control.rows(fixed('DELETE FROM operations.availability'))

  test('is the part of the time in which it answered, and nothing before anybody looked', async () => {
    await forget()
    const { percent, see, end } = watching(START)
    assert.ok(Number.isNaN(await percent()))
    await see(true, 15)
    await until('all of it counts', async () => (await percent()) === 100)
    await see(false, 5)
    await until('so does this', async () => (await percent()) === 75)
    await end()
    // It began ten seconds before the hour.
    assert.deepEqual(await stored(), [
      { up: '9000', down: '0' },
      { up: '6000', down: '5000' },
    ])
  })

  test('is remembered when operations is started anew, whatever nobody saw meanwhile', async () => {
    const { percent, see, end } = watching(START + 3 * DAY)
    await until('it is known', async () => (await percent()) === 75)
    await see(true, 5)
    await until('it goes on', async () => (await percent()) === 80)
    await end()
  })

  test('is told of thirty days: what is older counts no more', async () => {
    const { percent, see, end } = watching(START + 31 * DAY)
    await see(true, 1)
    await until('only the newest counts', async () => (await percent()) === 100)
    await end()
  })

  test('is not forgotten, and not counted twice, while the control database is away', async () => {
    await forget()
    let away = true
    const flaky: Database = {
      ...control,
      change: (statement) => (away ? Promise.reject(databaseFaults.unreachable()) : control.change(statement)),
    }
    const { percent, see, end, lines } = watching(START, flaky)
    await see(true, 12)
    await see(false, 4)
    await until('it is told all the same', async () => (await percent()) === 75)
    assert.ok(lines.some(({ message }) => message.includes('could not be stored')))
    away = false
    await see(true, 4)
    await until('all of it counts', async () => (await percent()) === 80)
    await end()
    const sums = (await stored()).reduce((sum, { up, down }) => sum + Number(up) + Number(down), 0)
    assert.equal(sums, 20 * SECOND)
  })

  test('loses a few seconds rather than counting them twice, when nobody knows whether they were stored', async () => {
    await forget()
    let lost = 0
    const flaky: Database = {
      ...control,
      async change(statement) {
        const done = await control.change(statement)
        if (statement.text.includes('INSERT INTO operations.availability') && lost++ === 0)
          throw databaseFaults['outcome-unknown']()
        return done as never
      },
    }
    const { see, end } = watching(START + DAY, flaky)
    await see(true, 20)
    await end()
    assert.ok(lost > 1)
    const sums = (await stored()).reduce((sum, { up }) => sum + Number(up), 0)
    assert.equal(sums, 20 * SECOND)
  })
})
