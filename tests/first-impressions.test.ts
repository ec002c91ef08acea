import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { startHospital, type TestHospital } from './support/hospital.ts'
import { ofSuite } from './support/suite.ts'

// biome-ignore lint/suspicious/noExplicitAny: answers of many shapes; each test says what it must find.
type Json = any

describe('what a newcomer meets first', () => {
  let hospital: TestHospital
  const suite = ofSuite()
  before(async () => {
    hospital = await startHospital(suite)
    await send('PUT', 'Patient/mine', { resourceType: 'Patient', id: 'mine' })
  })

  async function send(method: string, path: string, body?: object): Promise<{ status: number; json: Json }> {
    const url = path.startsWith('http') ? path : `${hospital.base}${path === '' ? '' : `/${path}`}`
    const response = await fetch(url, {
      method,
      headers: { authorization: `Bearer ${hospital.token}`, 'content-type': 'application/fhir+json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, json: text === '' ? undefined : JSON.parse(text) }
  }

  const observation = (reference: string) => ({
    resourceType: 'Observation',
    status: 'final',
    code: { text: 'x' },
    subject: { reference },
  })

  test('finds what refers to a patient by the address of this very server', async () => {
    const own = await send('POST', 'Observation', observation(`${hospital.base}/Patient/mine`))
    const other = await send('POST', 'Observation', observation('https://elsewhere.test/fhir/R4/Patient/mine'))
    assert.deepEqual([own.status, other.status], [201, 201])
    assert.equal(own.json.subject.reference, 'Patient/mine')
    for (const query of ['subject=Patient/mine', 'patient=mine', `subject=${hospital.base}/Patient/mine`]) {
      const { json } = await send('GET', `Observation?${query}`)
      assert.deepEqual(
        json.entry.map((one: Json) => one.resource.id),
        [own.json.id],
      )
    }
  })

  test('answers each entry of a batch, also those that cannot be understood', async () => {
    const get = (url: string) => ({ request: { method: 'GET', url } })
    const entry = [get('Patient/mine'), get('Foo/1'), null, {}, get('Patient/$validate'), get('Patient?_id=mine')]
    const { status, json } = await send('POST', '', { resourceType: 'Bundle', type: 'batch', entry })
    assert.equal(status, 200)
    assert.deepEqual(
      json.entry.map((one: Json) => one.response.status.slice(0, 3)),
      ['200', '400', '400', '400', '400', '200'],
    )
  })

  test('says which entry of a transaction it refuses', async () => {
    const entry = [
      { resource: { resourceType: 'Patient' }, request: { method: 'POST', url: 'Patient' } },
      { resource: { resourceType: 'Patient', gender: 'zz' }, request: { method: 'POST', url: 'Patient' } },
    ]
    const wrong = await send('POST', '', { resourceType: 'Bundle', type: 'transaction', entry })
    assert.deepEqual([wrong.status, wrong.json.issue[0].expression], [422, ['Bundle.entry[1].resource.gender']])
    const stale = {
      resource: { resourceType: 'Patient', id: 'mine' },
      request: { method: 'PUT', url: 'Patient/mine', ifMatch: 'W/"9"' },
    }
    const late = await send('POST', '', { resourceType: 'Bundle', type: 'transaction', entry: [entry[0], stale] })
    assert.deepEqual([late.status, late.json.issue[0].expression], [412, ['Bundle.entry[1]']])
  })

  test('says everything that is wrong with a transaction, and how much more there is than it lists', async () => {
    const post = (resource: object) => ({ resource, request: { method: 'POST', url: 'Patient' } })
    const bad = (count: number) =>
      post({ resourceType: 'Patient', name: Array.from({ length: count }, () => ({ family: 1 })) })
    const good = post({ resourceType: 'Patient' })
    const refusal = async (...entry: object[]) => {
      const { status, json } = await send('POST', '', { resourceType: 'Bundle', type: 'transaction', entry })
      assert.equal(status, 422)
      return json.issue
    }
    const few = await refusal(bad(2), good, bad(1))
    assert.deepEqual(
      few.map((one: Json) => [one.severity, one.expression[0]]),
      [
        ['error', 'Bundle.entry[0].resource.name[0].family'],
        ['error', 'Bundle.entry[0].resource.name[1].family'],
        ['error', 'Bundle.entry[2].resource.name[0].family'],
      ],
    )
    const many = await refusal(bad(40), bad(60), good, bad(3))
    const listed = (issue: Json) => issue.filter((one: Json) => one.severity === 'error').length
    assert.deepEqual([listed(many), many.at(-1).details.text], [50, 'There are 53 more problems.'])
    const single = await send('POST', 'Patient', bad(51).resource)
    assert.deepEqual(
      [listed(single.json.issue), single.json.issue.at(-1).details.text],
      [50, 'There is one more problem.'],
    )
    assert.deepEqual([single.json.issue.length, single.json.issue.at(-1).severity], [51, 'information'])
  })

  test('pages through a search of the whole system', async () => {
    for (const id of ['a', 'b', 'c']) await send('PUT', `Basic/${id}`, { resourceType: 'Basic', id, code: {} })
    for (const id of ['a', 'b', 'c'])
      await send('PUT', `Basic/${id}`, { resourceType: 'Basic', id, code: { text: 'x' } })
    const seen: string[] = []
    for (let next: string | undefined = '?_type=Basic&_count=1'; next !== undefined; ) {
      const { status, json } = await send('GET', next.startsWith('http') ? next : `${hospital.base}${next}`)
      assert.equal(status, 200)
      seen.push(...json.entry.map((one: Json) => one.resource.id))
      next = json.link.find((one: Json) => one.relation === 'next')?.url
    }
    assert.deepEqual(seen, ['a', 'b', 'c'])
  })
})
