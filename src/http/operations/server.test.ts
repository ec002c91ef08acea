import assert from 'node:assert/strict'
import { chmodSync } from 'node:fs'
import { describe, type TestContext, test } from 'node:test'
import { Registry } from 'prom-client'
import { nowMilliseconds } from '#foundation/clock.ts'
import { openFetch } from '#foundation/tls/calls.ts'
import { daysLeft, type KeptPair, keepPair, WARNED_DAYS } from '#foundation/tls/keep.ts'
import type { PairFiles } from '#foundation/tls/pair.ts'
import { auditInMemory } from '../../../tests/support/audit.ts'
import { filesFor, newCertificate } from '../../../tests/support/certificates.ts'
import { healthOf } from '../../../tests/support/health.ts'
import { EMPTY_PLANT } from '../../../tests/support/plant.ts'
import { readableLog } from '../../../tests/support/recording-record.ts'
import { certificateProbe, sealingProbe, serviceProbes } from '../../operations/health/index.ts'
import { openOperations } from './server.ts'

const TOKEN = 'a-token-of-this-test'

const NO_HOSPITAL = {
  serves: () => true,
  copies: () => ({ serving: 1, of: 1 }),
  restarts: () => 0,
  endings: () => [],
}

type Ask = (path: string, init?: RequestInit) => Promise<Response>

async function open(t: TestContext, lagSeconds = 0, files?: PairFiles): Promise<{ ask: Ask; tls?: KeptPair }> {
  const { log } = readableLog()
  const pair = files && keepPair({ files, log, metrics: new Registry(), nowMs: nowMilliseconds })
  const believed = () => (pair === undefined ? [] : [pair.current().cert])
  const operations = await openOperations({
    ...EMPTY_PLANT,
    host: '127.0.0.1',
    port: 0,
    log,
    metrics: new Registry(),
    token: TOKEN,
    tls: pair && { pair },
    hospital: { base: 'http://127.0.0.1:9/fhir/R4' },
    practice: false,
    health: healthOf(t, [
      ...serviceProbes({
        life: NO_HOSPITAL,
        address: 'http://127.0.0.1:9',
        fetch: openFetch(believed),
        nowMs: nowMilliseconds,
      }),
      sealingProbe(() => [{ source: 'record', lagSeconds }]),
      ...(pair === undefined
        ? []
        : [
            certificateProbe(
              () => ({ daysLeft: daysLeft(pair.current(), nowMilliseconds()), refused: pair.failure() !== undefined }),
              WARNED_DAYS,
            ),
          ]),
    ]),
    // Asked in tests/identity/, of a running OmniCare.
    identity: { identity: { sessions: {} } as never, record: async () => undefined },
    oauth: undefined as never,
    audit: {
      // The ledger itself is asked in tests/audit/, of a running OmniCare.
      ledger: undefined as never,
      audit: auditInMemory().audit,
      retentionYears: 7,
      relayKey: 'a-key-of-this-test',
      zone: 'UTC',
      witnessed: [],
      exportPlace: undefined as never,
    },
  })
  t.after(() => operations[Symbol.asyncDispose]())
  if (pair !== undefined) t.after(() => pair[Symbol.dispose]())
  const fetch = openFetch(believed)
  return {
    ask: (path, init = {}) =>
      fetch(operations.address + path, {
        ...(init as object),
        headers: { authorization: `Bearer ${TOKEN}`, connection: 'close', ...init.headers },
      }),
    ...(pair && { tls: pair }),
  }
}

describe('the operations door', () => {
  for (const [lagSeconds, status] of [
    [1, 'pass'],
    [30, 'warn'],
    [90, 'fail'],
  ] as const)
    test(`says ${status} of audit entries that have waited for ${lagSeconds} s to be sealed`, async (t) => {
      const { ask } = await open(t, lagSeconds)
      const { checks } = (await (await ask('/health')).json()) as { checks: Record<string, [{ status: string }]> }
      assert.equal(checks['audit:sealing']?.[0].status, status)
    })

  test('tells strangers nothing of files, when what is in them can not be served', async (t) => {
    const files = filesFor(t, newCertificate(t))
    const { ask, tls } = await open(t, 0, files)
    chmodSync(files.key, 0o644)
    tls?.reload()
    assert.match(String(tls?.failure()), /privkey\.pem/)
    const said = await (await ask('/health')).text()
    const { checks } = JSON.parse(said) as { checks: Record<string, object[]> }
    const output = "The changed certificate files can't be served: the log says why."
    assert.partialDeepStrictEqual(checks['tls:certificate'], [{ status: 'warn', output }])
    assert.doesNotMatch(said, /\.pem/)
  })

  test('keeps every answer out of caches, frames and sniffers, and gives it an id', async (t) => {
    const { ask } = await open(t)
    for (const path of ['/health', '/health/live', '/metrics', '/nowhere', '/%zz']) {
      const { headers } = await ask(path, { headers: { 'x-request-id': 'r-7' } })
      assert.equal(headers.get('cache-control'), 'no-store', path)
      assert.equal(headers.get('x-content-type-options'), 'nosniff', path)
      assert.match(String(headers.get('content-security-policy')), /default-src 'none'/, path)
      assert.equal(headers.get('x-request-id'), 'r-7', path)
    }
  })

  for (const [path, method, status, title] of [
    ['/nowhere', 'GET', 404, 'http/no-operations-endpoint'],
    ['/health', 'POST', 405, 'http/wrong-method'],
    ['/%zz', 'GET', 400, 'http/malformed-url'],
  ] as const) {
    test(`answers ${method} ${path} with ${status} and a problem`, async (t) => {
      const answer = await (await open(t)).ask(path, { method })
      assert.equal(answer.status, status)
      assert.match(String(answer.headers.get('content-type')), /^application\/problem\+json/)
      assert.equal(((await answer.json()) as { title: string }).title, title)
      if (status === 405) assert.equal(answer.headers.get('allow'), 'GET, HEAD')
    })
  }

  test('tells nobody without the token what is there, the health apart', async (t) => {
    const { ask } = await open(t)
    const headers = { authorization: 'Bearer wrong' }
    for (const path of ['/metrics', '/nowhere']) {
      const answer = await ask(path, { headers })
      assert.equal(answer.status, 401)
      assert.match(String(answer.headers.get('www-authenticate')), /^Bearer/)
    }
    assert.equal((await ask('/health/ready', { headers })).status, 200)
    assert.equal((await ask('/health', { headers })).status, 503)
  })
})
