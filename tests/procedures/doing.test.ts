/** Doing a procedure: who may do what when, what it leaves behind, and what can't be changed any more. */
import assert from 'node:assert/strict'
import { before, beforeEach, describe, test } from 'node:test'
import type { Deed } from '#audit'
import type { Database } from '#foundation/database.ts'
import { sheetText } from '#foundation/pdf/sheet.ts'
import { sql } from '#foundation/sql.ts'
import { occurrenceSheet, type Procedures } from '../../src/operations/procedures/index.ts'
import { failingAtEveryStep, type Moment } from '../support/faults-at-every-step.ts'
import { startHome } from '../support/home.ts'
import {
  ALL_WELL,
  answerAll,
  clockAt,
  doer,
  findingOf,
  NEW_YORK,
  openTestProcedures,
  type TestClock,
} from '../support/procedures.ts'
import { ofSuite } from '../support/suite.ts'

const suite = ofSuite()
let control: Database
let owner: Database
let clock: TestClock
let procedures: Procedures
let recorded: { who: string; deed: Deed }[]
const [ada, bo] = [doer('ada'), doer('bo')]
const sources = {
  ...ALL_WELL,
  errors: async () => ({ verdict: 'look' as const, says: 'One error was logged.', lines: ['12:31 the disk is full'] }),
}
const record = async ({ actor }: { actor: { id: string } }, deed: Deed) => void recorded.push({ who: actor.id, deed })

before(async () => {
  const home = await startHome(suite, 'control')
  control = await home.open({ url: home.url, connections: 8, role: 'omnicare_operations' })
  owner = await home.open({ url: home.url, connections: 2 })
})
beforeEach(async () => {
  await owner.rows(
    sql`TRUNCATE operations.procedure_event, operations.procedure_answer, operations.procedure, operations.procedure_known`,
  )
  recorded = []
  clock = clockAt('2026-10-31T16:00:00Z')
  procedures = openTestProcedures({ control, nowMs: clock.nowMs, sources, record }).procedures
  await procedures.keep()
  // Sunday morning: in the night daylight saving has ended.
  clock.set('2026-11-01T14:00:00Z')
  await procedures.keep()
})

describe('a morning check', () => {
  test('is started, answered step by step and signed, each of it with who and when, and in the trail', async () => {
    clock.set('2026-11-01T14:05:00Z')
    const { id, plan } = await procedures.start(ada, 'morning-check')
    for (const { name } of plan.slice(0, -1))
      await procedures.answer(ada, id, name, { answer: 'well', note: name === 'errors' ? 'Known: cleared.' : '' })
    await assert.rejects(procedures.sign(ada, id, ''), {
      code: 'procedures/not-now',
      message: 'One step is not answered yet.',
    })
    await procedures.answer(bo, id, 'audit-trail', { answer: 'problem', note: 'It lags; ticket 7.' })
    clock.set('2026-11-01T14:20:00Z')
    const signed = await procedures.sign(ada, id, 'All in all well.')
    assert.partialDeepStrictEqual(signed, {
      state: 'signed',
      overdue: true,
      answered: 7,
      problems: 1,
      started: { at: '2026-11-01T14:05:00Z', by: { id: 'id-of-ada', name: 'ada' } },
      signed: { at: '2026-11-01T14:20:00Z', by: { id: 'id-of-ada', name: 'ada' } },
    })
    assert.deepEqual(
      signed.events.map(({ what, by }) => `${what} ${by?.name ?? '-'}`),
      [
        'opened -',
        'looked -',
        'started ada',
        'looked ada',
        ...Array.from({ length: 6 }, () => 'answered ada'),
        'answered bo',
        'signed ada',
      ],
    )
    assert.equal(recorded.length, 10)
    assert.deepEqual(recorded.at(-1), {
      who: 'id-of-ada',
      deed: {
        action: 'operation',
        resources: [`procedure/${id}`],
        patients: [],
        status: 200,
        reason: 'morning-check signed',
      },
    })
    assert.ok(!JSON.stringify(recorded).includes('ticket'), 'what people wrote is not in the trail')
  })

  test('wants words for whatever is not well, and takes an answer back for another', async () => {
    const { id } = await procedures.start(ada, 'morning-check')
    const answer = (step: string, given: string, note = '') => procedures.answer(ada, id, step, { answer: given, note })
    await assert.rejects(answer('processes', 'problem'), { code: 'procedures/note-needed' })
    await assert.rejects(answer('processes', 'not-done', '  '), { code: 'procedures/note-needed' })
    await assert.rejects(answer('errors', 'well'), { code: 'procedures/note-needed' })
    await assert.rejects(answer('processes', 'fine'), { code: 'procedures/bad-answer' })
    await assert.rejects(answer('backups', 'well'), { code: 'procedures/no-such-step' })
    await assert.rejects(answer('processes', 'well', 'x'.repeat(4_001)), { code: 'procedures/note-too-long' })
    await answer('processes', 'problem', 'One is down.')
    assert.equal((await procedures.find(id)).problems, 1)
    const { problems, answers, events } = await answer('processes', 'well')
    assert.deepEqual([problems, answers.length, answers[0]?.note], [0, 1, ''])
    assert.equal(events.filter(({ what }) => what === 'answered').length, 2)
  })

  test('is done in order, by one at a time, and refused otherwise with what stands in the way', async () => {
    const refused = async (work: Promise<unknown>, code: string, message?: RegExp) =>
      assert.rejects(work, (error: { code: string; message: string }) => {
        assert.equal(error.code, `procedures/${code}`)
        if (message !== undefined) assert.match(error.message, message)
        return true
      })
    const given = { answer: 'well', note: '' }
    await refused(procedures.answer(ada, 'morning-check', 'processes', given), 'not-now', /it is due/)
    await refused(procedures.sign(ada, 'morning-check', ''), 'not-now', /it is due/)
    await refused(procedures.handOver(ada, 'morning-check', ''), 'not-now', /signed, not handed over/)
    const both = await Promise.allSettled([
      procedures.start(ada, 'morning-check'),
      procedures.start(bo, 'morning-check'),
    ])
    assert.equal(both.filter(({ status }) => status === 'fulfilled').length, 1)
    await refused(procedures.start(bo, 'morning-check'), 'not-now', /it is under way/)
    await refused(procedures.find('no-such'), 'no-such-procedure')
    await refused(procedures.find(crypto.randomUUID()), 'no-such-procedure')
  })

  test('stays as it was signed, whatever a program tries later; notes are only ever added', async () => {
    const { id } = await procedures.start(ada, 'morning-check')
    await answerAll(procedures, ada, id)
    await procedures.sign(ada, id, '')
    await assert.rejects(procedures.answer(bo, id, 'errors', { answer: 'problem', note: 'Late.' }), {
      code: 'procedures/not-now',
    })
    await assert.rejects(procedures.look(bo, id), { code: 'procedures/not-now' })
    for (const db of [control, owner])
      for (const statement of [
        sql`UPDATE operations.procedure SET signed_by = '{"id":"x","name":"x"}' WHERE id = ${id}`,
        sql`UPDATE operations.procedure SET state = 'under-way', signed = NULL, signed_by = NULL WHERE id = ${id}`,
        sql`UPDATE operations.procedure_answer SET note = 'other' WHERE occurrence = ${id}`,
        sql`INSERT INTO operations.procedure_answer (occurrence, step, answer, note, at, by)
          VALUES (${id}, 'other', 'well', '', now(), '{}')`,
      ])
        await assert.rejects(db.rows(statement))
    for (const statement of [
      sql`DELETE FROM operations.procedure WHERE id = ${id}`,
      sql`DELETE FROM operations.procedure_answer WHERE occurrence = ${id}`,
      sql`DELETE FROM operations.procedure_event WHERE occurrence = ${id}`,
      sql`UPDATE operations.procedure_event SET at = now() WHERE occurrence = ${id}`,
      sql`UPDATE operations.procedure_known SET since = now()`,
    ])
      await assert.rejects(control.rows(statement))
    const { events } = await procedures.note(bo, id, 'The disk was replaced at noon.')
    assert.partialDeepStrictEqual(events.at(-1), { what: 'noted', note: 'The disk was replaced at noon.' })
  })

  for (const moment of ['before', 'after'] as const satisfies Moment[])
    test(`is signed with its event and its entry, or not at all, when any step fails, ${moment} it was taken`, async () => {
      const { id } = await procedures.start(ada, 'morning-check')
      await answerAll(procedures, ada, id)
      const steps = await failingAtEveryStep(
        control,
        moment,
        async (db) => {
          recorded = []
          const again = openTestProcedures({ control: db, nowMs: clock.nowMs, sources, record }).procedures
          await again.sign(ada, id, 'Done.')
        },
        async (step) => {
          const { state, events } = await procedures.find(id)
          const isSigned = events.some(({ what }) => what === 'signed')
          assert.equal(state === 'signed', isSigned, `step ${step}`)
          assert.equal(state, 'under-way', `step ${step}`)
        },
      )
      assert.ok(steps >= 8, `${steps} steps`)
      assert.equal((await procedures.find(id)).state, 'signed')
    })
})

describe('a shift', () => {
  test('is handed over by one and accepted by another, never by the same', async () => {
    const { id } = await procedures.start(ada, 'shift-handover')
    await answerAll(procedures, ada, id)
    await assert.rejects(procedures.sign(ada, id, ''), { code: 'procedures/not-now' })
    await assert.rejects(procedures.accept(bo, id, ''), { code: 'procedures/not-now' })
    const handed = await procedures.handOver(ada, id, 'Watch the second disk of db2.')
    assert.equal(handed.state, 'handed-over')
    await assert.rejects(procedures.accept(ada, id, ''), { code: 'procedures/same-person' })
    await assert.rejects(
      owner.rows(
        sql`UPDATE operations.procedure SET state = 'signed', signed = now(), signed_by = handed_by WHERE id = ${id}`,
      ),
      'the database holds it too',
    )
    const accepted = await procedures.accept(bo, id, '')
    assert.partialDeepStrictEqual(accepted, {
      state: 'signed',
      handed: { by: { name: 'ada' } },
      signed: { by: { name: 'bo' } },
    })
    assert.deepEqual(recorded.map(({ deed }) => deed.reason?.split(' ')[1]).slice(-2), ['handed-over', 'accepted'])
  })

  test('is told how the last checks went, and what is not finished', async () => {
    const morning = await procedures.start(ada, 'morning-check')
    await answerAll(procedures, ada, morning.id)
    await procedures.answer(ada, morning.id, 'databases', { answer: 'problem', note: 'db2 is slow.' })
    await procedures.sign(ada, morning.id, '')
    const { id } = await procedures.start(ada, 'shift-handover')
    await answerAll(procedures, ada, id)
    await procedures.handOver(ada, id, 'Watch the second disk of db2.')
    await procedures.accept(bo, id, '')
    clock.set('2026-11-01T22:00:00Z')
    await procedures.keep()
    const { findings } = await procedures.find('shift-handover')
    const last = findingOf(findings?.all, 'last-check')
    assert.equal(last?.verdict, 'look')
    assert.ok(last.lines.includes('Morning health check of 2026-11-01 08:00: signed by ada, late.'), String(last.lines))
    assert.ok(last.lines.includes('Databases: a problem. db2 is slow.'))
    const ongoing = findingOf(findings?.all, 'ongoing')
    assert.deepEqual(ongoing?.lines, ['ada, 2026-11-01 09:00: Watch the second disk of db2.'])
  })

  test('is printed with all that was found, answered and done, by the clock of its zone', async () => {
    const { id } = await procedures.start(ada, 'shift-handover')
    await answerAll(procedures, ada, id, 'Seen.')
    await procedures.handOver(ada, id, 'Watch the second disk of db2.')
    const occurrence = await procedures.accept(bo, id, '')
    const text = sheetText(occurrenceSheet(occurrence, NEW_YORK, clock.nowMs()))
    for (const line of [
      'Shift hand-over',
      '  Due                   2026-11-01 09:00, on the clock in America/New_York',
      '  Handed over           2026-11-01 09:00 by ada',
      '  Accepted              2026-11-01 09:00 by bo',
      '6 of 6 steps answered, none with a problem.',
      '1. Incidents',
      '  Errors of the last hour  Look at this. One error was logged.',
      '                        12:31 the disk is full',
      '  Note                  Seen.',
      '  2026-11-01 09:00      ada: handed over. Watch the second disk of db2.',
    ])
      assert.ok(text.split('\n').includes(line), `${line}\n---\n${text}`)
  })
})

describe('the history', () => {
  test('is the newest first, by procedure, state and time, and in pages', async () => {
    for (const now of ['2026-11-02T13:00:00Z', '2026-11-03T14:00:00Z']) {
      clock.set(now)
      await procedures.keep()
    }
    const names = async (asked: Parameters<Procedures['history']>[0]) =>
      (await procedures.history(asked)).map(({ due, procedure, state }) => `${due.slice(5, 16)} ${procedure} ${state}`)
    assert.deepEqual(await names({ most: 3 }), [
      '11-03T14:00 shift-handover due',
      '11-03T13:00 morning-check due',
      '11-02T22:00 end-of-day due',
    ])
    assert.deepEqual(await names({ procedure: 'morning-check', state: 'missed', before: '2026-11-02T13:00:00Z' }), [
      '11-01T13:00 morning-check missed',
    ])
    const wrong = [
      { procedure: 'x' },
      { state: 'done' },
      { before: 'yesterday' },
      { most: 0 },
      { most: 201 },
      { most: 1.5 },
    ]
    for (const asked of wrong) await assert.rejects(procedures.history(asked), { code: 'procedures/bad-filter' })
  })
})
