/** The FHIR API as a client meets it, over a real record: https://hl7.org/fhir/R4/http.html */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { startHospital } from './support/hospital.ts'

type Json = Record<string, unknown>

interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: string
  readonly json: Json
}

let hospital: { readonly base: string; readonly token: string }

/** Sends one request; an object as body goes as FHIR JSON. */
async function send(
  method: string,
  path: string,
  body?: Json | string,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(path.startsWith('http') ? path : `${hospital.base}/${path}`, {
    method,
    headers: {
      authorization: `Bearer ${hospital.token}`,
      accept: 'application/fhir+json',
      ...(body !== undefined && { 'content-type': 'application/fhir+json' }),
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, body: text, json: text === '' ? {} : JSON.parse(text) }
}

interface Issue {
  readonly severity: string
  readonly code: string
  readonly diagnostics?: string
  readonly expression?: readonly string[]
}
const issuesOf = ({ json }: Answer) => {
  assert.equal(json.resourceType, 'OperationOutcome', JSON.stringify(json))
  return json.issue as Issue[]
}
const entriesOf = ({ json }: Answer) => (json.entry ?? []) as Json[]

const SYSTEM = 'urn:test:mrn'
const patient = (mrn: string, more: Json = {}): Json => ({
  resourceType: 'Patient',
  identifier: [{ system: SYSTEM, value: mrn }],
  name: [{ family: 'Curie', given: ['Marie'] }],
  ...more,
})
const byMrn = (mrn: string) => `Patient?identifier=${encodeURIComponent(`${SYSTEM}|${mrn}`)}`

test('the FHIR API over a real record', async (t) => {
  hospital = await startHospital(t)

  await t.test('keeps every version of a resource, from creation to deletion and back', async () => {
    const created = await send('POST', 'Patient', patient(randomUUID(), { active: true }))
    assert.equal(created.status, 201)
    assert.equal(created.headers.get('etag'), 'W/"1"')
    const id = String(created.json.id)
    assert.equal(created.headers.get('location'), `${hospital.base}/Patient/${id}/_history/1`)

    const read = await send('GET', `Patient/${id}`)
    assert.equal(read.body, created.body)
    assert.equal(new Date(read.headers.get('last-modified') ?? '').getTime() % 1000, 0)
    assert.equal((await send('GET', `Patient/${id}`, undefined, { 'if-none-match': 'W/"1"' })).status, 304)

    const updated = await send('PUT', `Patient/${id}`, { ...read.json, active: false }, { 'if-match': 'W/"1"' })
    assert.deepEqual([updated.status, updated.headers.get('etag')], [200, 'W/"2"'])
    const stale = await send('PUT', `Patient/${id}`, { ...read.json, active: true }, { 'if-match': 'W/"1"' })
    assert.equal(stale.status, 412)
    assert.equal((await send('GET', `Patient/${id}/_history/1`)).json.active, true)

    assert.equal((await send('DELETE', `Patient/${id}`)).status, 204)
    const gone = await send('GET', `Patient/${id}`)
    assert.deepEqual([gone.status, gone.headers.get('etag')], [410, 'W/"3"'])
    assert.equal(issuesOf(gone)[0]?.code, 'deleted')
    assert.equal((await send('DELETE', `Patient/${id}`)).status, 204)
    assert.equal((await send('GET', `Patient/${id}/_history/3`)).status, 410)
    assert.equal((await send('GET', `Patient/${id}/_history/9`)).status, 404)

    const back = await send('PUT', `Patient/${id}`, read.json)
    assert.deepEqual([back.status, back.headers.get('etag')], [201, 'W/"4"'])
    const history = await send('GET', `Patient/${id}/_history`)
    assert.equal(history.json.type, 'history')
    assert.deepEqual(
      entriesOf(history).map((entry) => (entry.request as Json).method),
      ['PUT', 'DELETE', 'PUT', 'POST'],
    )
    assert.equal((await send('GET', `Patient/${randomUUID()}/_history`)).status, 404)
  })

  // A client that had asked for some elements, and then updated, erased all others.
  await t.test('does not take a part of a resource for the whole of it', async () => {
    const whole = { resourceType: 'Patient', id: 'whole', gender: 'female', birthDate: '1984' }
    await send('PUT', 'Patient/whole', whole)
    for (const query of ['_elements=gender', '_summary=true']) {
      const part = (await send('GET', `Patient/whole?${query}`)).json
      const entry = [{ resource: part, request: { method: 'PUT', url: 'Patient/whole' } }]
      for (const answer of [
        await send('PUT', 'Patient/whole', part),
        await send('POST', '', { resourceType: 'Bundle', type: 'transaction', entry }),
      ]) {
        assert.equal(answer.status, 422, query)
        assert.match(answer.body, /"expression":\["(Patient|Bundle\.entry\[0\]\.resource)\.meta\.tag"\]/)
      }
    }
    const tag = [{ code: 'SUBSETTED', system: 'urn:of-somebody-else' }]
    assert.equal((await send('PUT', 'Patient/whole', { ...whole, meta: { tag } })).status, 200)
  })

  await t.test('creates under an id of the client, once with If-None-Match: *', async () => {
    const id = randomUUID()
    const body = patient(id, { id })
    assert.equal((await send('PUT', `Patient/${id}`, body, { 'if-none-match': '*' })).status, 201)
    assert.equal((await send('PUT', `Patient/${id}`, body, { 'if-none-match': '*' })).status, 412)
    const other = await send('PUT', `Patient/${randomUUID()}`, body)
    assert.equal(other.status, 400)
  })

  await t.test('changes with If-Match: * what exists, and nothing else', async () => {
    const id = randomUUID()
    const any = { 'if-match': '*' }
    const operations = JSON.stringify([{ op: 'add', path: '/active', value: true }])
    const change = (headers: Record<string, string>) => ({ ...headers, 'content-type': 'application/json-patch+json' })
    const refused = async () => {
      for (const answer of [
        await send('PUT', `Patient/${id}`, patient(id, { id }), any),
        await send('PATCH', `Patient/${id}`, operations, change(any)),
        await send('DELETE', `Patient/${id}`, undefined, any),
        await send('PUT', byMrn(id), patient(id), any),
        // Nothing is at version 3 that does not exist: this had created it.
        await send('PUT', byMrn(id), patient(id), { 'if-match': 'W/"3"' }),
      ])
        assert.deepEqual([answer.status, issuesOf(answer)[0]?.code], [412, 'conflict'])
    }
    await refused()
    assert.equal((await send('PUT', `Patient/${id}`, patient(id, { id }))).status, 201)
    assert.equal((await send('PUT', `Patient/${id}`, patient(id, { id, gender: 'female' }), any)).status, 200)
    assert.equal((await send('PUT', byMrn(id), patient(id, { gender: 'male' }), any)).status, 200)
    assert.equal((await send('PATCH', `Patient/${id}`, operations, change(any))).status, 200)
    assert.equal((await send('DELETE', `Patient/${id}`, undefined, any)).status, 204)
    await refused()
  })

  await t.test('creates, updates, patches and deletes by criteria', async () => {
    const mrn = randomUUID()
    const ifNoneExist = { 'if-none-exist': `identifier=${encodeURIComponent(`${SYSTEM}|${mrn}`)}` }
    const first = await send('POST', 'Patient', patient(mrn), ifNoneExist)
    const second = await send('POST', 'Patient', patient(mrn), ifNoneExist)
    assert.deepEqual([first.status, second.status], [201, 200])
    assert.equal(second.headers.get('location'), first.headers.get('location'))

    const updated = await send('PUT', byMrn(mrn), patient(mrn, { gender: 'female' }))
    assert.deepEqual([updated.status, updated.json.id], [200, first.json.id])
    const patch = [{ op: 'add', path: '/active', value: true }]
    const patched = await send('PATCH', byMrn(mrn), JSON.stringify(patch), {
      'content-type': 'application/json-patch+json',
    })
    assert.deepEqual([patched.status, patched.json.active], [200, true])

    await send('POST', 'Patient', patient(mrn))
    for (const method of ['PUT', 'DELETE']) {
      const body = method === 'PUT' ? patient(mrn) : undefined
      const several = await send(method, byMrn(mrn), body)
      assert.deepEqual([method, several.status, issuesOf(several)[0]?.code], [method, 412, 'multiple-matches'])
    }
    await send('DELETE', `Patient/${first.json.id}`)
    assert.equal((await send('DELETE', byMrn(mrn))).status, 204)
    assert.equal((await send('GET', byMrn(mrn))).json.total, 0)
    assert.equal((await send('DELETE', byMrn(mrn))).status, 204)
  })

  await t.test('patches by JSON Patch and FHIRPath, and keeps decimals as they were written', async () => {
    const body =
      '{"resourceType":"Observation","status":"final","code":{"text":"weight"},"valueQuantity":{"value":70.50}}'
    const { json } = await send('POST', 'Observation', body)
    const path = `Observation/${json.id}`
    const patch =
      '[{"op":"replace","path":"/status","value":"amended"},{"op":"add","path":"/valueQuantity/unit","value":"kg"}]'
    const patched = await send('PATCH', path, patch, { 'content-type': 'application/json-patch+json' })
    assert.equal(patched.status, 200)
    assert.match(patched.body, /"value":70\.50[,}]/)
    const fhirpath = {
      resourceType: 'Parameters',
      parameter: [
        {
          name: 'operation',
          part: [
            { name: 'type', valueCode: 'replace' },
            { name: 'path', valueString: 'Observation.status' },
            { name: 'value', valueCode: 'corrected' },
          ],
        },
      ],
    }
    const again = await send('PATCH', path, fhirpath, { 'if-match': String(patched.headers.get('etag')) })
    assert.deepEqual([again.status, again.json.status], [200, 'corrected'])
    assert.match(again.body, /"value":70\.50[,}]/)
    assert.equal((await send('PATCH', path, fhirpath, { 'if-match': 'W/"1"' })).status, 412)
  })

  await t.test('finds the same by GET and by POST', async () => {
    const mrn = randomUUID()
    await send('POST', 'Patient', patient(mrn))
    const byGet = await send('GET', byMrn(mrn))
    const byPost = await send('POST', 'Patient/_search', `identifier=${encodeURIComponent(`${SYSTEM}|${mrn}`)}`, {
      'content-type': 'application/x-www-form-urlencoded',
    })
    assert.equal(byGet.json.type, 'searchset')
    assert.equal(entriesOf(byGet).length, 1)
    assert.deepEqual(entriesOf(byPost), entriesOf(byGet))
    const [entry] = entriesOf(byGet)
    assert.equal((await send('GET', String(entry?.fullUrl))).status, 200)
  })

  await t.test('answers a parameter nobody knows with 400 when told to be strict', async () => {
    assert.equal((await send('GET', 'Patient?colour=blue&_count=1')).status, 200)
    const strict = await send('GET', 'Patient?colour=blue', undefined, { prefer: 'handling=strict' })
    assert.equal(strict.status, 400)
    issuesOf(strict)
  })

  await t.test('carries out a transaction once, however often it is sent with the same key', async () => {
    const mrn = randomUUID()
    const bundle = {
      resourceType: 'Bundle',
      type: 'transaction',
      entry: [{ resource: patient(mrn), request: { method: 'POST', url: 'Patient' } }],
    }
    const key = { 'idempotency-key': randomUUID() }
    const first = await send('POST', hospital.base, bundle, key)
    const again = await send('POST', hospital.base, bundle, key)
    assert.equal(first.json.type, 'transaction-response')
    assert.equal(first.headers.get('idempotent-replayed'), null)
    assert.equal(again.headers.get('idempotent-replayed'), 'true')
    assert.equal(again.body, first.body)
    assert.equal(entriesOf(await send('GET', byMrn(mrn))).length, 1)
    const other = await send('POST', hospital.base, { ...bundle, entry: [] }, key)
    assert.deepEqual(
      [
        other.status,
        (other.json as { issue: { details: { coding: { code: string }[] } }[] }).issue[0]?.details.coding[0]?.code,
      ],
      [422, 'record/key-used'],
    )
  })

  await t.test('carries out what it can of a batch', async () => {
    const entry = [
      { request: { method: 'GET', url: `Patient/${randomUUID()}` } },
      { resource: patient(randomUUID()), request: { method: 'POST', url: 'Patient' } },
    ]
    const answer = await send('POST', `${hospital.base}/`, { resourceType: 'Bundle', type: 'batch', entry })
    assert.equal(answer.status, 200)
    const statuses = entriesOf(answer).map(({ response }) => String((response as Json).status).slice(0, 3))
    assert.deepEqual(statuses, ['404', '201'])
  })

  await t.test('names everything that is wrong with a resource in one answer, and repeats none of it', async () => {
    const body = { resourceType: 'Patient', gender: 'Doe', birthDate: 'Doe', nonsense: 'Doe', link: [{}] }
    const answer = await send('POST', 'Patient', body)
    assert.equal(answer.status, 422)
    assert.ok(issuesOf(answer).length >= 4, answer.body)
    assert.ok(issuesOf(answer).some(({ expression }) => expression?.[0] === 'Patient.birthDate'))
    for (const { diagnostics } of issuesOf(answer)) assert.match(diagnostics ?? '', /^This [^.]+\. Mend [^.]+\.$/)
    assert.doesNotMatch(answer.body, /Doe/)
  })

  for (const [what, body] of Object.entries({
    'is cut off': '{"resourceType":"Patient","name":[{"family":"Doe"',
    'is empty': ' ',
    'is an array': '[]',
    'is null': 'null',
    'is of another type': '{"resourceType":"Observation"}',
    'has no type': '{}',
    'is nested a hundred thousand deep': `{"resourceType":"Patient","contained":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
    'is nested in extensions without end': `{"resourceType":"Patient","extension":${'[{"url":"a","extension":'.repeat(20_000)}[]${'}]'.repeat(20_000)}}`,
  })) {
    await t.test(`refuses a body that ${what}, without a word of it`, async () => {
      const answer = await send('POST', 'Patient', body)
      assert.ok([400, 413, 422].includes(answer.status), `${answer.status}`)
      issuesOf(answer)
      assert.doesNotMatch(answer.body, /Doe/)
    })
  }

  await t.test('gives a Binary back byte for byte', async () => {
    const bytes = String.fromCharCode(...Array.from({ length: 128 }, (_, code) => code))
    const created = await send('POST', 'Binary', bytes, { 'content-type': 'application/octet-stream' })
    assert.equal(created.status, 201)
    const response = await fetch(`${hospital.base}/Binary/${created.json.id}`, {
      headers: { authorization: `Bearer ${hospital.token}` },
    })
    assert.equal(response.headers.get('content-type'), 'application/octet-stream')
    assert.equal(await response.text(), bytes)
  })

  await t.test('lets one of many win that update the same version', async () => {
    const { json } = await send('POST', 'Patient', patient(randomUUID()))
    const answers = await Promise.all(
      Array.from({ length: 8 }, () =>
        send('PUT', `Patient/${json.id}`, { ...json, active: true }, { 'if-match': 'W/"1"' }),
      ),
    )
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, ...Array(7).fill(412)])
  })

  await t.test('is ready, counted and described', async () => {
    const ready = await fetch(new URL('/health/ready', hospital.base))
    assert.equal(ready.status, 200)
    const metrics = await fetch(new URL('/metrics', hospital.base), {
      headers: { authorization: `Bearer ${hospital.token}` },
    })
    assert.match(await metrics.text(), /http_requests_total\{/)
    const { json } = await send('GET', 'metadata')
    assert.equal(json.resourceType, 'CapabilityStatement')
  })
})
