/** What is read within a Bundle is what would be read outside of one: https://hl7.org/fhir/R4/http.html#transaction */
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { clientOf, type Json, linkIn, type Send } from './support/client.ts'
import { startHospital } from './support/hospital.ts'
import { ofSuite } from './support/suite.ts'

interface Entry {
  readonly resource?: Json
  readonly response: { readonly status: string; readonly etag?: string; readonly outcome?: Json }
}

describe('a GET within a Bundle', { timeout: 240_000 }, () => {
  let send: Send
  const suite = ofSuite()
  before(async () => {
    send = clientOf(await startHospital(suite))
    for (const active of [true, false])
      await send('PUT', 'Patient/p', { resourceType: 'Patient', id: 'p', active, gender: 'female', birthDate: '1984' })
  })

  for (const type of ['batch', 'transaction']) {
    const read = async (url: string, more: object = {}): Promise<Entry> => {
      const entry = [{ request: { method: 'GET', url, ...more } }]
      const { status, json } = await send('POST', '', { resourceType: 'Bundle', type, entry })
      assert.equal(status, 200, JSON.stringify(json))
      return (json.entry as Entry[])[0] as Entry
    }

    test(`follows _elements and _summary in a ${type}`, async () => {
      for (const url of ['Patient/p', 'Patient/p/_history/1', 'Patient/p/_history', 'Patient?_id=p'])
        for (const query of ['_elements=gender', '_summary=true', '_summary=data']) {
          const address = `${url}${url.includes('?') ? '&' : '?'}${query}`
          const { resource } = await read(address)
          const outside = (await send('GET', address)).json
          assert.deepEqual(resource, outside, address)
          assert.match(JSON.stringify(resource), /SUBSETTED/, address)
        }
      const { resource } = await read('Patient/p?_elements=gender')
      assert.deepEqual([resource?.gender, resource?.birthDate], ['female', undefined])
    })

    test(`is answered with what a page is answered with in a ${type}`, async () => {
      const { resource } = await read('Patient?_count=100000&colour=blue')
      assert.match(String(linkIn(resource as Json, 'self')), /\/Patient\?_count=1000$/)
      assert.match(JSON.stringify(resource), /Parameter colour is not supported for Patient/)
    })

    test(`is answered with 304 in a ${type} when the reader has the version`, async () => {
      const [old, now] = ['2020-01-01T00:00:00Z', new Date().toISOString()]
      for (const more of [{ ifNoneMatch: 'W/"2"' }, { ifNoneMatch: 'W/"1", W/"2"' }, { ifModifiedSince: now }]) {
        const { resource, response } = await read('Patient/p', more)
        assert.deepEqual([resource, response.status, response.etag], [undefined, '304 Not Modified', 'W/"2"'])
      }
      for (const more of [
        { ifNoneMatch: 'W/"1"' },
        { ifModifiedSince: old },
        { ifModifiedSince: '2999-01-01T00:00:00Z' },
        { ifNoneMatch: 'W/"1"', ifModifiedSince: now },
      ])
        assert.equal((await read('Patient/p', more)).response.status, '200 OK', JSON.stringify(more))
      assert.equal((await read('Patient/p/_history/1', { ifNoneMatch: 'W/"1"' })).response.status, '304 Not Modified')
    })

    test(`takes JSON by any of its names in a ${type}`, async () => {
      for (const format of ['json', 'application/fhir+json', 'application/fhir%2Bjson;%20fhirVersion=4.0', 'text/json'])
        assert.equal((await read(`Patient/p?_format=${format}`)).response.status, '200 OK', format)
    })
  }

  test('is refused when it asks for another format than JSON', async () => {
    const entry = ['Patient/p', 'Patient?_id=p', 'Patient/p/_history'].map((url) => ({
      request: { method: 'GET', url: `${url}${url.includes('?') ? '&' : '?'}_format=xml` },
    }))
    const { json } = await send('POST', '', { resourceType: 'Bundle', type: 'batch', entry })
    for (const { response } of json.entry as Entry[]) assert.equal(response.status, '406 Not Acceptable')
    assert.equal((await send('POST', '', { resourceType: 'Bundle', type: 'transaction', entry })).status, 406)
  })

  test('is beside a PUT that is made for any version of what exists', async () => {
    const putting = (id: string) => ({
      resource: { resourceType: 'Patient', id },
      request: { method: 'PUT', url: `Patient/${id}`, ifMatch: '*' },
    })
    const entry = [putting('any'), putting('nobody')]
    await send('PUT', 'Patient/any', { resourceType: 'Patient', id: 'any' })
    const { json } = await send('POST', '', { resourceType: 'Bundle', type: 'batch', entry })
    const statuses = (json.entry as Entry[]).map(({ response }) => response.status)
    assert.deepEqual(statuses, ['200 OK', '412 Precondition Failed'])
    assert.equal((await send('POST', '', { resourceType: 'Bundle', type: 'transaction', entry })).status, 412)
  })

  test('has no resource when it is a HEAD', async () => {
    const entry = [{ request: { method: 'HEAD', url: 'Patient/p' } }]
    const { json } = await send('POST', '', { resourceType: 'Bundle', type: 'batch', entry })
    const [{ resource, response }] = json.entry as [Entry]
    assert.deepEqual([resource, response.status, response.etag], [undefined, '200 OK', 'W/"2"'])
  })
})
