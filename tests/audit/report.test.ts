/** "Who looked at my record", of a ledger on PostgreSQL, over HTTP. */
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { extractText, getMeta } from 'unpdf'
import { type AuditEntry, destroyMonth, type PatientReport } from '#audit'
import { entryOf } from '../support/ledger.ts'
import { ofSuite } from '../support/suite.ts'
import { startTrail, type TestTrail } from '../support/trail.ts'

const ADA = { kind: 'person', id: 'ada', name: 'Ada Lovelace' } as const
const WANG = { kind: 'person', id: 'wang', name: '王小明' } as const

/** In the week before Christmas; in Berlin it is an hour later. */
const at = (day: number, time: string) => `2025-12-${day}T${time}:00.000Z`
const entries: AuditEntry[] = [
  entryOf({ at: '2015-01-02T10:00:00.000Z', actor: ADA, role: 'nurse' }),
  entryOf({ at: at(20, '07:15'), actor: ADA, role: 'nurse' }),
  ...['08:00', '09:30', '10:45'].map((time) =>
    entryOf({ at: at(20, time), actor: ADA, role: 'nurse', action: 'search', resources: ['Observation/1'] }),
  ),
  entryOf({
    at: at(20, '22:59'),
    actor: WANG,
    role: 'physician',
    purpose: 'ETREAT',
    breakGlass: true,
    reason: 'Unconscious, nobody to ask',
    resources: ['AllergyIntolerance/1'],
  }),
  entryOf({ at: at(20, '23:30'), actor: WANG, role: 'physician', action: 'update', resources: ['Condition/4'] }),
  entryOf({ at: at(21, '09:00'), actor: ADA, role: 'nurse', outcome: 'refused', status: 403 }),
  entryOf({ at: at(21, '10:00'), actor: ADA, role: 'nurse', patients: ['Patient/1', 'Patient/2'], action: 'search' }),
  entryOf({ at: at(21, '10:00'), actor: ADA, role: 'nurse', patients: ['Patient/2'], resources: ['Patient/2'] }),
]

describe('the report of who looked at a record', { timeout: 240_000 }, () => {
  let trail: TestTrail
  const suite = ofSuite()
  before(async () => {
    trail = await startTrail(suite)
    await trail.add(entries)
    const doer = { actor: ADA, role: 'administrator', request: 'r', address: '', agent: '' }
    await destroyMonth(trail.ledger, doer, '2015-01', { years: 7, nowMs: Date.now() })
  })
  const ask = (query = '', accept?: string) =>
    trail.ask(`/api/operations/audit/report/patient/1${query}`, accept === undefined ? {} : { headers: { accept } })
  const report = async (query = ''): Promise<PatientReport> => (await (await ask(query)).json()) as PatientReport

  test('is grouped by the days of the hospital and by person, the same things together with their number', async () => {
    const { days, ...head } = await report()
    assert.deepEqual([head.times, head.people, head.emergencies, head.refused, head.unreadable], [8, 2, 1, 1, 0])
    assert.deepEqual([head.zone, head.noLongerKept], ['Europe/Berlin', ['2015-01']])
    assert.deepEqual(
      days.map(({ day, inWords, people }) => [
        day,
        inWords,
        people.map(({ name, role, times }) => `${name}, ${role}: ${times}`),
      ]),
      [
        ['2025-12-21', 'Sunday, 21 December 2025', ['王小明, physician: 1', 'Ada Lovelace, nurse: 2']],
        ['2025-12-20', 'Saturday, 20 December 2025', ['Ada Lovelace, nurse: 4', '王小明, physician: 1']],
      ],
    )
    const [first, searched] = days[1]?.people[0]?.done ?? []
    assert.deepEqual(
      [first?.from, first?.what, first?.why],
      ['08:15', 'Looked at your personal details', 'to treat you'],
    )
    assert.deepEqual(
      [searched?.from, searched?.until, searched?.times, searched?.entries],
      ['09:00', '11:45', 3, [2, 3, 4]],
    )
  })

  test('marks emergency access with the reason that was given', async () => {
    const { days } = await report()
    const [emergency] = days[1]?.people[1]?.done ?? []
    assert.partialDeepStrictEqual(emergency, {
      from: '23:59',
      emergency: true,
      reason: 'Unconscious, nobody to ask',
      why: 'to treat you in an emergency',
    })
  })

  test('takes both days of a period whole, as the clocks of the hospital have them', async () => {
    assert.equal((await report('?from=2025-12-20&to=2025-12-20')).times, 5)
    assert.equal((await report('?from=2025-12-21&to=2025-12-21')).times, 3)
    assert.equal((await report('?from=2025-12-20T22:00:00Z&to=2025-12-20T23:30:00Z')).times, 1)
    for (const query of ['?from=yesterday', '?to=2025-13-01', '?from=2025-12-20T10:00:00']) {
      const refused = await ask(query)
      assert.equal(refused.status, 400, query)
    }
  })

  test('says in text all that the data has, in plain words', async () => {
    const answer = await ask('?format=text')
    assert.equal(answer.headers.get('content-type'), 'text/plain; charset=utf-8')
    const text = await answer.text()
    for (const words of [
      'Who looked at your record',
      'all as on the clock in Europe/Berlin',
      'Emergency access was used once',
      'Saturday, 20 December 2025\n  Ada Lovelace, nurse: 4 times\n    08:15        Looked at your personal details, to treat you.',
      '09:00–11:45  Searched for and saw your measurements and test results, to treat you (3 times).',
      'EMERGENCY ACCESS. Looked at your allergies, to treat you in an emergency. The\n',
      'Tried to look at your personal details, to treat you: this was refused.',
      'your record, in a list of several patients',
      'What was done in 2015-01 is no longer kept',
    ])
      assert.ok(text.includes(words), `${words}\n\nis not in\n\n${text}`)
    assert.doesNotMatch(text, /Patient\/2|vread|TREAT\b/)
    const nobody = await (await trail.ask('/api/operations/audit/report/patient/77?format=text')).text()
    assert.match(nobody, /Nobody has used this record in this period/)
  })

  test('is a PDF that can be read out, with the same words, also names in other scripts', async (t) => {
    const answer = await ask('', 'application/pdf')
    assert.equal(answer.headers.get('content-type'), 'application/pdf')
    assert.doesNotMatch(String(answer.headers.get('content-disposition')), /[Pp]atient/)
    const pdf = Buffer.from(await answer.arrayBuffer())
    t.diagnostic(`${pdf.length} bytes`)
    const bare = pdf.toString('latin1')
    for (const mark of ['/MarkInfo', '/Marked true', '/Lang (en)', '/StructTreeRoot', '/DisplayDocTitle true'])
      assert.ok(bare.includes(mark), mark)
    const { info } = await getMeta(new Uint8Array(pdf))
    assert.equal(info.Title, 'Who looked at your record')
    const { text } = await extractText(new Uint8Array(pdf), { mergePages: true })
    for (const words of [
      'Who looked at your record',
      'Saturday, 20 December 2025',
      'Ada Lovelace, nurse: 4 times',
      '王小明, physician: once',
      'EMERGENCY ACCESS.',
      'Unconscious, nobody to ask',
      'Page 1 of 1',
    ])
      assert.ok(text.includes(words), `${words}\n\nis not in\n\n${text}`)
  })

  test('comes in the form that is asked for, and is refused in any other', async () => {
    const typeOf = async (query: string, accept?: string) => (await ask(query, accept)).headers.get('content-type')
    assert.equal(await typeOf(''), 'application/json; charset=utf-8')
    assert.equal(await typeOf('', 'text/html;q=0.9, text/plain;q=0.5'), 'text/plain; charset=utf-8')
    assert.equal(await typeOf('', '*/*'), 'application/json; charset=utf-8')
    assert.equal(await typeOf('?format=pdf', 'text/plain'), 'application/pdf')
    for (const [query, accept] of [
      ['?format=docx', '*/*'],
      ['', 'image/png'],
    ] as const)
      assert.equal((await ask(query, accept)).status, 406)
    assert.equal((await ask('?favourite=red')).status, 400)
    assert.equal((await trail.ask('/api/operations/audit/report/patient/not%20an%20id')).status, 400)
  })

  test('is itself in the next one', async () => {
    await trail.seal()
    const { days } = await report('?from=2026-01-01')
    const [administrator] = days[0]?.people ?? []
    assert.equal(administrator?.name, 'administrator')
    assert.match(String(administrator?.done[0]?.what), /^Made a copy of the list of who looked at your record/)
  })
})
