/** Which records there are of what was due: exactly one each time, whoever looks, and whatever is down meanwhile. */
import assert from 'node:assert/strict'
import { before, beforeEach, describe, test } from 'node:test'
import type { Database } from '#foundation/database.ts'
import { sql } from '#foundation/sql.ts'
import { failingAtEveryStep, type Moment } from '../support/faults-at-every-step.ts'
import { startHome, type TestHome } from '../support/home.ts'
import { ALL_WELL, answerAll, clockAt, doer, keepTestProcedures, openTestProcedures } from '../support/procedures.ts'
import { ofSuite } from '../support/suite.ts'

const suite = ofSuite()
let home: TestHome
let control: Database
let owner: Database
before(async () => {
  home = await startHome(suite, 'control')
  control = await home.open({ url: home.url, connections: 8, role: 'omnicare_operations' })
  owner = await home.open({ url: home.url, connections: 2 })
})
beforeEach(() =>
  owner.rows(
    sql`TRUNCATE operations.procedure_event, operations.procedure_answer, operations.procedure, operations.procedure_known`,
  ),
)

const rows = async () =>
  (
    await owner.rows(
      sql<{ procedure: string; due: string; state: string }>`
      SELECT procedure, to_char(due, 'MM-DD HH24:MI') AS due, state FROM operations.procedure ORDER BY procedure.due, procedure`,
    )
  ).map(({ procedure, due, state }) => `${due} ${procedure} ${state}`)

describe('what is due every day', () => {
  test('is nobody’s fault from before it was known, and is opened when its time has come', async () => {
    const clock = clockAt('2026-10-31T15:00:00Z')
    const { procedures } = openTestProcedures({ control, nowMs: clock.nowMs })
    assert.deepEqual(await procedures.keep(), new Map())
    assert.deepEqual(await rows(), [])
    clock.set('2026-10-31T20:59:59Z')
    await procedures.keep()
    assert.deepEqual(await rows(), [])
    clock.set('2026-10-31T21:00:00Z')
    await procedures.keep()
    assert.deepEqual(await rows(), ['10-31 21:00 end-of-day due', '10-31 21:00 shift-handover due'])
    const { findings, events, clock: onTheClock, late } = await procedures.find('end-of-day')
    assert.equal(onTheClock, '2026-10-31T17:00:00-04:00[America/New_York]')
    assert.equal(late, '2026-10-31T23:00:00Z')
    assert.equal(findings?.all.length, 6)
    assert.deepEqual(
      events.map(({ what, by, looks }) => [what, by, looks]),
      [
        ['opened', undefined, undefined],
        ['looked', undefined, 0],
      ],
    )
  })

  test('has one record each time, though five processes look at once and again and again', async () => {
    const clock = clockAt('2026-10-31T00:00:00Z')
    const all = Array.from({ length: 5 }, () => openTestProcedures({ control, nowMs: clock.nowMs }).procedures)
    await all[0]?.keep()
    for (const now of [
      '2026-10-31T12:00:00Z',
      '2026-10-31T13:00:30Z',
      '2026-11-01T13:00:00Z',
      '2026-11-01T23:00:00Z',
    ]) {
      clock.set(now)
      await Promise.all(all.flatMap((one) => [one.keep(), one.keep()]))
    }
    assert.deepEqual(await rows(), [
      '10-31 12:00 morning-check missed',
      '10-31 13:00 shift-handover missed',
      '10-31 21:00 end-of-day missed',
      '10-31 21:00 shift-handover missed',
      // Daylight saving has ended meanwhile: by the clock it is the same time.
      '11-01 13:00 morning-check due',
      '11-01 14:00 shift-handover missed',
      '11-01 22:00 end-of-day due',
      '11-01 22:00 shift-handover due',
    ])
    const events = await owner.rows(
      sql<{ count: number }>`SELECT count(*)::int AS count FROM operations.procedure_event WHERE what = 'opened'`,
    )
    assert.equal(events[0]?.count, 8)
  })

  test('is not lost when operations is down over its time, for an hour or for a week', async () => {
    const clock = clockAt('2027-03-13T11:00:00Z')
    await openTestProcedures({ control, nowMs: clock.nowMs }).procedures.keep()
    // Started anew in the night in which daylight saving begins, and after the check was due.
    clock.set('2027-03-14T12:40:00Z')
    await openTestProcedures({ control, nowMs: clock.nowMs }).procedures.keep()
    assert.deepEqual((await rows()).slice(-1), ['03-14 12:00 morning-check due'])
    clock.set('2027-03-21T12:40:00Z')
    await openTestProcedures({ control, nowMs: clock.nowMs }).procedures.keep()
    const mornings = (await rows()).filter((row) => row.includes('morning'))
    assert.equal(mornings.length, 9)
    assert.deepEqual(mornings.slice(-2), ['03-20 12:00 morning-check missed', '03-21 12:00 morning-check due'])
  })

  for (const moment of ['before', 'after'] as const satisfies Moment[])
    test(`is opened once when any step of it fails, ${moment} it was taken`, async () => {
      const clock = clockAt('2026-10-31T00:00:00Z')
      const only = ['morning-check'] as const
      const anew = () => openTestProcedures({ control, nowMs: clock.nowMs, only }).procedures
      await anew().keep()
      let day = 0
      const next = () => clock.set(new Date(Date.UTC(2026, 11, ++day, 23)).toISOString())
      next()
      await anew().keep()
      let known = await rows()
      const steps = await failingAtEveryStep(
        control,
        moment,
        async (db) => {
          next()
          known = await rows()
          await openTestProcedures({ control: db, nowMs: clock.nowMs, only }).procedures.keep()
        },
        async (step) => {
          await anew().keep()
          const now = await rows()
          assert.equal(now.length, known.length + 1, `step ${step}`)
          assert.equal(now.filter((row) => row.endsWith(' due')).length, 1, `step ${step}`)
          assert.notEqual((await anew().find('morning-check')).findings, undefined, `step ${step}`)
        },
      )
      assert.ok(steps >= 10, `${steps} steps`)
    })
})

describe('a procedure that nobody does', () => {
  test('is late from its time on, stays so when it is missed, and until somebody signs a later one', async (t) => {
    const clock = clockAt('2026-10-31T00:00:00Z')
    const { procedures, keeping, overdue, metrics } = keepTestProcedures({ control, nowMs: clock.nowMs })
    t.after(() => keeping[Symbol.asyncDispose]())
    await keeping.look()
    const at = async (now: string) => {
      clock.set(now)
      await keeping.look()
      return [await overdue('morning-check'), keeping.late().get('morning-check')]
    }
    assert.deepEqual(await at('2026-10-31T12:00:00Z'), [0, undefined])
    assert.deepEqual(await at('2026-10-31T12:59:59Z'), [0, undefined])
    assert.deepEqual(await at('2026-10-31T13:00:00Z'), [1, '2026-10-31T13:00:00Z'])
    assert.equal((await procedures.overview()).procedures[0]?.overdueSince, '2026-10-31T13:00:00Z')
    assert.deepEqual(await at('2026-11-01T13:00:00Z'), [1, '2026-10-31T13:00:00Z'])
    assert.match(await metrics.metrics(), /^omnicare_procedure_overdue\{procedure="morning-check"\} 1$/m)
    const ada = doer('ada')
    const { id } = await procedures.start(ada, 'morning-check')
    await answerAll(procedures, ada, id)
    await procedures.sign(ada, id, '')
    assert.deepEqual(await at('2026-11-01T13:10:00Z'), [0, undefined])
    assert.deepEqual(await at('2026-11-02T14:00:00Z'), [1, '2026-11-02T14:00:00Z'])
  })

  test('is logged, and can’t be done once it is missed, though what was to be said can still be noted', async () => {
    const clock = clockAt('2026-10-31T00:00:00Z')
    const { procedures, lines } = openTestProcedures({ control, nowMs: clock.nowMs })
    await procedures.keep()
    clock.set('2026-10-31T12:00:00Z')
    await procedures.keep()
    const ada = doer('ada')
    const { id } = await procedures.start(ada, 'morning-check')
    clock.set('2026-11-01T13:00:00Z')
    await procedures.keep()
    assert.ok(lines.some(({ level, message }) => level === 'warn' && /missed: nobody finished it/.test(message)))
    const given = { answer: 'well', note: '' }
    await assert.rejects(procedures.answer(ada, id, 'processes', given), { code: 'procedures/not-now' })
    await assert.rejects(procedures.sign(ada, id, ''), { code: 'procedures/not-now' })
    assert.equal((await procedures.note(ada, id, 'We were at the fire drill.')).state, 'missed')
  })
})

describe('findings', () => {
  test('that fail or take too long are not known, and keep nobody from the rest', async () => {
    const clock = clockAt('2026-10-31T00:00:00Z')
    const sources = {
      ...ALL_WELL,
      errors: async () => {
        throw new Error('of Ada Lovelace')
      },
      databases: () => new Promise<never>(() => undefined),
      availability: undefined,
    }
    const { procedures, lines } = openTestProcedures({ control, nowMs: clock.nowMs, sources: sources as never })
    await procedures.keep()
    clock.set('2026-10-31T12:00:00Z')
    await procedures.keep()
    const { findings } = await procedures.find('morning-check')
    assert.deepEqual(
      findings?.all.filter(({ verdict }) => verdict !== 'well').map(({ name, says }) => [name, says]),
      [
        ['databases', 'There was no answer within 2 seconds.'],
        ['errors', 'It could not be found out: the log of operations says why.'],
        ['availability', 'Nothing in OmniCare tells this yet.'],
      ],
    )
    assert.ok(lines.some(({ level }) => level === 'warn'))
  })

  test('are asked since the last that was signed, keep some lines, and compare measures with the time before', async () => {
    const clock = clockAt('2026-10-31T00:00:00Z')
    const periods: string[] = []
    let value = 40
    const { procedures } = openTestProcedures({
      control,
      nowMs: clock.nowMs,
      sources: {
        ...ALL_WELL,
        utilisation: async ({ fromMs, toMs }) => {
          periods.push(`${new Date(fromMs).toISOString().slice(5, 16)} ${new Date(toMs).toISOString().slice(5, 16)}`)
          const lines = Array.from({ length: 30 }, () => 'x'.repeat(1_000))
          return {
            verdict: 'well',
            says: 'There is room.',
            lines,
            measures: [{ name: 'Disk in use', value, unit: '%' }],
          }
        },
      },
    })
    await procedures.keep()
    clock.set('2026-10-31T13:00:00Z')
    await procedures.keep()
    value = 55
    clock.set('2026-10-31T21:00:00Z')
    await procedures.keep()
    assert.deepEqual(periods, ['10-30T13:00 10-31T13:00', '10-30T21:00 10-31T21:00'])
    const { findings } = await procedures.find('shift-handover')
    const told = findings?.all.find(({ name }) => name === 'utilisation')
    assert.deepEqual(told?.measures, [{ name: 'Disk in use', value: 55, unit: '%', before: 40 }])
    assert.deepEqual([told?.lines.length, told?.lines[0]?.length, told?.more], [20, 300, 10])
  })
})
