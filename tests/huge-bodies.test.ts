/** Bodies within the limit of bytes that hold far more than anybody writes: they are refused before they are read. */
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { clientOf, refusalIn, type Send } from './support/client.ts'
import { startHospital } from './support/hospital.ts'
import { ofSuite } from './support/suite.ts'

const MIB = 1024 * 1024
const JSON_PATCH = 'application/json-patch+json'
const FORM = 'application/x-www-form-urlencoded'

const list = (one: string, bytes: number) =>
  Array(Math.floor(bytes / (one.length + 1)))
    .fill(one)
    .join(',')
/** As many members with different names. */
const members = (count: number) => Array.from({ length: count }, (_, at) => `"m${at}":1`).join(',')

describe('a huge body', { timeout: 240_000 }, () => {
  let send: Send
  const suite = ofSuite()
  before(async () => {
    send = clientOf(await startHospital(suite))
    assert.equal((await send('PUT', 'Patient/p', { resourceType: 'Patient', id: 'p' })).status, 201)
  })

  const huge: Readonly<Record<string, readonly [method: string, path: string, body: string, type?: string]>> = {
    'of a million members': ['POST', 'Patient', `{"resourceType":"Patient",${members(1_000_000)}}`],
    'of millions of strings': [
      'POST',
      'Patient',
      `{"resourceType":"Patient","name":[{"given":[${list('"a"', 30 * MIB)}]}]}`,
    ],
    'of millions of empty objects': [
      'PUT',
      'Patient/p',
      `{"resourceType":"Patient","id":"p","name":[${list('{}', 30 * MIB)}]}`,
    ],
    'that is a batch with one huge resource': [
      'POST',
      '',
      `{"resourceType":"Bundle","type":"batch","entry":[{"request":{"method":"POST","url":"Patient"},"resource":{"resourceType":"Patient",${members(1_000_000)}}}]}`,
    ],
    'that is a transaction of nothing but members': [
      'POST',
      '',
      `{"resourceType":"Bundle","type":"transaction",${members(1_000_000)}}`,
    ],
    'that is a JSON Patch': [
      'PATCH',
      'Patient/p',
      `[{"op":"add","path":"/extension","value":[${list('{}', 2 * MIB)}]}]`,
      JSON_PATCH,
    ],
    'that is a FHIRPath Patch': [
      'PATCH',
      'Patient/p',
      `{"resourceType":"Parameters","parameter":[${list('{}', 2 * MIB)}]}`,
    ],
    'that is no JSON': ['POST', 'Patient', '['.repeat(30 * MIB)],
  }
  for (const [what, [method, path, body, type]] of Object.entries(huge)) {
    test(`${what} is refused`, async () => {
      const answer = await send(method, path, body, type === undefined ? {} : { 'content-type': type })
      assert.deepEqual([answer.status, refusalIn(answer)], [413, 'fhir/too-complex'])
    })
  }

  test('that is a form is refused', async () => {
    const answer = await send('POST', 'Patient/_search', `name=${list('a', 30 * MIB)}`, { 'content-type': FORM })
    assert.deepEqual([answer.status, refusalIn(answer)], [413, 'http/body-too-large'])
  })

  test('in an entry of a batch is refused alone, also when it is a patch in base64', async () => {
    const data = Buffer.from(`[{"op":"add","path":"/name","value":[${list('{}', MIB)}]}]`).toString('base64')
    const entry = [
      { resource: { resourceType: 'Patient', active: true }, request: { method: 'POST', url: 'Patient' } },
      {
        resource: { resourceType: 'Patient', extension: Array(60_000).fill({ url: 'x' }) },
        request: { method: 'POST', url: 'Patient' },
      },
      {
        resource: { resourceType: 'Binary', contentType: JSON_PATCH, data },
        request: { method: 'PATCH', url: 'Patient/p' },
      },
    ]
    const { json } = await send('POST', '', { resourceType: 'Bundle', type: 'batch', entry })
    const statuses = (json.entry as { response: { status: string } }[]).map(({ response }) => response.status)
    assert.deepEqual(
      statuses.map((status) => status.slice(0, 3)),
      ['201', '413', '413'],
    )
  })

  test('of which an address takes most is refused where it stands', async () => {
    const query = `name=${list('a', 20 * MIB)}`
    const entry = [
      { request: { method: 'GET', url: `Patient?${query}` } },
      { request: { method: 'DELETE', url: `Patient?${query}` } },
    ]
    for (const one of entry) {
      const { json } = await send('POST', '', { resourceType: 'Bundle', type: 'batch', entry: [one] })
      assert.match(JSON.stringify(json), /"status":"413 [^}]*"outcome":.*record\/query-too-long/)
    }
  })

  // Of each reference the whole address was made, gigabytes of them.
  test('in which references are relative to a huge address is refused by its place', async () => {
    const member = Array.from({ length: 300 }, (_, at) => ({ entity: { reference: `Patient/p${at}` } }))
    const entry = {
      fullUrl: `http://${'a'.repeat(16 * MIB)}/Group/1`,
      resource: { resourceType: 'Group', type: 'person', actual: true, member },
      request: { method: 'POST', url: 'Group' },
    }
    const answer = await send('POST', '', { resourceType: 'Bundle', type: 'transaction', entry: [entry] })
    assert.deepEqual([answer.status, refusalIn(answer)], [400, 'record/bad-entry'])
    assert.match(answer.body, /"expression":\["Bundle.entry\[0\]"\]/)
    assert.match(answer.body, /its fullUrl is longer than/)
    const many = Array.from({ length: 10_000 }, () => member[0])
    const long = {
      ...entry,
      fullUrl: `http://${'a'.repeat(1_900)}/Group/1`,
      resource: { ...entry.resource, member: many },
    }
    const grown = await send('POST', '', { resourceType: 'Bundle', type: 'transaction', entry: [long] })
    assert.deepEqual([grown.status, refusalIn(grown)], [400, 'record/bad-entry'])
    assert.match(grown.body, /refers too often to what is not in the Bundle/)
  })

  test('of few values is taken, and so is a large list', async () => {
    const binary = {
      resourceType: 'Binary',
      contentType: 'text/plain',
      data: Buffer.alloc(15 * MIB).toString('base64'),
    }
    assert.equal((await send('POST', 'Binary', binary)).status, 201)
    const member = Array.from({ length: 30_000 }, (_, at) => ({ entity: { reference: `Patient/p${at}` } }))
    const group = { resourceType: 'Group', type: 'person', actual: true, member }
    assert.equal((await send('POST', 'Group', group)).status, 201)
  })
})
