/** Scopes narrow what roles permit: SMART App Launch, version 1 and 2. And what else could tell what is out of reach. */
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { type ChartGround, chartGround } from '../support/chart-ground.ts'
import { ofSuite } from '../support/suite.ts'

const LABORATORY = 'category=http://terminology.hl7.org/CodeSystem/observation-category|laboratory'

describe('what a program may see', () => {
  let ground: ChartGround
  const suite = ofSuite()
  before(async () => {
    ground = await chartGround(suite)
  })

  test('is of the launched patient only, when its scopes are', async () => {
    const app = ground.as('physician', 'patient/*.rs', 'own')
    assert.equal((await app('GET', 'Patient/own')).status, 200)
    assert.equal((await app('GET', 'Patient/restricted')).status, 404)
    assert.equal((await app('GET', 'Condition')).json.total, 1)
    assert.equal((await app('GET', 'Condition?_summary=count')).json.total, 1)
    assert.equal((await app('GET', 'Condition?patient=restricted')).json.total, 0)
    assert.equal((await app('GET', 'Appointment')).json.total, 1)
    assert.equal((await app('GET', 'Practitioner')).status, 200)
    assert.equal((await app('PUT', 'Condition/own-condition', {})).status, 403)
  })

  test('is not more than its user may see, whatever was granted', async () => {
    assert.equal((await ground.as('physician', 'patient/*.rs', 'other')('GET', 'Patient/other')).status, 404)
    assert.equal((await ground.as('billing', 'user/*.cruds')('GET', 'Condition')).status, 403)
    assert.equal((await ground.as('physician', 'system/*.cruds')('GET', 'Condition')).status, 403)
    assert.equal((await ground.as('physician', 'patient/*.rs')('GET', 'Condition')).status, 403)
  })

  test('is what its scope’s search would find', async () => {
    const app = ground.as('physician', `user/Observation.rs?${LABORATORY}`)
    assert.equal((await app('GET', 'Observation/own-lab')).status, 200)
    assert.equal((await app('GET', 'Observation/own-vital')).status, 404)
    assert.equal((await app('GET', 'Observation?patient=own')).json.total, 1)
    assert.equal((await app('GET', 'Observation?patient=own&_summary=count')).json.total, 1)
    assert.equal((await app('GET', 'Observation/own-vital/_history/1')).status, 404)
    const also = ground.as('physician', `user/Observation.rs?${LABORATORY} user/Observation.r`)
    assert.equal((await also('GET', 'Observation/own-vital')).status, 200)
    assert.equal((await also('GET', 'Observation?patient=own')).json.total, 1)
  })

  test('is nothing when its scope’s search can not be kept to', async () => {
    for (const query of [
      'value-quantity=gt5',
      'category:not=laboratory',
      'subject=Patient/own',
      'nonsense=1',
      '_id=own-lab',
    ])
      assert.equal(
        (await ground.as('physician', `user/Observation.rs?${query}`)('GET', 'Observation')).status,
        403,
        query,
      )
  })

  test('comes one interaction by one', async () => {
    const reads = ground.as('physician', 'user/Condition.r')
    assert.equal((await reads('GET', 'Condition/own-condition')).status, 200)
    assert.equal((await reads('GET', 'Condition/own-condition/_history')).status, 200)
    assert.equal((await reads('GET', 'Condition')).status, 403)
    assert.equal((await reads('GET', 'Condition/_history')).status, 403)
    assert.equal((await reads('GET', '_history')).json.entry, undefined)
    const searches = ground.as('physician', 'user/Condition.s')
    assert.equal((await searches('GET', 'Condition')).status, 200)
    assert.equal((await searches('GET', 'Condition/own-condition')).status, 403)
    const old = ground.as('physician', 'user/Condition.read')
    assert.equal((await old('GET', 'Condition')).status, 200)
    const answer = await old('POST', 'Condition', { resourceType: 'Condition', subject: { reference: 'Patient/own' } })
    assert.equal(answer.status, 403)
    assert.match(answer.headers.get('www-authenticate') ?? '', /insufficient_scope/)
  })

  test('does not grow by includes', async () => {
    const app = ground.as('physician', 'user/Observation.rs')
    const { entry } = (await app('GET', 'Observation?_include=Observation:subject&patient=own')).json
    assert.ok((entry as { search: { mode: string } }[]).every(({ search }) => search.mode === 'match'))
  })

  test('is the same for criteria: what is out of reach matches nothing', async () => {
    const nurse = ground.as('nurse')
    const body = {
      resourceType: 'Observation',
      status: 'final',
      code: { text: 'x' },
      subject: { reference: 'Patient/own' },
    }
    const made = await nurse('POST', 'Observation', body, { 'if-none-exist': '_id=other-lab' })
    assert.equal(made.status, 201)
    const found = await nurse('POST', 'Observation', body, { 'if-none-exist': '_id=own-lab' })
    assert.equal(found.status, 200)
    const entry = [
      {
        resource: { ...body, subject: { reference: 'Patient?_id=other' } },
        request: { method: 'POST', url: 'Observation' },
      },
    ]
    const hidden = await nurse('POST', '', { resourceType: 'Bundle', type: 'transaction', entry })
    const absent = await nurse('POST', '', {
      resourceType: 'Bundle',
      type: 'transaction',
      entry: JSON.parse(JSON.stringify(entry).replace('_id=other', '_id=absent')),
    })
    assert.deepEqual([hidden.status, hidden.body], [absent.status, absent.body])
  })

  test('is not what somebody else was answered under the same Idempotency-Key', async () => {
    const bundle = {
      resourceType: 'Bundle',
      type: 'batch',
      entry: [{ request: { method: 'GET', url: 'Condition/restricted-condition' } }],
    }
    const key = { 'idempotency-key': 'one key for all' }
    const first = await ground.as('physician')('POST', '', bundle, key)
    assert.match(first.body, /"200 OK"/)
    const again = await ground.as('physician')('POST', '', bundle, key)
    assert.equal(again.headers.get('idempotent-replayed'), 'true')
    const others = await ground.as('nurse')('POST', '', bundle, key)
    assert.equal(others.headers.get('idempotent-replayed'), null)
    assert.match(others.body, /"404 Not Found"/)
  })

  test('is not told by ETags either', async () => {
    const nurse = ground.as('nurse')
    for (const header of [
      { 'if-none-match': 'W/"2"' },
      { 'if-none-match': '*' },
      { 'if-modified-since': new Date().toUTCString() },
    ])
      assert.equal(
        (await nurse('GET', 'Condition/other-condition', undefined, header as Record<string, string>)).status,
        404,
      )
    const body = {
      resourceType: 'Observation',
      id: 'other-vital',
      status: 'final',
      code: { text: 'x' },
      subject: { reference: 'Patient/own' },
    }
    for (const header of [{ 'if-match': 'W/"2"' }, { 'if-match': 'W/"9"' }, { 'if-none-match': '*' }])
      assert.equal((await nurse('PUT', 'Observation/other-vital', body, header as Record<string, string>)).status, 404)
  })

  test('is told of a version of the past only when both it and the present are within reach', async () => {
    const security = [{ system: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality', code: 'R' }]
    const condition = (patient: string, labels: object[]) => ({
      resourceType: 'Condition',
      id: 'moves',
      ...(labels.length > 0 && { meta: { security: labels } }),
      subject: { reference: `Patient/${patient}` },
    })
    for (const next of [
      condition('own', []),
      condition('own', security),
      condition('own', []),
      condition('other', []),
      condition('own', []),
    ])
      await ground.owner('PUT', 'Condition/moves', next)
    const nurse = ground.as('nurse')
    const statuses = await Promise.all(
      [1, 2, 3, 4, 5].map(async (version) => (await nurse('GET', `Condition/moves/_history/${version}`)).status),
    )
    assert.deepEqual(statuses, [200, 404, 200, 404, 200])
    const history = (await nurse('GET', 'Condition/moves/_history')).json
    assert.deepEqual([history.total, (history.entry as unknown[]).length], [3, 3])
    assert.equal((await nurse('GET', 'Condition/moves/_history?_count=0')).json.total, 3)
    await ground.owner('PUT', 'Condition/moves', condition('other', []))
    assert.equal((await nurse('GET', 'Condition/moves/_history/1')).status, 404)
    assert.equal((await nurse('GET', 'Condition/moves/_history')).status, 404)
  })
})
