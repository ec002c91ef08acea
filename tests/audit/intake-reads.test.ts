/** What the hospital writes down of what is asked of it, and of what is refused: for each request exactly its entries. */
import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { takeEntries } from '../support/intake.ts'
import { type Row, refused, startToldHospital, type ToldHospital, testRows } from '../support/told.ts'

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
    asks: ['GET', 'Binary/b1', undefined, { accept: 'application/fhir+xml, */*' }],
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

  describe('of its reads', () => testRows(READS, ask))
  describe('of its searches', () => testRows(SEARCHES, ask))
  describe('of its refusals', () => testRows(REFUSALS, ask))

  test('nothing of probes', async () => {
    for (const path of ['/health', '/health/live', '/health/ready', '/metrics'])
      assert.equal((await told.send('GET', told.hospital.url + path)).status, 200)
    assert.deepEqual(await takeEntries(told.hospital.db), [])
  })

  test('a search for somebody without their name, and for the same name the same', async () => {
    const queryOf = async (path: string) => (await ask(['GET', path])).told[0]?.query
    await ask(['GET', 'Patient'])
    const raw = async (path: string) => {
      await told.send('GET', path)
      return (await takeEntries(told.hospital.db))[0]?.query ?? ''
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
    const { hostname, port } = new URL(told.hospital.url)
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(Number(port), hostname, () => socket.write('HELO hospital\r\n\r\n'))
      let text = ''
      socket.on('data', (bytes) => {
        text += bytes
      })
      socket.on('close', () => resolve(text)).on('error', reject)
    })
    assert.match(answer, /^HTTP\/1\.1 400 /)
    const [only, ...more] = await takeEntries(told.hospital.db)
    assert.deepEqual(more, [])
    assert.deepEqual(
      [only?.action, only?.outcome, only?.status, only?.code, only?.address],
      ['operation', 'refused', 400, 'http/malformed-request', '127.0.0.1'],
    )
  })
})
