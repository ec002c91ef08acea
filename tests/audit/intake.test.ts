/** What the hospital writes down: for each request exactly the entries that it is worth, before it is answered. */
import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { after, before, describe, test } from 'node:test'
import type { AuditEntry } from '#audit'
import { clientOf, type Json, type Send } from '../support/client.ts'
import { startHospital, type TestHospital } from '../support/hospital.ts'
import { takeEntries } from '../support/intake.ts'

type Told = Pick<AuditEntry, 'action' | 'resources' | 'patients' | 'status'> & Partial<AuditEntry>

interface Row {
  readonly does: string
  readonly asks: readonly [
    method: string,
    path: string,
    body?: string | object | undefined,
    headers?: Record<string, string>,
  ]
  readonly answers: number
  readonly told: readonly Told[]
}

const patient = (id: string, more: object = {}) => ({ resourceType: 'Patient', id, ...more })
const observation = (id: string, of: string, more: object = {}) => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  code: { coding: [{ system: 'http://loinc.org', code: '8867-4' }] },
  subject: { reference: `Patient/${of}` },
  ...more,
})
const appointment = {
  resourceType: 'Appointment',
  id: 'a1',
  status: 'booked',
  participant: ['p1', 'p2'].map((id) => ({ actor: { reference: `Patient/${id}` }, status: 'accepted' })),
}
const refused = (status: number, code: string) => ({ outcome: 'refused', status, code }) as const
const FHIR = { 'content-type': 'application/fhir+json' }
const PATCH = { 'content-type': 'application/json-patch+json' }
const add = (path: string, value: unknown) => JSON.stringify([{ op: 'add', path, value }])

const READS: readonly Row[] = [
  {
    does: 'a read, with the version that left and whose data it is',
    asks: ['GET', 'Observation/o1'],
    answers: 200,
    told: [{ action: 'read', resources: ['Observation/o1/_history/1'], patients: ['Patient/p1'], status: 200 }],
  },
  {
    does: 'a read of a patient',
    asks: ['GET', 'Patient/p1'],
    answers: 200,
    told: [{ action: 'read', resources: ['Patient/p1/_history/1'], patients: ['Patient/p1'], status: 200 }],
  },
  {
    does: 'a read of what concerns several patients',
    asks: ['GET', 'Appointment/a1'],
    answers: 200,
    told: [
      { action: 'read', resources: ['Appointment/a1/_history/1'], patients: ['Patient/p1', 'Patient/p2'], status: 200 },
    ],
  },
  {
    does: 'a read of what is about no patient',
    asks: ['GET', 'Practitioner/d1'],
    answers: 200,
    told: [{ action: 'read', resources: ['Practitioner/d1/_history/1'], patients: [], status: 200 }],
  },
  {
    does: 'a read by HEAD',
    asks: ['HEAD', 'Patient/p1'],
    answers: 200,
    told: [{ action: 'read', resources: ['Patient/p1/_history/1'], patients: ['Patient/p1'], status: 200 }],
  },
  {
    does: 'a read that finds the reader up to date',
    asks: ['GET', 'Patient/p1', undefined, { 'if-none-match': 'W/"1"' }],
    answers: 304,
    told: [{ action: 'read', resources: ['Patient/p1/_history/1'], patients: ['Patient/p1'], status: 304 }],
  },
  {
    does: 'a read of an id that nobody has',
    asks: ['GET', 'Patient/nobody'],
    answers: 404,
    told: [
      {
        action: 'read',
        resources: ['Patient/nobody'],
        patients: ['Patient/nobody'],
        ...refused(404, 'http/no-resource'),
      },
    ],
  },
  {
    does: 'a read of what was deleted',
    asks: ['GET', 'Patient/gone'],
    answers: 410,
    told: [
      { action: 'read', resources: ['Patient/gone'], patients: ['Patient/gone'], ...refused(410, 'http/deleted') },
    ],
  },
  {
    does: 'a read in a form that is not spoken, of which nothing leaves',
    asks: ['GET', 'Binary/b1', undefined, { accept: 'application/fhir+xml' }],
    answers: 406,
    told: [{ action: 'read', resources: ['Binary/b1'], patients: [], ...refused(406, 'http/not-acceptable') }],
  },
  {
    does: 'a read of one version',
    asks: ['GET', 'Patient/p2/_history/1'],
    answers: 200,
    told: [{ action: 'vread', resources: ['Patient/p2/_history/1'], patients: ['Patient/p2'], status: 200 }],
  },
  {
    does: 'a read of a version that never was',
    asks: ['GET', 'Patient/p2/_history/9'],
    answers: 404,
    told: [
      {
        action: 'vread',
        resources: ['Patient/p2/_history/9'],
        patients: ['Patient/p2'],
        ...refused(404, 'http/no-version'),
      },
    ],
  },
  {
    does: 'the history of a resource, with every version and all whose it was',
    asks: ['GET', 'Observation/moved/_history'],
    answers: 200,
    told: [
      {
        action: 'history',
        resources: ['Observation/moved/_history/2', 'Observation/moved/_history/1'],
        patients: ['Patient/p2', 'Patient/p1'],
        status: 200,
      },
    ],
  },
  {
    does: 'the history of a type',
    asks: ['GET', 'Binary/_history?_count=1'],
    answers: 200,
    told: [
      {
        action: 'history',
        resources: ['Binary/b1/_history/1'],
        patients: [],
        query: 'Binary?_count=1',
        status: 200,
      },
    ],
  },
  {
    does: 'the history of what never was',
    asks: ['GET', 'Patient/nobody/_history'],
    answers: 404,
    told: [
      {
        action: 'history',
        resources: ['Patient/nobody'],
        patients: ['Patient/nobody'],
        ...refused(404, 'record/unknown-instance'),
      },
    ],
  },
  {
    does: 'what the server can do',
    asks: ['GET', 'metadata'],
    answers: 200,
    told: [{ action: 'capabilities', resources: [], patients: [], status: 200 }],
  },
]

const SEARCHES: readonly Row[] = [
  {
    does: 'a search, with what it found and whose data left, also of what was included',
    asks: ['GET', 'Observation?_id=o1&_include=Observation:subject'],
    answers: 200,
    told: [
      {
        action: 'search',
        resources: ['Observation/o1/_history/1', 'Patient/p1/_history/1'],
        patients: ['Patient/p1'],
        query: 'Observation?_id=o1&_include=Observation%3Asubject',
        status: 200,
      },
    ],
  },
  {
    does: 'a search in a chart that finds nothing, which says something about the patient too',
    asks: ['GET', 'Observation?patient=Patient/p2&code=http://loinc.org|1-8'],
    answers: 200,
    told: [
      {
        action: 'search',
        resources: ['Observation'],
        patients: ['Patient/p2'],
        query: 'Observation?patient=Patient%2Fp2&code=http%3A%2F%2Floinc.org%7C1-8',
        status: 200,
      },
    ],
  },
  {
    does: 'a search for what several patients have together, of which there is nothing',
    asks: ['GET', 'Appointment?patient=Patient/p3,Patient/p4&actor=Practitioner/d1'],
    answers: 200,
    told: [
      {
        action: 'search',
        resources: ['Appointment'],
        patients: ['Patient/p3', 'Patient/p4'],
        query: 'Appointment?patient=Patient%2Fp3%2CPatient%2Fp4&actor=Practitioner%2Fd1',
        status: 200,
      },
    ],
  },
  {
    does: 'a search that only counts',
    asks: ['GET', 'Practitioner?_summary=count'],
    answers: 200,
    told: [
      {
        action: 'search',
        resources: ['Practitioner'],
        patients: [],
        query: 'Practitioner?_summary=count',
        status: 200,
      },
    ],
  },
  {
    does: 'a search by POST',
    asks: ['POST', 'Practitioner/_search', '_id=d1', { 'content-type': 'application/x-www-form-urlencoded' }],
    answers: 200,
    told: [
      {
        action: 'search',
        resources: ['Practitioner/d1/_history/1'],
        patients: [],
        query: 'Practitioner?_id=d1',
        status: 200,
      },
    ],
  },
  {
    does: 'a search that is refused',
    asks: ['GET', 'Patient?birthdate=yesterday'],
    answers: 400,
    told: [{ action: 'search', resources: ['Patient'], patients: [], ...refused(400, 'record/bad-parameter') }],
  },
]

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

const REFUSALS: readonly Row[] = [
  {
    does: 'an address that there is not',
    asks: ['GET', 'Patient/p1/a/b/c/d'],
    answers: 404,
    told: [{ action: 'operation', resources: [], patients: [], ...refused(404, 'http/no-endpoint') }],
  },
  {
    does: 'a type that there is not',
    asks: ['GET', 'Pateint/p1'],
    answers: 404,
    told: [{ action: 'read', resources: [], patients: [], ...refused(404, 'http/unknown-type') }],
  },
  {
    does: 'what is no id, without repeating it',
    asks: ['GET', 'Patient/John_Doe'],
    answers: 400,
    told: [{ action: 'read', resources: ['Patient'], patients: [], ...refused(400, 'http/bad-id') }],
  },
  {
    does: 'a method that an address does not answer',
    asks: ['DELETE', 'metadata'],
    answers: 405,
    told: [{ action: 'operation', resources: [], patients: [], ...refused(405, 'http/wrong-method') }],
  },
  {
    does: 'a body that is too large',
    asks: ['POST', 'Patient', Buffer.alloc(33 * 1024 * 1024, ' ').toString()],
    answers: 413,
    told: [{ action: 'create', resources: ['Patient'], patients: [], ...refused(413, 'http/body-too-large') }],
  },
  {
    does: 'a body of another kind',
    asks: ['POST', 'Patient', 'x', { 'content-type': 'text/plain' }],
    answers: 415,
    told: [{ action: 'create', resources: ['Patient'], patients: [], ...refused(415, 'http/wrong-media') }],
  },
  {
    does: 'an address with escapes that stand for nothing',
    asks: ['GET', 'Patient/%zz'],
    answers: 400,
    told: [
      {
        action: 'operation',
        actor: { kind: 'nobody', id: 'nobody' },
        resources: [],
        patients: [],
        ...refused(400, 'http/malformed-url'),
      },
    ],
  },
  {
    does: 'somebody without a token',
    asks: ['GET', 'Patient/p1', undefined, { authorization: '' }],
    answers: 401,
    told: [
      {
        action: 'read',
        actor: { kind: 'nobody', id: 'nobody' },
        resources: ['Patient/p1'],
        patients: ['Patient/p1'],
        ...refused(401, 'http/no-token'),
      },
    ],
  },
  {
    does: 'somebody with a wrong token, wherever they try it',
    asks: ['POST', 'Patient', '{}', { authorization: 'Bearer guessed' }],
    answers: 401,
    told: [
      {
        action: 'create',
        actor: { kind: 'nobody', id: 'nobody' },
        resources: ['Patient'],
        patients: [],
        ...refused(401, 'http/wrong-token'),
      },
    ],
  },
]

const entry = (method: string, url: string, resource?: object, more: object = {}) => ({
  ...(resource && { resource }),
  request: { method, url, ...more },
})
const bundle = (type: string, ...entries: object[]) => ({ resourceType: 'Bundle', type, entry: entries })
const whole = (action: 'batch' | 'transaction'): Told => ({ action, resources: [], patients: [], status: 200 })

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
    does: 'an update in a transaction as one by itself: with those whose it was, too',
    asks: ['POST', '', bundle('transaction', entry('PUT', 'Observation/moved', observation('moved', 'p1')))],
    answers: 200,
    told: [
      whole('transaction'),
      {
        action: 'update',
        resources: ['Observation/moved/_history/3'],
        patients: ['Patient/p1', 'Patient/p2'],
        status: 200,
      },
    ],
  },
  {
    does: 'reads in a batch as by themselves: of who is up to date, of a version that never was',
    asks: [
      'POST',
      '',
      bundle(
        'batch',
        entry('GET', 'Patient/p2', undefined, { ifNoneMatch: 'W/"1"' }),
        entry('GET', 'Patient/p2/_history/9'),
      ),
    ],
    answers: 200,
    told: [
      whole('batch'),
      { action: 'read', resources: ['Patient/p2/_history/1'], patients: ['Patient/p2'], status: 304 },
      {
        action: 'vread',
        resources: ['Patient/p2/_history/9'],
        patients: ['Patient/p2'],
        ...refused(404, 'record/unknown-instance'),
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
  let hospital: TestHospital
  let send: Send
  let release: (() => Promise<void>) | undefined
  let number = 0

  before(async () => {
    hospital = await startHospital({
      after: (end) => {
        release = end
      },
    })
    send = clientOf(hospital)
    const there = [
      ...['p1', 'p2', 'gone'].map((id) => patient(id, { identifier: [{ system: 'urn:mrn', value: '4711' }] })),
      ...['d1', 'd2'].map((id) => ({ resourceType: 'Practitioner', id })),
      ...['o1', 'o2', 'o3', 'o4', 'moved'].map((id) => observation(id, 'p1')),
      appointment,
      { resourceType: 'Binary', id: 'b1', contentType: 'text/plain' },
    ]
    for (const resource of there) await send('PUT', `${resource.resourceType}/${resource.id}`, resource)
    await send('PUT', 'Observation/moved', observation('moved', 'p2'))
    await send('DELETE', 'Patient/gone')
    await takeEntries(hospital.db)
  })
  after(() => release?.())

  /** What a request left, without what all entries have; hashes are only said to be there. */
  const toldOf = async (asks: Row['asks']) => {
    const request = `r-${++number}`
    const [method, path, body, headers] = asks
    const answer = await send(method, path, body, {
      ...(body === undefined ? {} : FHIR),
      ...headers,
      'x-request-id': request,
    })
    const entries = await takeEntries(hospital.db)
    const told = entries.map(
      ({ v, id, at, plane, request: of, actor, role, purpose, address, agent, breakGlass, ...rest }) => {
        assert.deepEqual([v, plane, of, breakGlass], [1, 'hospital', request, false])
        assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7/)
        assert.ok(Math.abs(Date.parse(at) - Date.now()) < 60_000)
        assert.deepEqual([address, agent], ['127.0.0.1', 'node'])
        if (actor.kind === 'nobody') return { ...rest, actor }
        assert.deepEqual([actor, role, purpose], [{ kind: 'person', id: 'administrator' }, 'administrator', 'TREAT'])
        return rest
      },
    )
    const plain = (one: (typeof told)[number]) =>
      one.query === undefined ? one : { ...one, query: one.query.replace(/=hashed-[0-9a-f]{16}/g, '=hashed') }
    return { answer, told: told.map(plain) }
  }

  for (const [what, rows] of Object.entries({ READS, SEARCHES, WRITES, REFUSALS, BUNDLES }))
    describe(`of its ${what.toLowerCase()}`, () => {
      for (const { does, asks, answers, told } of rows)
        test(does, async () => {
          const got = await toldOf(asks)
          assert.equal(got.answer.status, answers, got.answer.body)
          const all = told.map((one) => ({ outcome: 'success', ...one }))
          // The entries of a batch are carried out side by side.
          const sorted = (list: readonly object[]) => list.map((one) => JSON.stringify(sortedKeys(one))).sort()
          assert.deepEqual(sorted(got.told), sorted(all))
        })
    })

  test('a create, under the id that the server gave', async () => {
    const { answer, told } = await toldOf(['POST', 'Observation', { ...observation('', 'p1'), id: undefined }])
    const { id } = answer.json as { id: string }
    assert.deepEqual(told, [
      {
        action: 'create',
        resources: [`Observation/${id}/_history/1`],
        patients: ['Patient/p1'],
        outcome: 'success',
        status: 201,
      },
    ])
  })

  test('nothing of probes', async () => {
    for (const path of ['/health', '/health/live', '/health/ready', '/metrics'])
      assert.equal((await send('GET', hospital.url + path)).status, 200)
    assert.deepEqual(await takeEntries(hospital.db), [])
  })

  test('an answer that is given again, with what leaves again', async () => {
    const sent = bundle('transaction', entry('PUT', 'Patient/again', patient('again')), entry('GET', 'Patient/p1'))
    const asks: Row['asks'] = ['POST', '', sent, { 'idempotency-key': 'once' }]
    await toldOf(asks)
    const { answer, told } = await toldOf(asks)
    assert.equal(answer.headers.get('idempotent-replayed'), 'true')
    assert.deepEqual(
      told.map(({ action, resources, patients, status }) => ({ action, resources, patients, status })),
      [{ action: 'transaction', resources: ['Patient/p1/_history/1'], patients: ['Patient/p1'], status: 200 }],
    )
  })

  test('a search for somebody without their name, and for the same name the same', async () => {
    const queryOf = async (path: string) => (await toldOf(['GET', path])).told[0]?.query
    await toldOf(['GET', 'Patient'])
    const raw = async (path: string) => {
      await send('GET', path)
      return (await takeEntries(hospital.db))[0]?.query ?? ''
    }
    const [first, again, other] = [
      await raw('Patient?name=Chalmers&birthdate=1974-12-25'),
      await raw('Patient?name=Chalmers&birthdate=1974-12-25'),
      await raw('Patient?name=Windsor&birthdate=1974-12-25'),
    ]
    assert.match(first, /^Patient\?name=hashed-[0-9a-f]{16}&birthdate=hashed-[0-9a-f]{16}$/)
    assert.equal(first, again)
    assert.notEqual(first, other)
    assert.equal(await queryOf('Patient?Chalmers=1974'), 'Patient?unknown=hashed')
    assert.equal(await queryOf('Patient?_count=Chalmers, Peter&_count=1').catch(() => undefined), undefined)
  })

  test('what is not HTTP at all', async () => {
    const { hostname, port } = new URL(hospital.url)
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(Number(port), hostname, () => socket.write('HELO hospital\r\n\r\n'))
      let text = ''
      socket.on('data', (bytes) => {
        text += bytes
      })
      socket.on('close', () => resolve(text)).on('error', reject)
    })
    assert.match(answer, /^HTTP\/1\.1 400 /)
    const [only, ...more] = await takeEntries(hospital.db)
    assert.deepEqual(more, [])
    assert.deepEqual(
      [only?.action, only?.outcome, only?.status, only?.code, only?.address],
      ['operation', 'refused', 400, 'http/malformed-request', '127.0.0.1'],
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
    assert.equal((await send('POST', '', many)).status, 200)
    assert.equal((await takeEntries(hospital.db)).length, 1_201)
    await send('GET', 'Location?_id=l0&_revinclude=Location:partof')
    const [only] = await takeEntries(hospital.db)
    assert.deepEqual([only?.resources.length, only?.more], [1_000, 200])
  })
})

const sortedKeys = (one: object): Json => Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))
