import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { AUTHORIZED, serve, VERSION } from '../../tests/support/recording-record.ts'
import { acceptsGzip } from './compress.ts'

const LARGE = `{"resourceType":"Bundle","type":"searchset","note":"${'é'.repeat(40_000)}"}`

async function get(t: TestContext, url: string, headers: Record<string, string>, text = LARGE) {
  const { app } = serve(t, {
    search: async () => text,
    read: async () => ({ is: 'present', version: { ...VERSION, type: 'Binary', text } }),
  })
  return app.inject({ url: `/fhir/R4/${url}`, headers: { ...AUTHORIZED, host: 'h', ...headers } })
}

describe('a large answer', () => {
  test('is compressed for who accepts it', async (t) => {
    const response = await get(t, 'Patient', { 'accept-encoding': 'deflate, gzip;q=0.8' })
    assert.equal(response.headers['content-encoding'], 'gzip')
    assert.equal(response.headers.vary, 'accept-encoding')
    assert.equal(Number(response.headers['content-length']), response.rawPayload.length)
    assert.ok(response.rawPayload.length < LARGE.length / 5)
    assert.equal(gunzipSync(response.rawPayload).toString(), LARGE)
  })

  test('goes as it is to everybody else, and says that it could be otherwise', async (t) => {
    for (const headers of [{}, { 'accept-encoding': 'br' }, { 'accept-encoding': 'gzip;q=0' }]) {
      const response = await get(t, 'Patient', headers as Record<string, string>)
      assert.equal(response.headers['content-encoding'], undefined)
      assert.equal(response.headers.vary, 'accept-encoding')
      assert.equal(response.body, LARGE)
    }
  })

  test('that is the bytes of a Binary is not touched', async (t) => {
    const data = Buffer.alloc(60_000, 'a')
    const text = JSON.stringify({ resourceType: 'Binary', contentType: 'text/plain', data: data.toString('base64') })
    const response = await get(t, 'Binary/b', { 'accept-encoding': 'gzip' }, text)
    assert.equal(response.headers['content-encoding'], undefined)
    assert.deepEqual(response.rawPayload, data)
  })
})

test('a small answer is never compressed', async (t) => {
  const response = await get(t, 'Patient', { 'accept-encoding': 'gzip' }, '{"resourceType":"Bundle"}')
  assert.equal(response.headers['content-encoding'], undefined)
  assert.equal(response.headers.vary, undefined)
})

describe('Accept-Encoding', () => {
  const accepted = ['gzip', 'x-gzip', 'GZIP', '*', 'br, *;q=0.1', 'deflate,gzip;q=0.5', 'gzip, identity', ' gzip ; q=1']
  for (const sent of accepted) test(`${sent} takes gzip`, () => assert.equal(acceptsGzip(sent), true))
  const refused = ['', 'br', 'identity', 'gzip;q=0', 'gzip;q=0, *', '*;q=0', 'gzip;q=0.5, identity;q=1']
  for (const sent of refused) test(`${sent || 'nothing'} does not`, () => assert.equal(acceptsGzip(sent), false))
})
