import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ask } from '../../../tests/support/ask.ts'
import { VERSION } from '../../../tests/support/recording-record.ts'

describe('read', () => {
  test('sends the stored text as it is, with its version', async (t) => {
    const { status, headers, body, calls } = await ask(t, '/Patient/p1')
    assert.equal(status, 200)
    assert.equal(body, VERSION.text)
    assert.equal(headers['content-type'], 'application/fhir+json; charset=utf-8')
    assert.equal(headers.etag, 'W/"3"')
    assert.equal(headers['last-modified'], 'Sun, 01 Mar 2026 10:20:30 GMT')
    assert.deepEqual(calls, [['read', 'Patient', 'p1']])
  })

  test('answers 304 without a body to who has the version', async (t) => {
    for (const headers of [{ 'if-none-match': 'W/"3"' }, { 'if-modified-since': 'Sun, 01 Mar 2026 10:20:30 GMT' }]) {
      const response = await ask(t, '/Patient/p1', { headers: headers as unknown as Record<string, string> })
      assert.equal(response.status, 304)
      assert.equal(response.body, '')
      assert.equal(response.headers.etag, 'W/"3"')
    }
  })

  test('answers 404 to what never was, and 410 with the ETag to what was deleted', async (t) => {
    const never = await ask(t, '/Patient/p1', { answers: { read: async () => ({ is: 'unknown' }) } })
    assert.equal(never.status, 404)
    assert.equal(never.code(), 'http/no-resource')
    const gone = { read: async () => ({ is: 'deleted', version: 4, updated: VERSION.updated }) as const }
    const deleted = await ask(t, '/Patient/p1', { answers: gone })
    assert.equal(deleted.status, 410)
    assert.equal(deleted.code(), 'http/deleted')
    assert.equal(deleted.headers.etag, 'W/"4"')
    assert.equal(deleted.headers['content-type'], 'application/fhir+json; charset=utf-8')
  })

  test('refuses XML with 406, whether asked for by Accept or _format', async (t) => {
    for (const response of [
      await ask(t, '/Patient/p1', { headers: { accept: 'application/fhir+xml' } }),
      await ask(t, '/Patient/p1?_format=xml'),
    ]) {
      assert.equal(response.status, 406)
      assert.equal(response.code(), 'http/not-acceptable')
      assert.deepEqual(response.calls, [])
    }
  })

  test('indents refusals with _pretty too', async (t) => {
    for (const path of [
      '/Patient/p_1?_pretty=true',
      '/Patient/p1?_pretty=true&_format=xml',
      '/Nonsense?_pretty=true',
    ]) {
      const { body, status } = await ask(t, path)
      assert.ok(status >= 400, path)
      assert.equal(body, JSON.stringify(JSON.parse(body), null, 2), path)
    }
  })

  test('indents with _pretty, and keeps the numbers', async (t) => {
    const { body } = await ask(t, '/Patient/p1?_pretty=true&_format=json')
    assert.equal(body, '{\n  "resourceType": "Patient",\n  "id": "p1",\n  "multipleBirthInteger": 1.50\n}')
  })

  test('sends a part with _elements or _summary, marked as such', async (t) => {
    for (const query of ['_elements=id', '_summary=true']) {
      const resource = JSON.parse((await ask(t, `/Patient/p1?${query}`)).body)
      assert.equal(resource.meta.tag[0].code, 'SUBSETTED')
    }
    assert.equal((await ask(t, '/Patient/p1?_summary=false')).body, VERSION.text)
    assert.equal((await ask(t, '/Patient/p1?_summary=everything')).code(), 'record/bad-parameter')
  })

  test('ignores a parameter it does not know, unless told to be strict', async (t) => {
    assert.equal((await ask(t, '/Patient/p1?colour=blue')).status, 200)
    const strict = await ask(t, '/Patient/p1?colour=blue', { headers: { prefer: 'handling=strict' } })
    assert.equal(strict.status, 400)
    assert.equal(strict.code(), 'record/unknown-parameter')
  })

  test('answers 404 to a type that is none and to an operation that is none, 400 to an id that is none', async (t) => {
    assert.equal((await ask(t, '/patient/p1')).code(), 'http/unknown-type')
    assert.equal((await ask(t, '/Patients')).status, 404)
    assert.equal((await ask(t, '/Patient/p1/$everything')).status, 404)
    assert.equal((await ask(t, '/Patient/$match')).code(), 'http/unknown-operation')
    assert.equal((await ask(t, '/$export')).code(), 'http/unknown-operation')
    for (const id of ['p_1', 'a%20b', 'x'.repeat(65), '%F0%9F%98%80', "1'--"]) {
      const response = await ask(t, `/Patient/${id}`)
      assert.equal(response.status, 400, id)
      assert.equal(response.code(), 'http/bad-id')
      assert.ok(!response.body.includes(id))
    }
  })
})

describe('vread', () => {
  test('asks for the version', async (t) => {
    const response = await ask(t, '/Patient/p1/_history/3')
    assert.deepEqual(response.calls, [['vread', 'Patient', 'p1', 3]])
    assert.equal(response.headers.etag, 'W/"3"')
  })

  test('answers 404 to what can be no version', async (t) => {
    for (const version of ['0', '-1', 'x', '1.5', '9999999999', '01']) {
      const response = await ask(t, `/Patient/p1/_history/${version}`)
      assert.equal(response.status, 404)
      assert.equal(response.code(), 'http/no-version')
    }
  })
})
