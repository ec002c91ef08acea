/** What the hospital writes down of what is changed: in the same transaction, for each request exactly its entries. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { takeEntries } from '../support/intake.ts'
import {
  observation,
  patient,
  type Row,
  refused,
  startToldHospital,
  type ToldHospital,
  testRows,
} from '../support/told.ts'

const PATCH = { 'content-type': 'application/json-patch+json' }
const add = (path: string, value: unknown) => JSON.stringify([{ op: 'add', path, value }])

const WRITES: readonly Row[] = [
  {
    does: 'an update, with those whose it was and whose it is now',
    asks: ['PUT', 'Observation/o2', observation('o2', 'p2')],
    answers: 200,
    told: [
      {
        action: 'update',
        resources: ['Observation/o2/_history/2'],
        patients: ['Patient/p2', 'Patient/p1'],
        status: 200,
      },
    ],
  },
  {
    does: 'an update that creates',
    asks: ['PUT', 'Patient/new', patient('new')],
    answers: 201,
    told: [{ action: 'update', resources: ['Patient/new/_history/1'], patients: ['Patient/new'], status: 201 }],
  },
  {
    does: 'an update against a version that is not current any more',
    asks: ['PUT', 'Patient/new', patient('new'), { 'if-match': 'W/"7"' }],
    answers: 412,
    told: [
      {
        action: 'update',
        resources: ['Patient/new'],
        patients: ['Patient/new'],
        ...refused(412, 'record/stale-version'),
      },
    ],
  },
  {
    does: 'a create that is not valid',
    asks: ['POST', 'Patient', patient('x', { gender: 'blue' })],
    answers: 422,
    told: [{ action: 'create', resources: ['Patient'], patients: [], ...refused(422, 'record/invalid-resource') }],
  },
  {
    does: 'a conditional create that finds what is there, its criteria hashed',
    asks: ['POST', 'Patient', patient('x'), { 'if-none-exist': '_id=p1&identifier=urn:mrn|4711' }],
    answers: 200,
    told: [
      {
        action: 'create',
        resources: ['Patient/p1/_history/1'],
        patients: ['Patient/p1'],
        query: 'Patient?_id=p1&identifier=hashed',
        status: 200,
      },
    ],
  },
  {
    does: 'a conditional update',
    asks: ['PUT', 'Practitioner?_id=d2', { resourceType: 'Practitioner', active: true }],
    answers: 200,
    told: [
      {
        action: 'update',
        resources: ['Practitioner/d2/_history/2'],
        patients: [],
        query: 'Practitioner?_id=d2',
        status: 200,
      },
    ],
  },
  {
    does: 'a patch',
    asks: ['PATCH', 'Patient/new', add('/active', true), PATCH],
    answers: 200,
    told: [{ action: 'patch', resources: ['Patient/new/_history/2'], patients: ['Patient/new'], status: 200 }],
  },
  {
    does: 'a patch that changes nothing',
    asks: ['PATCH', 'Patient/new', '[]', PATCH],
    answers: 200,
    told: [{ action: 'patch', resources: ['Patient/new/_history/2'], patients: ['Patient/new'], status: 200 }],
  },
  {
    does: 'a delete',
    asks: ['DELETE', 'Observation/o3'],
    answers: 204,
    told: [{ action: 'delete', resources: ['Observation/o3/_history/2'], patients: ['Patient/p1'], status: 204 }],
  },
  {
    does: 'a delete of what is deleted already',
    asks: ['DELETE', 'Observation/o3'],
    answers: 204,
    told: [{ action: 'delete', resources: ['Observation/o3/_history/2'], patients: [], status: 204 }],
  },
  {
    does: 'a delete of what never was',
    asks: ['DELETE', 'Observation/never'],
    answers: 204,
    told: [{ action: 'delete', resources: ['Observation/never'], patients: [], status: 204 }],
  },
  {
    does: 'a conditional delete that matches nothing',
    asks: ['DELETE', 'Patient?_id=nobody'],
    answers: 204,
    told: [{ action: 'delete', resources: ['Patient'], patients: [], query: 'Patient?_id=nobody', status: 204 }],
  },
]

const entry = (method: string, url: string, resource?: object) => ({
  ...(resource && { resource }),
  request: { method, url },
})
const bundle = (type: string, ...entries: object[]) => ({ resourceType: 'Bundle', type, entry: entries })
const whole = (action: 'batch' | 'transaction') => ({ action, resources: [], patients: [], status: 200 })

const BUNDLES: readonly Row[] = [
  {
    does: 'a transaction: itself, and each of its entries',
    asks: [
      'POST',
      '',
      bundle(
        'transaction',
        entry('PUT', 'Patient/t1', patient('t1')),
        entry('PUT', 'Observation/ot', observation('ot', 't1')),
        entry('DELETE', 'Observation/o4'),
        entry('DELETE', 'Patient?_id=nobody'),
        entry('GET', 'Patient/t1'),
        entry('GET', 'Observation?_id=ot'),
      ),
    ],
    answers: 200,
    told: [
      whole('transaction'),
      { action: 'update', resources: ['Patient/t1/_history/1'], patients: ['Patient/t1'], status: 201 },
      { action: 'update', resources: ['Observation/ot/_history/1'], patients: ['Patient/t1'], status: 201 },
      { action: 'delete', resources: ['Observation/o4/_history/2'], patients: ['Patient/p1'], status: 204 },
      { action: 'delete', resources: ['Patient'], patients: [], query: 'Patient?_id=nobody', status: 204 },
      { action: 'read', resources: ['Patient/t1/_history/1'], patients: ['Patient/t1'], status: 200 },
      {
        action: 'search',
        resources: ['Observation/ot/_history/1'],
        patients: ['Patient/t1'],
        query: 'Observation?_id=ot',
        status: 200,
      },
    ],
  },
  {
    does: 'a transaction that is refused: once, for all of it',
    asks: [
      'POST',
      '',
      bundle('transaction', entry('PUT', 'Patient/t2', patient('t2')), entry('GET', 'Patient/nobody')),
    ],
    answers: 404,
    told: [{ action: 'transaction', resources: [], patients: [], ...refused(404, 'record/unknown-instance') }],
  },
  {
    does: 'a batch: each of its entries, refused ones too, and itself',
    asks: [
      'POST',
      '',
      bundle(
        'batch',
        entry('PUT', 'Patient/t3', patient('t3')),
        entry('GET', 'Patient/p1'),
        entry('GET', 'Patient/nobody'),
        entry('PUT', 'Patient/t4', patient('t4', { gender: 'blue' })),
        entry('BREW', 'Coffee'),
      ),
    ],
    answers: 200,
    told: [
      whole('batch'),
      { action: 'update', resources: ['Patient/t3/_history/1'], patients: ['Patient/t3'], status: 201 },
      { action: 'read', resources: ['Patient/p1/_history/1'], patients: ['Patient/p1'], status: 200 },
      {
        action: 'read',
        resources: ['Patient/nobody'],
        patients: ['Patient/nobody'],
        ...refused(404, 'record/unknown-instance'),
      },
      {
        action: 'update',
        resources: ['Patient/t4'],
        patients: ['Patient/t4'],
        ...refused(422, 'record/invalid-resource'),
      },
      { action: 'operation', resources: [], patients: [], ...refused(400, 'record/bad-entry') },
    ],
  },
  {
    does: 'a Bundle that is none',
    asks: ['POST', '', { resourceType: 'Bundle', type: 'collection' }],
    answers: 400,
    told: [{ action: 'transaction', resources: [], patients: [], ...refused(400, 'record/not-a-bundle') }],
  },
]

describe('the hospital writes down', { timeout: 240_000 }, () => {
  let told: ToldHospital
  let release: (() => Promise<void>) | undefined
  before(async () => {
    told = await startToldHospital({
      after: (end) => {
        release = end
      },
    })
  })
  after(() => release?.())
  const ask: ToldHospital['ask'] = (asks) => told.ask(asks)

  describe('of its writes', () => testRows(WRITES, ask))
  describe('of its Bundles', () => testRows(BUNDLES, ask))

  test('a create, under the id that the server gave', async () => {
    const { answer, told: entries } = await ask(['POST', 'Observation', { ...observation('', 'p1'), id: undefined }])
    const { id } = answer.json as { id: string }
    assert.deepEqual(entries, [
      {
        action: 'create',
        resources: [`Observation/${id}/_history/1`],
        patients: ['Patient/p1'],
        outcome: 'success',
        status: 201,
      },
    ])
  })

  test('an answer that is given again, with what leaves again', async () => {
    const sent = bundle('transaction', entry('PUT', 'Patient/again', patient('again')), entry('GET', 'Patient/p1'))
    const asks: Row['asks'] = ['POST', '', sent, { 'idempotency-key': 'once' }]
    await ask(asks)
    const { answer, told: entries } = await ask(asks)
    assert.equal(answer.headers.get('idempotent-replayed'), 'true')
    assert.deepEqual(
      entries.map(({ action, resources, patients, status }) => ({ action, resources, patients, status })),
      [{ action: 'transaction', resources: ['Patient/p1/_history/1'], patients: ['Patient/p1'], status: 200 }],
    )
  })

  test('a thousand references of a search, and how many there were beyond', async () => {
    const many = bundle(
      'transaction',
      ...Array.from({ length: 1_200 }, (_, at) =>
        entry('PUT', `Location/l${at}`, {
          resourceType: 'Location',
          id: `l${at}`,
          partOf: { reference: 'Location/l0' },
        }),
      ),
    )
    assert.equal((await told.send('POST', '', many)).status, 200)
    assert.equal((await takeEntries(told.hospital.db)).length, 1_201)
    await told.send('GET', 'Location?_id=l0&_revinclude=Location:partof')
    const [only] = await takeEntries(told.hospital.db)
    assert.deepEqual([only?.resources.length, only?.more], [1_000, 200])
  })
})
