import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import { loggedRequest } from '#foundation/logged-request.ts'
import { AUTHORIZED, codeIn, serve, TOKEN } from '../../tests/support/recording-record.ts'
import { databaseFaults } from '../foundation/database-faults.ts'

describe('the bearer token', () => {
  test('is needed everywhere but at the health of the server', async (t) => {
    const { app, calls } = serve(t)
    for (const url of ['/fhir/R4/Patient/p1', '/fhir/R4/Patient', '/metrics', '/nowhere']) {
      const response = await app.inject(url)
      assert.equal(response.statusCode, 401, url)
      assert.equal(codeIn(response), 'http/no-token')
      assert.equal(response.headers['www-authenticate'], 'Bearer realm="omnicare"')
    }
    for (const url of ['/health', '/health/live', '/health/ready'])
      assert.equal((await app.inject(url)).statusCode, 200)
    assert.deepEqual([...new Set(calls.map(([name]) => name))], ['ask'])
  })

  for (const wrong of [`Bearer ${TOKEN}x`, 'Bearer ', `Bearer ${TOKEN.slice(1)}`, `Bearer ${'x'.repeat(9000)}`]) {
    test(`is refused when it is ${wrong.length} characters that differ`, async (t) => {
      const response = await serve(t).app.inject({ url: '/fhir/R4/Patient/p1', headers: { authorization: wrong } })
      assert.equal(response.statusCode, 401)
      assert.equal(response.headers['www-authenticate'], 'Bearer realm="omnicare", error="invalid_token"')
    })
  }

  test('is asked for in the scheme Bearer, in any case', async (t) => {
    const { app } = serve(t)
    const status = async (authorization: string) =>
      (await app.inject({ url: '/fhir/R4/Patient/p1', headers: { authorization } })).statusCode
    assert.equal(await status(`bearer ${TOKEN}`), 200)
    assert.equal(await status(`Basic ${TOKEN}`), 401)
    assert.equal(await status(TOKEN), 401)
  })

  test('is never logged, right or wrong', async (t) => {
    const { app, lines } = serve(t)
    await app.inject({ url: '/fhir/R4/Patient/p_1', headers: AUTHORIZED })
    await app.inject({ url: '/fhir/R4/Patient/p1', headers: { authorization: 'Bearer wrong-secret' } })
    assert.equal(lines.length, 2)
    assert.doesNotMatch(JSON.stringify(lines), new RegExp(`${TOKEN}|wrong-secret`))
  })
})

describe('every answer', () => {
  test('repeats the X-Request-Id when it is harmless', async (t) => {
    const headers = { ...AUTHORIZED, 'x-request-id': 'ward-7/42:a.b_c' }
    assert.equal((await serve(t).app.inject({ url: '/nowhere', headers })).headers['x-request-id'], 'ward-7/42:a.b_c')
  })

  for (const sent of ['a b', 'a\tb', '<script>', 'x'.repeat(129), '{jndi:ldap://x}', 'a, b', 'é', '']) {
    test(`has an id of its own instead of ${JSON.stringify(sent.slice(0, 20))}`, async (t) => {
      const headers = { ...AUTHORIZED, 'x-request-id': sent }
      const id = (await serve(t).app.inject({ url: '/fhir/R4/Patient/p1', headers })).headers['x-request-id']
      assert.match(String(id), /^[0-9a-f]{8}-[0-9a-f]{4}-7/)
    })
  }

  test('keeps patient data out of caches, frames and sniffers, refusals too', async (t) => {
    const { app } = serve(t)
    for (const url of ['/fhir/R4/Patient/p1', '/fhir/R4/Patient/%zz', '/health', '/nowhere']) {
      const { headers } = await app.inject({ url, headers: AUTHORIZED })
      assert.equal(headers['cache-control'], 'no-store', url)
      assert.equal(headers['x-content-type-options'], 'nosniff', url)
      assert.match(String(headers['content-security-policy']), /default-src 'none'/, url)
      assert.ok(headers['x-request-id'], url)
    }
  })
})

describe('an address', () => {
  test('where nothing is answers 404', async (t) => {
    const { app } = serve(t)
    for (const url of [
      '/',
      '/fhir',
      '/fhir/R5/Patient/1',
      '/fhir/R4/Patient/1/2/3',
      '/.env',
      '/fhir/R4/Patient/a%2f..%2fb/c',
    ]) {
      const response = await app.inject({ url, headers: AUTHORIZED })
      assert.equal(response.statusCode, 404, url)
      assert.equal(codeIn(response), 'http/no-endpoint')
    }
  })

  test('that cannot be decoded answers 400', async (t) => {
    const response = await serve(t).app.inject({ url: '/fhir/R4/Patient/%zz', headers: AUTHORIZED })
    assert.equal(response.statusCode, 400)
    assert.equal(codeIn(response), 'http/malformed-url')
  })

  test('with a part of a thousand characters answers 400', async (t) => {
    const response = await serve(t).app.inject({ url: `/fhir/R4/Patient/${'x'.repeat(1000)}`, headers: AUTHORIZED })
    assert.equal(response.statusCode, 400)
    assert.equal(codeIn(response), 'http/bad-id')
  })

  test('answers a method it does not take with 405 and those it takes', async (t) => {
    const { app } = serve(t)
    const expected = {
      '/fhir/R4': 'GET, POST, HEAD',
      '/fhir/R4/metadata': 'GET, HEAD',
      '/fhir/R4/_search': 'POST',
      '/fhir/R4/Patient/p1': 'GET, PUT, PATCH, DELETE, HEAD',
      '/fhir/R4/Patient/p1/_history/1': 'GET, HEAD',
      '/health': 'GET, HEAD',
    }
    for (const [url, allow] of Object.entries(expected)) {
      for (const method of ['OPTIONS', 'TRACE'] as const) {
        const response = await app.inject({ method: method as 'OPTIONS', url, headers: AUTHORIZED })
        assert.equal(response.statusCode, 405, url)
        assert.equal(response.headers.allow, allow)
        assert.equal(codeIn(response), 'http/wrong-method')
      }
    }
  })

  test('takes HEAD where it takes GET, and sends the length without the body', async (t) => {
    const { app } = serve(t)
    const whole = await app.inject({ url: '/fhir/R4/Patient/p1', headers: AUTHORIZED })
    const head = await app.inject({ method: 'HEAD', url: '/fhir/R4/Patient/p1', headers: AUTHORIZED })
    assert.equal(head.statusCode, 200)
    assert.equal(head.body, '')
    assert.equal(head.headers['content-length'], whole.headers['content-length'])
    assert.equal(head.headers.etag, 'W/"3"')
  })
})

describe('a failure', () => {
  const broken = { read: () => Promise.reject(new Error('relation patient of Doe, John')) }

  test('that nobody expected shows only the id of the request', async (t) => {
    const { app, lines } = serve(t, broken)
    const headers = { ...AUTHORIZED, 'x-request-id': 'r-7' }
    const response = await app.inject({ url: '/fhir/R4/Patient/p1?name=Doe', headers })
    assert.equal(response.statusCode, 500)
    assert.match(response.body, /r-7/)
    assert.doesNotMatch(response.body, /Doe/)
    assert.equal(lines[0]?.level, 'error')
    assert.ok(lines[0]?.facts.err instanceof Error)
    assert.equal(lines[0]?.facts['http.request.id'], loggedRequest('r-7'))
    assert.equal(lines[0]?.facts['url.path'], '/fhir/R4/:type/:id')
  })

  test('of a busy record says when to try again', async (t) => {
    const { app, lines } = serve(t, { read: () => Promise.reject(databaseFaults.full()) })
    const response = await app.inject({ url: '/fhir/R4/Patient/p1', headers: AUTHORIZED })
    assert.equal(response.statusCode, 503)
    assert.equal(codeIn(response), 'database/full')
    assert.match(String(response.headers['retry-after']), /^\d+$/)
    assert.equal(lines[0]?.facts['event.code'], 'database/full')
    assert.equal(lines[0]?.facts.err, undefined)
  })

  test('of the caller is logged by route, without ids and parameters', async (t) => {
    const { app, lines } = serve(t, { read: async () => ({ is: 'unknown' }) })
    await app.inject({ url: '/fhir/R4/Patient/john-doe?name=Doe', headers: AUTHORIZED })
    assert.deepEqual(
      lines.map(({ level }) => level),
      ['debug'],
    )
    assert.doesNotMatch(JSON.stringify(lines), /doe/i)
  })
})

describe('the metrics', () => {
  test('count requests by route, method and status, whatever addresses are asked for', async (t) => {
    const { app } = serve(t)
    for (let n = 0; n < 50; n++) {
      await app.inject({ url: `/fhir/R4/Patient/p${n}`, headers: AUTHORIZED })
      await app.inject({ url: `/scan-${n}.php`, headers: AUTHORIZED })
    }
    await app.inject('/fhir/R4/Patient/p1')
    await app.inject({ url: '/fhir/R4/Patient/%zz', headers: AUTHORIZED })
    const { body, headers } = await app.inject({ url: '/metrics', headers: AUTHORIZED })
    assert.match(String(headers['content-type']), /^text\/plain/)
    const counted = body.split('\n').filter((line) => line.startsWith('http_requests_total{'))
    assert.deepEqual(counted.sort(), [
      'http_requests_total{status="200",method="GET",endpoint="/fhir/R4/:type/:id"} 50',
      'http_requests_total{status="400",method="unknown",endpoint="malformed"} 1',
      'http_requests_total{status="401",method="GET",endpoint="/fhir/R4/:type/:id"} 1',
      'http_requests_total{status="404",method="GET",endpoint="none"} 50',
    ])
    assert.match(body, /http_request_duration_seconds_count\{method="GET",endpoint="\/fhir\/R4\/:type\/:id"\} 51/)
  })
})

describe('who asks through a proxy', () => {
  const from = async (t: TestContext, trustedProxies: string[], remoteAddress: string, forwarded: string) => {
    const { app, entries } = serve(t, {}, { trustedProxies })
    const headers = { ...AUTHORIZED, 'x-forwarded-for': forwarded }
    await app.inject({ url: '/nowhere', remoteAddress, headers })
    return entries[0]?.address
  }

  test('is whom the proxy names, when it is one that is trusted', async (t) => {
    assert.equal(await from(t, ['10.0.0.0/24'], '10.0.0.5', '203.0.113.9'), '203.0.113.9')
    // What was forged before the proxy added its own word counts for nothing.
    assert.equal(await from(t, ['10.0.0.5'], '10.0.0.5', '198.51.100.1, 203.0.113.9'), '203.0.113.9')
  })

  test('is the proxy itself, or whoever pretends to be one, when it isn’t', async (t) => {
    assert.equal(await from(t, ['10.0.0.5'], '192.0.2.5', '203.0.113.9'), '192.0.2.5')
    assert.equal(await from(t, [], '10.0.0.5', '203.0.113.9'), '10.0.0.5')
  })
})
