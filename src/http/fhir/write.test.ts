import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ask, BASE, firstCall, PATIENT, post, put } from '../../../tests/support/ask.ts'
import { VERSION } from '../../../tests/support/recording-record.ts'

describe('create', () => {
  test('answers 201 with the address of the version', async (t) => {
    const response = await ask(t, '/Patient', post)
    assert.equal(response.status, 201)
    assert.equal(response.headers.location, `${BASE}/Patient/p1/_history/3`)
    assert.equal(response.headers.etag, 'W/"3"')
    assert.ok(response.headers['last-modified'])
    assert.equal(response.body, VERSION.text)
    assert.deepEqual(response.calls, [['create', 'Patient', PATIENT, undefined]])
  })

  test('answers as Prefer asks', async (t) => {
    const minimal = await ask(t, '/Patient', { ...post, headers: { prefer: 'return=minimal' } })
    assert.deepEqual([minimal.status, minimal.body], [201, ''])
    assert.ok(minimal.headers.location)
    const outcome = await ask(t, '/Patient', { ...post, headers: { prefer: 'return=OperationOutcome' } })
    assert.equal(JSON.parse(outcome.body).issue[0].severity, 'information')
  })

  test('hands on If-None-Exist, and answers 200 when there is a match', async (t) => {
    const answers = { create: async () => ({ outcome: 'matched', version: VERSION, warnings: [] }) as const }
    const response = await ask(t, '/Patient', { ...post, answers, headers: { 'if-none-exist': '?identifier=s%7C1' } })
    assert.equal(response.status, 200)
    assert.equal(response.headers.location, `${BASE}/Patient/p1/_history/3`)
    assert.deepEqual(firstCall(response)?.slice(3), ['identifier=s%7C1'])
  })

  test('refuses an If-None-Exist that holds nothing: it would create always', async (t) => {
    for (const criteria of ['?', 'Patient?', 'Observation?identifier=s%7C1', 'http://other.test/fhir/Group?code=x']) {
      const response = await ask(t, '/Patient', { ...post, headers: { 'if-none-exist': criteria } })
      assert.equal(response.code(), 'http/bad-if-none-exist', criteria)
      assert.deepEqual(response.calls, [])
    }
  })

  test('takes an If-None-Exist that says where to ask, as HAPI sends it', async (t) => {
    for (const before of ['Patient?', '/Patient?', `${BASE}/Patient?`]) {
      const criteria = 'identifier=http://x.test/Group?a|1'
      const response = await ask(t, '/Patient', { ...post, headers: { 'if-none-exist': before + criteria } })
      assert.deepEqual(firstCall(response)?.slice(3), [criteria], before)
    }
  })

  test('links with the public address when there is one', async (t) => {
    const response = await ask(t, '/Patient', { ...post, publicUrl: 'https://emr.example.org/' })
    assert.equal(response.headers.location, 'https://emr.example.org/fhir/R4/Patient/p1/_history/3')
  })

  test('refuses a Host that is no host before anything is written', async (t) => {
    for (const host of ['evil.test/path', 'a b', 'x@y', '"', 'a:b:c', 'é']) {
      const response = await ask(t, '/Patient', { ...post, headers: { host } })
      assert.equal(response.status, 400, host)
      assert.equal(response.code(), 'http/bad-host')
      assert.deepEqual(response.calls, [])
    }
    for (const host of ['127.0.0.1:8080', '[::1]:8080', 'emr_1.example.org']) {
      const { headers } = await ask(t, '/Patient', { ...post, headers: { host } })
      assert.equal(headers.location, `http://${host}/fhir/R4/Patient/p1/_history/3`)
    }
  })
})

describe('update', () => {
  test('hands on If-Match and If-None-Match', async (t) => {
    const matched = await ask(t, '/Patient/p1', { ...put, headers: { 'if-match': 'W/"2"' } })
    assert.equal(matched.status, 200)
    assert.deepEqual(firstCall(matched), ['update', 'Patient', 'p1', PATIENT, { ifMatch: 2, ifNoneMatch: false }])
    const fresh = await ask(t, '/Patient/p1', { ...put, headers: { 'if-none-match': '*' } })
    assert.deepEqual(firstCall(fresh)?.[4], { ifNoneMatch: true })
  })

  test('refuses a condition it cannot read, and changes nothing', async (t) => {
    for (const headers of [{ 'if-match': 'yes' }, { 'if-none-match': 'W/"1"' }]) {
      const response = await ask(t, '/Patient/p1', { ...put, headers: headers as unknown as Record<string, string> })
      assert.equal(response.status, 400)
      assert.deepEqual(response.calls, [])
    }
  })

  test('without an id finds by the parameters, without those of form', async (t) => {
    const response = await ask(t, '/Patient?identifier=s%7C1&_pretty=true&_format=json&name=a', put)
    assert.equal(response.status, 201)
    assert.deepEqual(firstCall(response), ['updateWhere', 'Patient', 'identifier=s%7C1&name=a', PATIENT, {}])
  })

  test('without an id and parameters is refused', async (t) => {
    for (const method of ['PUT', 'PATCH', 'DELETE'] as const) {
      const response = await ask(t, '/Patient?_format=json', { method, payload: PATIENT })
      assert.equal(response.status, 400)
      assert.equal(response.code(), 'http/no-criteria')
      assert.deepEqual(response.calls, [])
    }
  })
})

describe('patch', () => {
  const patch = (content: string, payload = '[]') =>
    ({ method: 'PATCH', payload, headers: { 'content-type': content } }) as const

  test('takes JSON Patch and FHIRPath patch', async (t) => {
    const json = await ask(t, '/Patient/p1', patch('application/json-patch+json'))
    assert.equal(json.status, 200)
    assert.deepEqual(firstCall(json)?.slice(0, 3), ['patch', 'Patient', 'p1'])
    const parameters = '{"resourceType":"Parameters","parameter":[]}'
    const found = await ask(t, '/Patient?identifier=1', patch('application/fhir+json', parameters))
    assert.deepEqual(firstCall(found)?.slice(0, 3), ['patchWhere', 'Patient', 'identifier=1'])
  })

  test('in another form answers 415 and names the forms', async (t) => {
    for (const type of ['application/xml-patch+xml', 'application/merge-patch+json', 'text/plain']) {
      const response = await ask(t, '/Patient/p1', patch(type))
      assert.equal(response.status, 415)
      assert.equal(response.headers['accept-patch'], 'application/json-patch+json, application/fhir+json')
    }
  })

  test('that is broken or endlessly deep answers 400 without a word of it', async (t) => {
    const broken = await ask(t, '/Patient/p1', patch('application/json-patch+json', '[{"value":"Doe"'))
    assert.equal(broken.status, 400)
    assert.equal(broken.code(), 'fhir/not-json')
    assert.doesNotMatch(broken.body, /Doe/)
    const deep = `${'['.repeat(30_000)}${']'.repeat(30_000)}`
    const response = await ask(t, '/Patient/p1', patch('application/json-patch+json', deep))
    assert.equal(response.status, 400)
    assert.deepEqual(response.calls, [])
  })
})

describe('delete', () => {
  test('answers 204 with the ETag of the deletion, and hands on If-Match', async (t) => {
    const response = await ask(t, '/Patient/p1', { method: 'DELETE', headers: { 'if-match': '3' } })
    assert.deepEqual([response.status, response.body, response.headers.etag], [204, '', 'W/"4"'])
    assert.deepEqual(response.calls, [['delete', 'Patient', 'p1', { ifMatch: 3 }]])
  })

  test('of what is not there is a success', async (t) => {
    const response = await ask(t, '/Patient?identifier=1', { method: 'DELETE' })
    assert.deepEqual([response.status, response.headers.etag], [204, undefined])
    assert.deepEqual(response.calls, [['deleteWhere', 'Patient', 'identifier=1']])
  })

  test('answers 200 with an outcome to who prefers one', async (t) => {
    const headers = { prefer: 'return=OperationOutcome' }
    const response = await ask(t, '/Patient/p1', { method: 'DELETE', headers })
    assert.equal(response.status, 200)
    assert.equal(JSON.parse(response.body).resourceType, 'OperationOutcome')
  })

  test('by criteria refuses an If-Match that it could not keep', async (t) => {
    const response = await ask(t, '/Patient?identifier=1', { method: 'DELETE', headers: { 'if-match': 'W/"1"' } })
    assert.equal(response.code(), 'http/unusable-if-match')
    assert.deepEqual(response.calls, [])
  })
})
