import assert from 'node:assert/strict'
import { once } from 'node:events'
import { Agent, request as httpRequest } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { describe, type TestContext, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { Registry } from 'prom-client'
import { auditInMemory } from '../../tests/support/audit.ts'
import {
  AUTHORIZED,
  readableLog,
  recordingRecord,
  serve,
  TOKEN,
  VERSION,
} from '../../tests/support/recording-record.ts'
import { openHttp } from './index.ts'

async function listening(t: TestContext, options: Parameters<typeof serve>[2] = {}) {
  const served = serve(t, {}, options)
  await served.app.listen({ host: '127.0.0.1', port: 0 })
  return { ...served, port: (served.app.server.address() as AddressInfo).port }
}

/** What the server says to `lines` before it hangs up; with nothing more to come, or with more that never comes. */
async function said(port: number, lines: string, then?: 'and ends'): Promise<string> {
  const socket: Socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  if (then === undefined) socket.write(lines)
  else socket.end(lines)
  return text(socket)
}

describe('a request that never becomes one', () => {
  test('is answered 400 with an outcome when it is not HTTP', async (t) => {
    const { port, metrics } = await listening(t)
    const answer = await said(port, 'HELLO\r\n\r\n')
    assert.match(answer, /^HTTP\/1\.1 400 Bad Request\r\n/)
    assert.match(answer, /http\/malformed-request/)
    assert.match(await metrics.metrics(), /status="400",method="unknown",endpoint="malformed"} 1/)
  })

  test('is answered 413 when its address and headers are too long', async (t) => {
    const { port } = await listening(t)
    for (const lines of [
      `GET /fhir/R4/Patient?name=${'x'.repeat(40_000)} HTTP/1.1\r\nHost: h\r\n\r\n`,
      `GET /fhir/R4/Patient HTTP/1.1\r\nHost: h\r\n${`X-Filler: ${'x'.repeat(4000)}\r\n`.repeat(10)}\r\n`,
    ]) {
      const answer = await said(port, lines)
      assert.match(answer, /^HTTP\/1\.1 413 /)
      assert.match(answer, /http\/headers-too-large/)
    }
  })

  test('is answered 400 when it smuggles another behind two lengths', async (t) => {
    const { port, calls } = await listening(t)
    const lines = `POST /fhir/R4 HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer ${TOKEN}\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`
    assert.match(await said(port, lines), /^HTTP\/1\.1 400 /)
    assert.deepEqual(calls, [])
  })

  test('is answered 408 when its headers or its body dribble in', async (t) => {
    const { port, calls } = await listening(t, { requestTimeoutMs: 200 })
    const head = `POST /fhir/R4/Patient HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer ${TOKEN}\r\nContent-Type: application/fhir+json\r\n`
    for (const lines of [head, `${head}Content-Length: 100\r\n\r\n{`]) {
      const answer = await said(port, lines)
      assert.match(answer, /^HTTP\/1\.1 408 /)
      assert.match(answer, /http\/too-slow/)
      assert.match(answer, /retry-after: \d/)
    }
    assert.deepEqual(calls, [])
  })
})

describe('a request that breaks off in its body', () => {
  const head = `POST /fhir/R4/Patient HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer ${TOKEN}\r\nContent-Type: application/fhir+json\r\n`

  test('is answered and told of once, as what it was', async (t) => {
    const hasty = await listening(t, { requestTimeoutMs: 200 })
    const patient = await listening(t)
    const slow = `${head}Content-Length: 100\r\n\r\n{`
    const noChunk = `${head}Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\nno length\r\n`
    const codes = ['http/too-slow', 'http/malformed-request', 'http/malformed-request']
    const answers = [
      await said(hasty.port, slow),
      await said(patient.port, noChunk),
      await said(patient.port, slow, 'and ends'),
    ]
    for (const [at, code] of codes.entries()) assert.ok(answers[at]?.includes(code), code)
    assert.deepEqual(
      [...hasty.entries, ...patient.entries].map(({ action, outcome, code, actor }) => [
        action,
        outcome,
        code,
        actor.kind,
      ]),
      codes.map((code) => ['create', 'refused', code, 'person']),
    )
  })

  test('is not told of again when it was refused before', async (t) => {
    const { port, entries } = await listening(t)
    const unknown = `${head.replace(TOKEN, 'guessed')}Content-Length: 100\r\n\r\n{`
    assert.match(await said(port, unknown, 'and ends'), /^HTTP\/1\.1 401 /)
    assert.deepEqual(
      entries.map(({ code }) => code),
      ['http/wrong-token'],
    )
  })
})

describe('a body over the limit', () => {
  test('is answered 413 to a client that is still sending', async (t) => {
    const { port, calls } = await listening(t)
    for (const headers of [{ 'content-length': String(4 * 1024 * 1024) }, {}]) {
      const sent = httpRequest({
        port,
        method: 'POST',
        path: '/fhir/R4/Patient',
        headers: { ...AUTHORIZED, 'content-type': 'application/fhir+json', ...headers } as Record<string, string>,
      })
      const answered = once(sent, 'response')
      sent.on('error', () => {})
      sent.end(Buffer.alloc(4 * 1024 * 1024, 'x'))
      const [response] = await answered
      assert.equal(response.statusCode, 413)
      assert.match(await text(response), /http\/body-too-large/)
    }
    assert.deepEqual(calls, [])
  })
})

describe('closing', () => {
  test('finishes what was accepted, says that the connection ends, and takes nothing new', async () => {
    const reading = Promise.withResolvers<void>()
    const finish = Promise.withResolvers<void>()
    const { record } = recordingRecord({
      read: async () => {
        reading.resolve()
        await finish.promise
        return { is: 'present', version: VERSION }
      },
    })
    const settings = { host: '127.0.0.1', port: 0, bodyLimitMiB: 1, shutdownSeconds: 5 }
    const http = await openHttp({
      record,
      audit: auditInMemory().audit,
      log: readableLog().log,
      metrics: new Registry(),
      token: TOKEN,
      settings,
    })
    const agent = new Agent({ keepAlive: true })
    const sent = httpRequest(`${http.address}/fhir/R4/Patient/p1`, { agent, headers: AUTHORIZED }).end()
    const answered = once(sent, 'response')
    await reading.promise
    const closed = http[Symbol.asyncDispose]()
    await assert.rejects(fetch(`${http.address}/health/live`))
    finish.resolve()
    const [response] = await answered
    assert.equal(response.statusCode, 200)
    assert.equal(response.headers.connection, 'close')
    assert.equal(await text(response), VERSION.text)
    await closed
    agent.destroy()
  })

  test('hangs up on what is not finished in time', async () => {
    const reading = Promise.withResolvers<void>()
    const { record } = recordingRecord({
      read: () => {
        reading.resolve()
        return new Promise(() => {})
      },
    })
    const settings = { host: '127.0.0.1', port: 0, bodyLimitMiB: 1, shutdownSeconds: 0.05 }
    const http = await openHttp({
      record,
      audit: auditInMemory().audit,
      log: readableLog().log,
      metrics: new Registry(),
      token: TOKEN,
      settings,
    })
    const answered = fetch(`${http.address}/fhir/R4/Patient/p1`, { headers: AUTHORIZED })
    const failed = assert.rejects(answered)
    await reading.promise
    await http[Symbol.asyncDispose]()
    await failed
  })

  test('waits for what works on after it was hung up on', async () => {
    const [reading, hungUp] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    let worked = false
    const { record } = recordingRecord({
      read: async () => {
        reading.resolve()
        await hungUp.promise
        await delay(100)
        worked = true
        return { is: 'unknown' }
      },
    })
    const settings = { host: '127.0.0.1', port: 0, bodyLimitMiB: 1, shutdownSeconds: 0.05 }
    const http = await openHttp({
      record,
      audit: auditInMemory().audit,
      log: readableLog().log,
      metrics: new Registry(),
      token: TOKEN,
      settings,
    })
    const failed = assert.rejects(fetch(`${http.address}/fhir/R4/Patient/p1`, { headers: AUTHORIZED }))
    await reading.promise
    const closed = http[Symbol.asyncDispose]()
    await failed
    hungUp.resolve()
    await closed
    assert.ok(worked)
  })
})
