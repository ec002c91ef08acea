import assert from 'node:assert/strict'
import { once } from 'node:events'
import { Agent, request } from 'node:https'
import { type AddressInfo, connect as connectPlain } from 'node:net'
import { text } from 'node:stream/consumers'
import { describe, type TestContext, test } from 'node:test'
import { connect, type TLSSocket } from 'node:tls'
import { Registry } from 'prom-client'
import { filesFor, newAuthority, newCertificate, put } from '../../tests/support/certificates.ts'
import { AUTHORIZED, readableLog, serve } from '../../tests/support/recording-record.ts'
import { openFetch } from '../foundation/tls/calls.ts'
import { keepPair } from '../foundation/tls/keep.ts'

async function secured(t: TestContext, made = newCertificate(t), options: Parameters<typeof serve>[2] = {}) {
  const files = filesFor(t, made)
  const tls = keepPair({ files, log: readableLog().log, metrics: new Registry(), nowMs: () => Date.now() })
  t.after(() => tls[Symbol.dispose]())
  const served = serve(t, {}, { tls, ...options })
  await served.app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = served.app.server.address() as AddressInfo
  return { ...served, tls, files, port, url: `https://127.0.0.1:${port}`, made }
}

const PATIENT = '/fhir/R4/Patient/p1'

/** One request on a connection of its own; gives the certificate that was shown too. */
async function asked(port: number, ca: string, headers: Record<string, string> = AUTHORIZED) {
  const sent = request({ port, host: '127.0.0.1', path: PATIENT, headers, ca, agent: false }).end()
  const [answer] = await once(sent, 'response')
  const shown = (answer.socket as TLSSocket).getPeerX509Certificate()
  return { status: answer.statusCode as number, headers: answer.headers, body: await text(answer), shown }
}

describe('a door with a certificate', () => {
  test('answers by https, tells browsers to come by nothing else, and makes links of https', async (t) => {
    const { port, made, app } = await secured(t)
    const { status, headers } = await asked(port, made.cert)
    assert.equal(status, 200)
    assert.equal(headers['strict-transport-security'], 'max-age=31536000')
    const metadata = await app.inject({ url: '/fhir/R4/metadata', headers: { ...AUTHORIZED, host: 'emr.test' } })
    assert.equal(metadata.json().implementation.url, 'https://emr.test/fhir/R4')
    assert.equal(metadata.headers['strict-transport-security'], 'max-age=31536000')
  })

  test('says nothing of https where it is not spoken, and does where a proxy speaks it', async (t) => {
    const plain = await serve(t).app.inject({ url: PATIENT, headers: AUTHORIZED })
    assert.equal(plain.headers['strict-transport-security'], undefined)
    const proxied = serve(t, {}, { publicUrl: 'https://emr.example.org' })
    const behind = await proxied.app.inject({ url: PATIENT, headers: AUTHORIZED })
    assert.equal(behind.headers['strict-transport-security'], 'max-age=31536000')
  })

  test('hangs up on plain HTTP without an answer, and counts it', async (t) => {
    const { port, metrics, calls, entries } = await secured(t)
    const socket = connectPlain(port, '127.0.0.1')
    socket.on('error', () => {})
    socket.write(`GET ${PATIENT} HTTP/1.1\r\nHost: h\r\n\r\n`)
    assert.doesNotMatch(await text(socket).catch(() => ''), /HTTP/)
    assert.match(await metrics.metrics(), /^omnicare_tls_handshakes_failed_total 1$/m)
    assert.deepEqual([calls, entries], [[], []])
  })

  for (const version of ['TLSv1', 'TLSv1.1'] as const) {
    test(`refuses ${version}`, async (t) => {
      const { port } = await secured(t)
      // Clients of today refuse it themselves, unless they are told that nothing matters.
      const old = { minVersion: version, maxVersion: version, ciphers: 'ALL:@SECLEVEL=0' } as const
      const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false, ...old })
      const [error] = await once(socket, 'error')
      assert.match(String(error.code), /ALERT_PROTOCOL_VERSION/)
    })
  }

  test('refuses ciphers without forward secrecy, and takes TLS 1.2 and 1.3 with it', async (t) => {
    const { port, made } = await secured(t, newCertificate(t, { rsaBits: 2048 }))
    const speaking = async (options: object) => {
      const socket = connect({ port, host: '127.0.0.1', ca: made.cert, ...options })
      await once(socket, 'secureConnect')
      const version = socket.getProtocol()
      socket.destroy()
      return version
    }
    assert.equal(await speaking({}), 'TLSv1.3')
    assert.equal(await speaking({ maxVersion: 'TLSv1.2' }), 'TLSv1.2')
    for (const ciphers of ['AES128-GCM-SHA256', 'ECDHE-RSA-AES128-SHA', 'ECDHE-RSA-AES256-SHA384'])
      await assert.rejects(speaking({ maxVersion: 'TLSv1.2', ciphers }), { code: /HANDSHAKE_FAILURE/ }, ciphers)
  })

  test('answers what is no HTTP inside TLS as it does without', async (t) => {
    const { port, made } = await secured(t)
    const socket = connect({ port, host: '127.0.0.1', ca: made.cert })
    socket.write('HELLO\r\n\r\n')
    assert.match(await text(socket), /^HTTP\/1\.1 400 Bad Request\r\n/)
  })
})

describe('a certificate that is exchanged', () => {
  test('is shown to new connections, while living ones go on with what they have', async (t) => {
    const { port, made, files, tls } = await secured(t)
    const agent = new Agent({ keepAlive: true, maxSockets: 1, ca: made.cert })
    const onLiving = async () => {
      const sent = request({ port, host: '127.0.0.1', path: PATIENT, headers: AUTHORIZED, agent }).end()
      const [answer] = await once(sent, 'response')
      await text(answer)
      return { status: answer.statusCode, reused: sent.reusedSocket }
    }
    assert.deepEqual(await onLiving(), { status: 200, reused: false })
    const next = newCertificate(t)
    put(files, next)
    tls.reload()
    assert.deepEqual(await onLiving(), { status: 200, reused: true })
    assert.equal((await asked(port, next.cert)).shown?.toString(), next.cert)
    await assert.rejects(asked(port, made.cert), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' })
    agent.destroy()
  })

  test('again and again under load costs no request', async (t) => {
    const by = newAuthority(t)
    const pairs = [newCertificate(t, { by }), newCertificate(t, { by }), newCertificate(t, { by })]
    const { port, files, tls } = await secured(t, pairs[0])
    const shown = new Set<string>()
    let done = false
    let answered = 0
    const kept = new Agent({ keepAlive: true, ca: by.cert })
    const ask = async (agent: Agent | false) => {
      while (!done) {
        const sent = request({ port, host: '127.0.0.1', path: PATIENT, headers: AUTHORIZED, ca: by.cert, agent }).end()
        const [answer] = await once(sent, 'response')
        if (agent === false) shown.add((answer.socket as TLSSocket).getPeerX509Certificate()?.fingerprint256 ?? '')
        await text(answer)
        assert.equal(answer.statusCode, 200)
        answered++
      }
    }
    const load = [ask(false), ask(false), ask(false), ask(kept), ask(kept)]
    for (let n = 1; n <= 30; n++) {
      put(files, pairs[n % 3] as (typeof pairs)[0])
      tls.reload()
      const before = answered
      while (answered < before + 20) await new Promise(setImmediate)
    }
    done = true
    await Promise.all(load)
    kept.destroy()
    assert.equal(shown.size, 3)
    t.diagnostic(`${answered} requests answered over 30 exchanges`)
  })
})

describe('a call within the installation', () => {
  test('believes its certificate at any address, and no other', async (t) => {
    const made = newCertificate(t, { names: 'DNS:emr.example.org' })
    const { url } = await secured(t, made)
    const ask = (...believed: string[]) => openFetch(() => believed)(url + PATIENT, { headers: AUTHORIZED })
    const answer = await ask(made.cert)
    assert.equal(answer.status, 200)
    assert.equal(answer.headers.get('content-type'), 'application/fhir+json; charset=utf-8')
    assert.equal(((await answer.json()) as { resourceType: string }).resourceType, 'Patient')
    await assert.rejects(ask(newCertificate(t).cert), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' })
    await assert.rejects(ask(), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' })
  })

  test('does not believe another certificate of the same authority, whatever its name', async (t) => {
    const by = newAuthority(t)
    const ours = newCertificate(t, { names: 'DNS:emr.example.org', by })
    const fetch = openFetch(() => [ours.cert])
    for (const names of ['DNS:printer.example.org', 'DNS:localhost,IP:127.0.0.1']) {
      const { url } = await secured(t, newCertificate(t, { names, by }))
      await assert.rejects(fetch(url + PATIENT), { code: 'SELF_SIGNED_CERT_IN_CHAIN' })
    }
    const { url } = await secured(t, ours)
    assert.equal((await fetch(url + PATIENT, { headers: AUTHORIZED })).status, 200)
  })

  test('believes no other, although Node is told to check nothing', async (t) => {
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'
    t.after(() => {
      delete process.env.NODE_TLS_REJECT_UNAUTHORIZED
    })
    const { url } = await secured(t)
    const ask = openFetch(() => [newCertificate(t).cert])
    await assert.rejects(ask(url + PATIENT), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' })
  })

  test('believes the certificate of the file as soon as it is another', async (t) => {
    const { url, files, tls, made } = await secured(t)
    let believed = made.cert
    const fetch = openFetch(() => [believed])
    assert.equal((await fetch(url + PATIENT, { headers: { ...AUTHORIZED, connection: 'close' } })).status, 200)
    const next = newCertificate(t)
    put(files, next)
    tls.reload()
    believed = next.cert
    assert.equal((await fetch(url + PATIENT, { headers: AUTHORIZED })).status, 200)
  })
})
