/** A client that others wrote, unmodified: https://github.com/Vermonster/fhir-kit-client */
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { Client, type FhirResource } from 'fhir-kit-client'
import { startHospital } from './support/hospital.ts'
import { ofSuite } from './support/suite.ts'

type Page = FhirResource & {
  link: { relation: string; url: string }[]
  entry?: { fullUrl: string; resource: FhirResource }[]
}

const idsOn = (page: FhirResource): string[] => ((page as Page).entry ?? []).map(({ resource }) => String(resource.id))
const statusesIn = (page: FhirResource): string[] =>
  (page.entry as { response: { status: string } }[]).map(({ response }) => response.status.slice(0, 3))
const refusedWith = (status: number, code: string) => (error: unknown) => {
  const { response } = error as { response: { status: number; data: FhirResource } }
  assert.equal(response.status, status)
  assert.equal((response.data.issue as { details: { coding: { code: string }[] } }[])[0]?.details.coding[0]?.code, code)
  return true
}

describe('fhir-kit-client', { timeout: 240_000 }, () => {
  let client: Client
  const suite = ofSuite()
  before(async () => {
    const hospital = await startHospital(suite)
    client = new Client({ baseUrl: hospital.base, bearerToken: hospital.token })
  })

  const patient = (family: string, more: object = {}): FhirResource => ({
    resourceType: 'Patient',
    name: [{ family }],
    ...more,
  })

  test('reads what it creates, updates, patches and deletes', async () => {
    const resourceType = 'Patient'
    const created = await client.create({ resourceType, body: patient('Kit') })
    const id = String(created.id)
    assert.equal(Client.httpFor(created).response?.status, 201)
    assert.deepEqual(await client.read({ resourceType, id }), created)

    const updated = await client.update({ resourceType, id, body: { ...created, active: true } })
    assert.equal((updated.meta as { versionId: string }).versionId, '2')
    const patched = await client.patch({
      resourceType,
      id,
      jsonPatch: [{ op: 'replace', path: '/active', value: false }],
    })
    assert.equal(patched.active, false)
    assert.deepEqual(await client.vread({ resourceType, id, version: '1' }), created)

    await assert.rejects(
      client.update({
        resourceType,
        id,
        body: { ...created, active: true },
        options: { headers: { 'If-Match': 'W/"1"' } },
      }),
      refusedWith(412, 'record/stale-version'),
    )
    await client.delete({ resourceType, id })
    await assert.rejects(client.read({ resourceType, id }), refusedWith(410, 'http/deleted'))
    await assert.rejects(client.read({ resourceType, id: 'never' }), refusedWith(404, 'http/no-resource'))
    assert.deepEqual(await client.resolve({ reference: `Patient/${id}/_history/1` }), created)
  })

  test('creates and updates by condition', async () => {
    const identifier = [{ system: 'urn:kit', value: '7' }]
    const once = () =>
      client.create({
        resourceType: 'Patient',
        body: patient('Once', { identifier }),
        options: { headers: { 'If-None-Exist': 'identifier=urn:kit|7' } },
      })
    const first = await once()
    assert.equal((await once()).id, first.id)
    const searchParams = { identifier: 'urn:kit|7' }
    const updated = await client.update({
      resourceType: 'Patient',
      searchParams,
      body: patient('Twice', { identifier }),
    })
    assert.equal(updated.id, first.id)
    await assert.rejects(
      client.create({ resourceType: 'Patient', body: patient('') }),
      refusedWith(422, 'record/invalid-resource'),
    )
  })

  test('turns the pages of a search to the end and back', async () => {
    const made: string[] = []
    for (let number = 0; number < 23; number++)
      made.push(
        String(
          (await client.create({ resourceType: 'Patient', body: patient(`Page${String(number).padStart(2, '0')}`) }))
            .id,
        ),
      )
    for (const postSearch of [false, true]) {
      const first = (await client.search({
        resourceType: 'Patient',
        searchParams: { family: 'page', _count: 5, _sort: 'family' },
        options: { postSearch },
      })) as Page
      const pages: Page[] = [first]
      for (let next = client.nextPage({ bundle: first }); next !== undefined; ) {
        const page = (await next) as Page
        pages.push(page)
        next = client.nextPage({ bundle: page })
      }
      assert.deepEqual(
        pages.map((page) => idsOn(page).length),
        [5, 5, 5, 5, 3],
      )
      assert.deepEqual(pages.flatMap(idsOn), made)
      const back: string[][] = []
      for (let previous = client.prevPage({ bundle: pages.at(-1) as Page }); previous !== undefined; ) {
        const page = (await previous) as Page
        back.unshift(idsOn(page))
        previous = client.prevPage({ bundle: page })
      }
      assert.deepEqual(back, pages.slice(0, -1).map(idsOn))
    }
  })

  test('finds by system search, and what is included', async () => {
    const { id } = await client.create({ resourceType: 'Patient', body: patient('Included') })
    const body = {
      resourceType: 'Observation',
      status: 'final',
      code: { text: 'x' },
      subject: { reference: `Patient/${id}` },
    }
    const observation = await client.create({ resourceType: 'Observation', body })
    const searchParams = { patient: String(id), _include: 'Observation:patient' }
    assert.deepEqual(idsOn(await client.resourceSearch({ resourceType: 'Observation', searchParams })), [
      observation.id,
      id,
    ])
    assert.deepEqual(
      idsOn(await client.systemSearch({ searchParams: { _type: 'Observation', patient: String(id) } })),
      [observation.id],
    )
  })

  test('sends batches and transactions', async () => {
    const urn = 'urn:uuid:61ebe359-bfdc-4613-8bf2-c5e300945f0a'
    const entry = [
      { fullUrl: urn, resource: patient('Bundled'), request: { method: 'POST', url: 'Patient' } },
      {
        resource: { resourceType: 'Observation', status: 'final', code: { text: 'x' }, subject: { reference: urn } },
        request: { method: 'POST', url: 'Observation' },
      },
    ]
    const answer = await client.transaction({ body: { resourceType: 'Bundle', type: 'transaction', entry } })
    assert.deepEqual(statusesIn(answer), ['201', '201'])
    const [, location] = (answer.entry as { response: { location: string } }[]).map(({ response }) => response.location)
    const observation = await client.request(String(location).replace(/\/_history.*/, ''))
    assert.match((observation.subject as { reference: string }).reference, /^Patient\//)

    const none = { request: { method: 'GET', url: 'Patient/never' } }
    const batch = await client.batch({
      body: { resourceType: 'Bundle', type: 'batch', entry: [...entry.slice(0, 1), none] },
    })
    assert.deepEqual(statusesIn(batch), ['201', '404'])
    await assert.rejects(
      client.transaction({ body: { resourceType: 'Bundle', type: 'transaction', entry: [...entry, none] } }),
      refusedWith(404, 'record/unknown-instance'),
    )
  })

  test('follows the history of an instance, a type and the system', async () => {
    const created = await client.create({ resourceType: 'Practitioner', body: { resourceType: 'Practitioner' } })
    const id = String(created.id)
    await client.update({ resourceType: 'Practitioner', id, body: { ...created, active: true } })
    await client.delete({ resourceType: 'Practitioner', id })
    const methods = (page: FhirResource) =>
      (page.entry as { request: { method: string } }[]).map(({ request }) => request.method)
    const instance = await client.resourceHistory({ resourceType: 'Practitioner', id })
    assert.equal(instance.total, 3)
    assert.deepEqual(methods(instance), ['DELETE', 'PUT', 'POST'])
    assert.deepEqual(methods(await client.typeHistory({ resourceType: 'Practitioner' })), ['DELETE', 'PUT', 'POST'])

    const seen: string[] = []
    for (let page = (await client.systemHistory()) as Page | undefined; page !== undefined; ) {
      seen.push(...(page.entry ?? []).map((entry) => JSON.stringify(entry)))
      page = (await client.nextPage({ bundle: page })) as Page | undefined
    }
    assert.equal(new Set(seen).size, seen.length)
    assert.ok(seen.length > 30)
    assert.match(seen[0] as string, new RegExp(`"Practitioner/${id}"`))
  })

  test('reads the capability statement, which names what the other tests use', async () => {
    const statement = await client.capabilityStatement()
    const [rest] = statement.rest as {
      resource: { type: string; interaction: { code: string }[] }[]
      interaction: { code: string }[]
    }[]
    const codes = (of: readonly { code: string }[] | undefined) => new Set((of ?? []).map(({ code }) => code))
    const ofPatient = codes(rest?.resource.find(({ type }) => type === 'Patient')?.interaction)
    const wanted = [
      'read',
      'vread',
      'update',
      'patch',
      'delete',
      'history-instance',
      'history-type',
      'create',
      'search-type',
    ]
    assert.deepEqual(
      wanted.filter((code) => !ofPatient.has(code)),
      [],
    )
    const ofSystem = codes(rest?.interaction)
    assert.deepEqual(
      ['transaction', 'batch', 'history-system', 'search-system'].filter((code) => !ofSystem.has(code)),
      [],
    )
  })
})
