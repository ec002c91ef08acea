/** Emergency access: opened with a reason, for a while, for one person, and loudly. */
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { sql } from '#foundation/sql.ts'
import { type ChartGround, chartGround } from '../support/chart-ground.ts'
import type { Json, Send } from '../support/client.ts'
import { ofSuite } from '../support/suite.ts'

const because = (reason: string) => ({
  resourceType: 'Parameters',
  parameter: [{ name: 'reason', valueString: reason }],
})
const REASON = 'unconscious, brought in by ambulance'

describe('a chart that is opened in an emergency', () => {
  let ground: ChartGround
  let nora: Send
  const suite = ofSuite()
  before(async () => {
    ground = await chartGround(suite)
    nora = ground.as('nurse')
  })
  const entries = async () =>
    (await ground.hospital.db.rows(sql<{ entry: string }>`SELECT entry FROM audit.intake ORDER BY n`))
      .flatMap(({ entry }) => entry.split('\n'))
      .map((line) => JSON.parse(line) as Json)
  const last = async () => (await entries()).at(-1) as Json

  test('needs a reason', async () => {
    for (const reason of ['', 'because', ' '.repeat(20), 'x'.repeat(501)])
      assert.equal((await nora('POST', 'Patient/other/$break-glass', because(reason))).status, 400)
    assert.equal((await nora('POST', 'Patient/other/$break-glass', { resourceType: 'Parameters' })).status, 400)
    assert.equal((await nora('GET', 'Patient/other')).status, 404)
  })

  test('is no way to find out who is a patient', async () => {
    const absent = await nora('POST', 'Patient/absent/$break-glass', because(REASON))
    assert.equal(absent.status, 404)
    // Labelled V: past that a nurse does not come even in an emergency.
    const security = [{ system: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality', code: 'V' }]
    await ground.owner('PUT', 'Patient/secret', { resourceType: 'Patient', id: 'secret', meta: { security } })
    const secret = await nora('POST', 'Patient/secret/$break-glass', because(REASON))
    assert.equal(secret.status, 404)
    assert.equal(secret.body, absent.body)
  })

  test('is open to who opened it, at once, and all that is done with it is marked', async () => {
    assert.equal((await nora('GET', 'Condition/other-condition')).status, 404)
    const opened = await nora('POST', 'Patient/other/$break-glass', because(REASON))
    assert.equal(opened.status, 200, opened.body)
    const told = await last()
    assert.deepEqual(
      [told.action, told.breakGlass, told.purpose, told.reason, told.patients],
      ['operation', true, 'BTG', REASON, ['Patient/other']],
    )
    const asked: readonly (() => ReturnType<Send>)[] = [
      () => nora('GET', 'Condition/other-condition'),
      () => nora('GET', 'Condition/other-condition/_history/1'),
      () => nora('GET', 'Condition?patient=other'),
      () => nora('GET', 'Condition/other-condition/_history'),
      () =>
        nora('PATCH', 'Observation/other-vital', [{ op: 'add', path: '/language', value: 'fr' }], {
          'content-type': 'application/json-patch+json',
        }),
    ]
    for (const ask of asked) {
      const answer = await ask()
      assert.equal(answer.status, 200, answer.body)
      assert.ok(answer.body.includes('Patient/other'))
      const { breakGlass, purpose, reason } = await last()
      assert.deepEqual([breakGlass, purpose, reason], [true, 'BTG', REASON])
    }
    await nora('GET', 'Condition/own-condition')
    assert.deepEqual([(await last()).breakGlass, (await last()).purpose], [false, 'TREAT'])
  })

  test('is open to nobody else, nor is another', async () => {
    assert.equal((await ground.as('physician')('GET', 'Condition/other-condition')).status, 404)
    await ground.owner('PUT', 'Patient/next', { resourceType: 'Patient', id: 'next' })
    assert.equal((await nora('GET', 'Patient/next')).status, 404)
  })

  test('opens what is restricted as far as the role goes', async () => {
    assert.equal((await nora('GET', 'Patient/restricted')).status, 404)
    assert.equal((await nora('POST', 'Patient/restricted/$break-glass', because(REASON))).status, 200)
    assert.equal((await nora('GET', 'Condition/restricted-condition')).status, 200)
    assert.equal((await nora('GET', 'Coverage/restricted-coverage')).status, 403)
  })

  test('stands in a list for those who review it, newest first', async () => {
    const { parameter } = (await ground.as('security-officer')('GET', '$break-glass')).json as {
      parameter: { part: { name: string; valueString?: string; valueReference?: Json }[] }[]
    }
    const patients = parameter.map(({ part }) => part.find(({ name }) => name === 'patient')?.valueReference?.reference)
    assert.deepEqual(patients, ['Patient/restricted', 'Patient/other'])
    const reason = parameter[0]?.part.find(({ name }) => name === 'reason')?.valueString
    assert.equal(reason, REASON)
    const [newest] = (await ground.as('security-officer')('GET', '$break-glass?_count=1')).json.parameter as [
      { part: { name: string; valueId?: string }[] },
    ]
    const before = newest.part.find(({ name }) => name === 'id')?.valueId
    const rest = await ground.as('compliance-officer')('GET', `$break-glass?before=${before}`)
    assert.equal((rest.json.parameter as unknown[]).length, 1)
    assert.equal((await nora('GET', '$break-glass')).status, 403)
  })

  test('is opened by the person only, and by no program in their name', async () => {
    const app = ground.as('nurse', 'user/*.cruds')
    assert.equal((await app('POST', 'Patient/next/$break-glass', because(REASON))).status, 403)
  })

  test('makes nobody one who cares for the patient when it is over', async () => {
    const dora = ground.as('physician')
    assert.equal((await dora('POST', 'Patient/other/$break-glass', because(REASON))).status, 200)
    const member = { reference: 'Practitioner/dora' }
    const subject = { reference: 'Patient/other' }
    const tries = [
      await dora('POST', 'CareTeam', {
        resourceType: 'CareTeam',
        status: 'active',
        subject,
        participant: [{ member }],
      }),
      await dora('POST', 'Encounter', {
        resourceType: 'Encounter',
        status: 'in-progress',
        class: { code: 'EMER' },
        subject,
        participant: [{ individual: member }],
      }),
      await dora('PATCH', 'Patient/other', [{ op: 'add', path: '/generalPractitioner', value: [member] }], {
        'content-type': 'application/json-patch+json',
      }),
    ]
    for (const { status, body } of tries) assert.equal(status, 403, body)
  })

  test('is closed when its time is over', async () => {
    await ground.hospital.db.rows(sql`UPDATE record.break_glass SET until = now()`)
    assert.equal((await nora('GET', 'Condition/other-condition')).status, 404)
    assert.equal((await nora('GET', 'Condition?patient=other')).json.total, 0)
  })
})
