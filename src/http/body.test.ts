import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { AUTHORIZED, codeIn, serve } from '../../tests/support/recording-record.ts'

const FHIR = { ...AUTHORIZED, 'content-type': 'application/fhir+json' }
const PATIENT = '{"resourceType":"Patient"}'

describe('a body', () => {
  const post = (t: TestContext, payload: string | Buffer, headers: Record<string, string> = {}) => {
    const { app, calls } = serve(t)
    const sent = { ...FHIR, ...headers }
    return app
      .inject({ method: 'POST', url: '/fhir/R4/Patient', headers: sent, payload })
      .then((response) => ({ response, calls }))
  }

  test('is handed on as it came', async (t) => {
    const { calls } = await post(t, '{"resourceType":"Patient","name":[{"family":"Çelik"}],"x":1.50}')
    assert.deepEqual(calls[0]?.slice(0, 3), [
      'create',
      'Patient',
      '{"resourceType":"Patient","name":[{"family":"Çelik"}],"x":1.50}',
    ])
  })

  test('over the limit answers 413', async (t) => {
    const { response, calls } = await post(t, 'x'.repeat(64 * 1024 + 1))
    assert.equal(response.statusCode, 413)
    assert.equal(codeIn(response), 'http/body-too-large')
    assert.deepEqual(calls, [])
  })

  test('may come as gzip', async (t) => {
    const { response, calls } = await post(t, gzipSync(PATIENT), { 'content-encoding': 'gzip' })
    assert.equal(response.statusCode, 201)
    assert.equal(calls[0]?.[2], PATIENT)
  })

  test('that inflates over the limit answers 413', async (t) => {
    const bomb = gzipSync(Buffer.alloc(50 * 1024 * 1024))
    assert.ok(bomb.length < 64 * 1024)
    const { response, calls } = await post(t, bomb, { 'content-encoding': 'gzip' })
    assert.equal(response.statusCode, 413)
    assert.equal(codeIn(response), 'http/body-too-large')
    assert.deepEqual(calls, [])
  })

  test('that is not the gzip it says answers 400', async (t) => {
    for (const broken of [Buffer.from(PATIENT), gzipSync(PATIENT).subarray(0, 20)]) {
      const { response } = await post(t, broken, { 'content-encoding': 'gzip' })
      assert.equal(response.statusCode, 400)
      assert.equal(codeIn(response), 'http/bad-compression')
    }
  })

  test('in another encoding answers 415 and names gzip', async (t) => {
    const { response } = await post(t, PATIENT, { 'content-encoding': 'br' })
    assert.equal(response.statusCode, 415)
    assert.equal(codeIn(response), 'http/unknown-encoding')
    assert.equal(response.headers['accept-encoding'], 'gzip')
  })

  test('that is not UTF-8 answers 400', async (t) => {
    const { response } = await post(t, Buffer.from([0x7b, 0xff, 0x7d]))
    assert.equal(response.statusCode, 400)
    assert.equal(codeIn(response), 'http/not-utf-8')
  })

  test('that is missing answers 400', async (t) => {
    const { response } = await post(t, '')
    assert.equal(response.statusCode, 400)
    assert.equal(codeIn(response), 'http/no-body')
  })

  for (const type of [
    'text/plain',
    'application/fhir+xml',
    'application/x-www-form-urlencoded',
    'nonsense',
    'application/fhir+json; charset=utf-16',
  ]) {
    test(`as ${type} answers 415`, async (t) => {
      const { response, calls } = await post(t, PATIENT, { 'content-type': type })
      assert.equal(response.statusCode, 415)
      assert.equal(codeIn(response), 'http/wrong-media')
      assert.deepEqual(calls, [])
    })
  }
})
