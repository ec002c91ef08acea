import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import { AUTHORIZED, serve, VERSION } from '../../../tests/support/recording-record.ts'

const BYTES = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0xff, 0x00])

function stored(fields: object) {
  const text = JSON.stringify({ resourceType: 'Binary', id: 'b1', ...fields })
  return { read: async () => ({ is: 'present', version: { ...VERSION, type: 'Binary', id: 'b1', text } }) as const }
}

const PNG = stored({ contentType: 'image/png', data: BYTES.toString('base64') })

const get = (t: TestContext, answers: object, headers: Record<string, string> = {}) =>
  serve(t, answers).app.inject({ url: '/fhir/R4/Binary/b1', headers: { ...AUTHORIZED, ...headers } })

async function send(t: TestContext, method: 'POST' | 'PUT', payload: Buffer, headers: Record<string, string>) {
  const { app, calls } = serve(t)
  const url = method === 'POST' ? '/fhir/R4/Binary' : '/fhir/R4/Binary/b1'
  const response = await app.inject({ method, url, payload, headers: { ...AUTHORIZED, host: 'h', ...headers } })
  return { status: response.statusCode, calls }
}

describe('a Binary read', () => {
  test('is its bytes, as a download that nothing may sniff or run', async (t) => {
    for (const headers of [{}, { accept: '*/*' }, { accept: 'image/png' }, { accept: 'text/html' }]) {
      const response = await get(t, PNG, headers as Record<string, string>)
      assert.deepEqual(response.rawPayload, BYTES)
      assert.equal(response.headers['content-type'], 'image/png')
      assert.equal(response.headers['content-disposition'], 'attachment')
      assert.equal(response.headers['x-content-type-options'], 'nosniff')
      assert.match(String(response.headers['content-security-policy']), /sandbox/)
      assert.equal(response.headers.etag, 'W/"3"')
    }
  })

  test('is FHIR for who asks for that by name', async (t) => {
    const response = await get(t, PNG, { accept: 'application/fhir+json' })
    assert.equal(response.json().resourceType, 'Binary')
  })

  test('is not to be had as FHIR XML', async (t) => {
    assert.equal((await get(t, PNG, { accept: 'application/fhir+xml' })).statusCode, 406)
  })

  test('never lets a stored media type write headers', async (t) => {
    for (const contentType of ['text/plain\r\nset-cookie: a=b', 'nonsense', 7, undefined]) {
      const response = await get(t, stored({ contentType, data: 'AAAA' }))
      assert.equal(response.headers['content-type'], 'application/octet-stream')
      assert.equal(response.headers['set-cookie'], undefined)
    }
  })

  test('without data is empty, and names its security context', async (t) => {
    const response = await get(t, stored({ contentType: 'text/plain', securityContext: { reference: 'Patient/p1' } }))
    assert.equal(response.rawPayload.length, 0)
    assert.equal(response.headers['x-security-context'], 'Patient/p1')
  })
})

describe('a Binary written', () => {
  test('may come as its bytes', async (t) => {
    const { status, calls } = await send(t, 'POST', BYTES, {
      'content-type': 'image/png',
      'x-security-context': 'Patient/p1',
    })
    assert.equal(status, 201)
    assert.deepEqual(JSON.parse(String(calls[0]?.[2])), {
      resourceType: 'Binary',
      contentType: 'image/png',
      securityContext: { reference: 'Patient/p1' },
      data: BYTES.toString('base64'),
    })
  })

  test('has the id of its address', async (t) => {
    const { calls } = await send(t, 'PUT', BYTES, { 'content-type': 'application/pdf' })
    assert.equal(JSON.parse(String(calls[0]?.[3])).id, 'b1')
  })

  test('as FHIR JSON is handed on as it came', async (t) => {
    const text = '{"resourceType":"Binary","contentType":"text/plain"}'
    const { calls } = await send(t, 'POST', Buffer.from(text), { 'content-type': 'application/fhir+json' })
    assert.equal(calls[0]?.[2], text)
  })

  test('as FHIR XML, without a type or with a type that is none is refused', async (t) => {
    for (const type of ['application/fhir+xml', 'image', '']) {
      const { status, calls } = await send(t, 'POST', BYTES, type === '' ? {} : { 'content-type': type })
      assert.equal(status, 415, type)
      assert.deepEqual(calls, [])
    }
  })

  test('with a security context that is no reference is refused', async (t) => {
    const headers = { 'content-type': 'image/png', 'x-security-context': 'the boss' }
    assert.equal((await send(t, 'POST', BYTES, headers)).status, 400)
  })
})
