/** https://www.rfc-editor.org/rfc/rfc9068 and https://www.rfc-editor.org/rfc/rfc8725 */
import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { beforeEach, describe, test } from 'node:test'
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose'
import { openTrust, type Told, type Trust } from './trust.ts'

const ISSUER = 'https://operations.example.org/oauth'
const BASE = 'https://emr.example.org/fhir/R4'
const PERSON = '019a0000-0000-7000-8000-000000000001'
const SESSION = '019a0000-0000-7000-8000-000000000002'
const START = Date.parse('2026-05-04T07:00:00Z')
const KEY = `omc_0123456789_${'a'.repeat(43)}`
const markOf = (key: string) => hash('sha256', key, 'base64').slice(0, 12)
const BAD = { code: 'identity/bad-token' }
const OVER = { code: 'identity/token-over' }

const pairs = await Promise.all(['one', 'two'].map(async (kid) => ({ kid, ...(await generateKeyPair('ES256')) })))
const [one, two] = pairs as [(typeof pairs)[0], (typeof pairs)[0]]
const jwk = async (pair: typeof one) => ({
  ...(await exportJWK(pair.publicKey)),
  kid: pair.kid,
  alg: 'ES256',
  use: 'sig',
})

describe('a bearer token at a hospital without accounts', () => {
  let told: Told
  let asked: number
  let keysAsked: number
  let now: number
  let away: boolean
  let written: Told | undefined
  const open = (kept?: Told): Trust =>
    openTrust({
      nowMs: () => now,
      audiences: () => [BASE],
      ask: async () => {
        asked++
        if (away) throw new Error('away')
        return told
      },
      askKey: async () => {
        keysAsked++
        if (away) throw new Error('away')
        return { id: PERSON, name: 'analyser', scopes: ['system/Observation.cs'], expires: '2027-05-04T07:00:00Z' }
      },
      kept: {
        read: () => kept,
        write: (what) => {
          written = what
        },
      },
    })
  const claims = (more: Readonly<Record<string, unknown>> = {}): JWTPayload => ({
    iss: ISSUER,
    aud: BASE,
    sub: PERSON,
    client_id: 'app',
    sid: SESSION,
    scope: 'openid user/Observation.rs',
    roles: ['nurse', 'root'],
    jti: 'j',
    iat: now / 1000,
    exp: now / 1000 + 300,
    ...more,
  })
  const sign = (payload = claims(), how: { pair?: typeof one; typ?: string; kid?: string } = {}) => {
    const { pair = one, typ = 'at+jwt', kid = pair.kid } = how
    return new SignJWT(payload).setProtectedHeader({ alg: 'ES256', typ, kid }).sign(pair.privateKey)
  }

  beforeEach(async () => {
    now = START
    asked = 0
    keysAsked = 0
    away = false
    written = undefined
    told = { issuer: ISSUER, keys: [await jwk(one)], ended: [], origins: [], keyMarks: [markOf(KEY)] }
  })

  test('lets in whom it names, with the roles that there are and the scopes that were granted', async () => {
    const access = await open().check(await sign())
    assert.deepEqual(access.subject, { kind: 'person', id: PERSON })
    assert.deepEqual(access.roles, ['nurse'])
    assert.deepEqual(access.scopes !== 'all' && access.scopes.map(({ text }) => text), ['user/Observation.rs'])
    assert.equal(access.session, SESSION)
  })

  test('is looked up in a map when it was seen before', async () => {
    const trust = open()
    const token = await sign()
    const access = await trust.check(token)
    assert.equal(trust.check(token), access)
    assert.equal(asked, 1)
  })

  test('is refused from another issuer, for another audience, of another kind, or without what it must have', async () => {
    const trust = open()
    const refused = {
      'another issuer': await sign(claims({ iss: 'https://evil.example.org/oauth' })),
      'another audience': await sign(claims({ aud: 'https://other.example.org/fhir/R4' })),
      'no audience': await sign(claims({ aud: undefined })),
      'an ID token': await sign(claims(), { typ: 'JWT' }),
      'no subject': await sign(claims({ sub: undefined })),
      'no end': await sign(claims({ exp: undefined })),
      'no name of its own': await sign(claims({ jti: undefined })),
    }
    for (const [what, token] of Object.entries(refused)) await assert.rejects(async () => trust.check(token), BAD, what)
  })

  test('is refused when nobody signed it, a public key did, another key did, or it was changed', async () => {
    const trust = open()
    await trust.check(await sign())
    const unsigned = new UnsecuredJWT(claims()).encode()
    const [, body] = unsigned.split('.')
    const head = (header: object) => Buffer.from(JSON.stringify(header)).toString('base64url')
    const secret = new TextEncoder().encode(JSON.stringify(await jwk(one)))
    const confused = await new SignJWT(claims())
      .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', kid: 'one' })
      .sign(secret)
    const [header, , signature] = (await sign()).split('.')
    const other = Buffer.from(JSON.stringify(claims({ sub: SESSION }))).toString('base64url')
    const own = await new SignJWT(claims())
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'one', jwk: await jwk(two) })
      .sign(two.privateKey)
    const refused = [
      unsigned,
      `${head({ alg: 'none', typ: 'at+jwt', kid: 'one' })}.${body}.`,
      confused,
      await sign(claims(), { pair: two, kid: 'one' }),
      await sign(claims(), { pair: two }),
      `${header}.${other}.${signature}`,
      own,
      'a.b.c',
      'a.b',
    ]
    for (const [at, token] of refused.entries()) await assert.rejects(async () => trust.check(token), BAD, String(at))
  })

  test('is refused once it has expired, also when it was seen before', async () => {
    const trust = open()
    const token = await sign()
    await trust.check(token)
    now += 306_000
    await assert.rejects(async () => trust.check(token), OVER)
  })

  for (const [kind, id] of [
    ['session', SESSION],
    ['person', PERSON],
    ['client', 'app'],
  ] as const)
    test(`is refused once its ${kind} has ended, and one that was given later is not`, async () => {
      const trust = open()
      const token = await sign()
      await trust.check(token)
      now += 10_000
      told = { ...told, ended: [{ kind, id, at: new Date(now).toISOString() }] }
      await trust.refresh()
      await assert.rejects(async () => trust.check(token), OVER)
      now += 10_000
      await trust.check(await sign())
    })

  test('of a new key is asked for at once, but not for each token of a key that does not exist', async () => {
    const trust = open()
    await trust.check(await sign())
    told = { ...told, keys: [await jwk(two), await jwk(one)] }
    now += 2_000
    await trust.check(await sign(claims(), { pair: two }))
    await trust.check(await sign())
    const before = asked
    const unknown = await Promise.all(Array.from({ length: 20 }, (_, n) => sign(claims(), { kid: `made up ${n}` })))
    await Promise.all(unknown.map((token) => assert.rejects(async () => trust.check(token), BAD)))
    assert.equal(asked - before, 1)
  })

  test('counts while operations is away, also after a restart, but not what had ended', async () => {
    const token = await sign()
    const ended = await sign(claims({ sid: PERSON }))
    told = { ...told, ended: [{ kind: 'session', id: PERSON, at: new Date(now).toISOString() }] }
    await open().refresh()
    away = true
    const again = open(written)
    await again.check(token)
    await assert.rejects(async () => again.check(ended), OVER)
  })

  test('can not be judged when operations was never heard, and that is no refusal', async () => {
    away = true
    const token = await sign()
    await assert.rejects(async () => open().check(token), { code: 'identity/trust-away', kind: 'busy' })
  })

  test('that is an API key is asked about, once for all who show it, and again after half a minute', async () => {
    const trust = open()
    const [access, ...same] = await Promise.all(Array.from({ length: 100 }, () => trust.check(KEY)))
    assert.deepEqual(access?.subject, { kind: 'api-key', id: PERSON, name: 'analyser' })
    assert.ok(same.every((one) => one.subject.id === PERSON))
    await trust.check(KEY)
    assert.equal(keysAsked, 1)
    now += 31_000
    await trust.check(KEY)
    assert.equal(keysAsked, 2)
    now += 31_000
    away = true
    await assert.rejects(async () => trust.check(KEY), { code: 'identity/trust-away' })
  })

  test('that is an API key of nobody is asked about by none of its own, and one that was made meanwhile is found', async () => {
    const trust = open()
    const none = { code: 'identity/no-api-key' }
    const made = Array.from({ length: 1_000 }, (_, n) => `omc_0123456789_${String(n).padStart(43, 'b')}`)
    await Promise.all(made.map((key) => assert.rejects(async () => trust.check(key), none)))
    assert.deepEqual([asked, keysAsked], [1, 0])
    const [fresh = ''] = made
    told = { ...told, keyMarks: [markOf(KEY), markOf(fresh)] }
    now += 1_000
    assert.equal((await trust.check(fresh)).subject.kind, 'api-key')
    assert.deepEqual([asked, keysAsked], [2, 1])
  })

  test('that is an API key can not be judged when operations was never heard', async () => {
    away = true
    await assert.rejects(async () => open().check(KEY), { code: 'identity/trust-away', kind: 'busy' })
  })
})
