/** What the hospital writes down: for each request exactly the entries that it is worth, before it is answered. */
import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { before, describe, test } from 'node:test'
import { BUNDLES, bundle, entry } from '../support/audit-rows/bundles.ts'
import { REFUSALS, WRITES } from '../support/audit-rows/changes.ts'
import { READS, SEARCHES } from '../support/audit-rows/reads.ts'
import { appointment, FHIR, observation, patient, type Row } from '../support/audit-rows/row.ts'
import { clientOf, type Json, type Send } from '../support/client.ts'
import { startHospital, type TestHospital } from '../support/hospital.ts'
import { takeEntries } from '../support/intake.ts'
import { ofSuite } from '../support/suite.ts'

describe('the hospital writes down', { timeout: 240_000 }, () => {
  let hospital: TestHospital
  let send: Send
  const suite = ofSuite()
  let number = 0

  before(async () => {
    hospital = await startHospital(suite)
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
