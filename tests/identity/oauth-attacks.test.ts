/** What somebody may try who has seen a token, a code or a link: https://www.rfc-editor.org/rfc/rfc9700 */
import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { decodeJwt, decodeProtectedHeader, exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose'
import * as client from 'openid-client'
import { sql } from '#foundation/sql.ts'
import { authorized, beginAuthorization, goThrough, locationOf, openBrowser } from '../support/oauth.ts'
import { startPlanes, type TestPlanes } from '../support/planes.ts'
import { until } from '../support/running.ts'

const BACK = 'http://127.0.0.1:9/back'
const GRANT = { error: 'invalid_grant' }

describe('who has seen what was meant for somebody else', { timeout: 180_000 }, () => {
  let planes: TestPlanes
  const releases: (() => void | Promise<void>)[] = []
  let app: string
  let nurse: Awaited<ReturnType<TestPlanes['signIn']>>
  let people = 0
  before(async () => {
    planes = await startPlanes({ after: (end) => void releases.unshift(end) })
    app = await register('Growth chart')
  })
  after(async () => {
    for (const end of releases) await end()
  })
  beforeEach(async () => {
    nurse = await planes.signIn(`nurse-${++people}`)
  })
  const register = async (name: string): Promise<string> => {
    const scopes = ['openid', 'offline_access', 'launch/patient', 'user/*.cruds', 'patient/*.rs']
    const made = await planes.administer('identity/clients', { name, redirectUris: [BACK], scopes })
    return ((await made.json()) as { client: { id: string } }).client.id
  }
  const tokensOf = (scope = 'openid user/Patient.rs offline_access') =>
    authorized(planes, { clientId: app, cookie: nurse.cookie, scope })
  const read = async (token: string): Promise<number> => {
    const answer = await fetch(`${planes.hospital.base}/Patient?_count=1`, {
      headers: { authorization: `Bearer ${token}` },
    })
    await answer.arrayBuffer()
    return answer.status
  }
  const lastAtHospital = async () => {
    const rows = await planes.hospital.db.rows(
      sql<{ entry: string }>`SELECT entry FROM audit.intake ORDER BY n DESC LIMIT 1`,
    )
    return JSON.parse(rows[0]?.entry ?? '{}') as { outcome?: string; code?: string; actor?: { kind: string } }
  }
  const lastAtOperations = async () => (await planes.identity.recorded()).at(-1)

  test('gets nowhere with a token that is unsigned, signed by others, changed, for others, over, or no access token', async () => {
    const { tokens } = await tokensOf()
    const claims = decodeJwt(tokens.access_token)
    const { kid } = decodeProtectedHeader(tokens.access_token) as { kid: string }
    const [own] = planes.oauth.keys()
    const { privateKey, publicKey } = await generateKeyPair('ES256')
    const forge = (payload: object, header: object = {}) =>
      new SignJWT(payload as typeof claims)
        .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid, ...header })
        .sign(privateKey)
    const [header, , signature] = tokens.access_token.split('.')
    const part = (content: object) => Buffer.from(JSON.stringify(content)).toString('base64url')
    const tried = {
      'alg none': new UnsecuredJWT(claims).encode(),
      'alg none with our kid': `${part({ alg: 'none', typ: 'at+jwt', kid })}.${part(claims)}.`,
      'another key under our kid': await forge(claims),
      'another key of its own': await forge(claims, { kid: 'theirs', jwk: await exportJWK(publicKey) }),
      'the public key as a secret': await new SignJWT(claims)
        .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', kid })
        .sign(new TextEncoder().encode(JSON.stringify(own))),
      'another person': `${header}.${part({ ...claims, sub: '019a0000-0000-7000-8000-000000000001' })}.${signature}`,
      'more scopes': `${header}.${part({ ...claims, scope: 'user/*.cruds' })}.${signature}`,
      'an ID token': String(tokens.id_token),
      'a refresh token': String(tokens.refresh_token),
    }
    for (const [what, token] of Object.entries(tried)) {
      assert.equal(await read(token), 401, what)
      const entry = await lastAtHospital()
      assert.equal(entry.outcome, 'refused', what)
      assert.equal(entry.actor?.kind, 'nobody', what)
    }
    assert.equal(await read(tokens.access_token), 200)
  })

  test('gets nowhere with a token for another hospital', async () => {
    const { url } = await beginAuthorization(planes, {
      clientId: app,
      scope: 'user/Patient.rs',
      aud: 'https://evil.example.org/fhir/R4',
    })
    const back = new URL(await locationOf(await openBrowser(nurse.cookie).get(url)))
    assert.equal(back.searchParams.get('error'), 'invalid_target')
    assert.equal(back.searchParams.get('code'), null)
  })

  test('ends the whole family by using a refresh token again', async () => {
    const { config, tokens } = await tokensOf()
    const stolen = String(tokens.refresh_token)
    const next = await client.refreshTokenGrant(config, stolen)
    await assert.rejects(client.refreshTokenGrant(config, stolen), GRANT)
    const entry = await lastAtOperations()
    assert.equal(entry?.outcome, 'refused')
    assert.match(String(entry?.reason), /refresh token used again/)
    assert.equal(entry?.actor.id, app)
    await assert.rejects(client.refreshTokenGrant(config, String(next.refresh_token)), GRANT)
  })

  test('gets at most one answer by sending a refresh token many times at once', async () => {
    const { config, tokens } = await tokensOf()
    const all = await Promise.allSettled(
      Array.from({ length: 8 }, () => client.refreshTokenGrant(config, String(tokens.refresh_token))),
    )
    assert.ok(all.filter(({ status }) => status === 'fulfilled').length <= 1)
  })

  test('can not use a code without the verifier, as another program, or again, which ends what it gave', async () => {
    const { config, verifier, state, url } = await beginAuthorization(planes, {
      clientId: app,
      scope: 'user/Patient.rs offline_access',
    })
    const back = new URL(await goThrough(planes, openBrowser(nurse.cookie), url, {}))
    const exchange = (how: typeof config, pkceCodeVerifier: string) =>
      client.authorizationCodeGrant(how, back, { pkceCodeVerifier, expectedState: state })
    await assert.rejects(exchange(config, client.randomPKCECodeVerifier()), GRANT)
    const other = await beginAuthorization(planes, { clientId: await register('Other'), scope: 'user/Patient.rs' })
    await assert.rejects(exchange(other.config, verifier), GRANT)
    const tokens = await exchange(config, verifier)
    await assert.rejects(exchange(config, verifier), GRANT)
    assert.match(String((await lastAtOperations())?.reason), /code used again/)
    await assert.rejects(client.refreshTokenGrant(config, String(tokens.refresh_token)), GRANT)
  })

  test('can not ask without PKCE', async () => {
    const { url } = await beginAuthorization(planes, { clientId: app, scope: 'user/Patient.rs' })
    const without = new URL(url)
    for (const name of ['code_challenge', 'code_challenge_method']) without.searchParams.delete(name)
    const back = new URL(await locationOf(await openBrowser(nurse.cookie).get(without.href)))
    assert.equal(back.searchParams.get('error'), 'invalid_request')
    assert.equal((await lastAtOperations())?.outcome, 'refused')
  })

  test('is not sent anywhere that was not registered', async () => {
    for (const redirectUri of ['https://evil.example.org/', `${BACK}/../evil`, `${BACK}?x=y`, 'javascript:alert(1)']) {
      const { url } = await beginAuthorization(planes, { clientId: app, scope: 'user/Patient.rs', redirectUri })
      const answer = await openBrowser(nurse.cookie).get(url)
      assert.equal(answer.status, 400, redirectUri)
      assert.equal(answer.headers.get('location'), null)
      assert.equal((await lastAtOperations())?.code, 'oauth/invalid_redirect_uri')
    }
  })

  test('can not have somebody go on with an authorization that another browser began', async () => {
    const { url } = await beginAuthorization(planes, { clientId: app, scope: 'user/Patient.rs' })
    const attacker = openBrowser('')
    const page = new URL(await locationOf(await attacker.get(url)))
    const uid = page.searchParams.get('interaction')
    const victim = openBrowser(nurse.cookie)
    const login = `${planes.operations}/api/interaction/${uid}/login`
    assert.equal((await victim.post(login, {})).status, 404)
    assert.equal((await victim.get(`${planes.operations}/api/interaction/${uid}`)).status, 404)
    assert.equal((await attacker.post(login, {})).status, 401)
  })

  test('can not decide anything from another site with the cookie of who is signed in', async () => {
    const browser = openBrowser(nurse.cookie)
    const { url } = await beginAuthorization(planes, { clientId: app, scope: 'user/Patient.rs' })
    const uid = new URL(await locationOf(await browser.get(url))).searchParams.get('interaction')
    const page = `${planes.operations}/api/interaction/${uid}`
    for (const headers of [
      { origin: 'https://evil.example.org' },
      { origin: 'null' },
      { 'x-omnicare-csrf': 'made up' },
    ])
      assert.equal((await browser.post(`${page}/login`, {}, headers as Record<string, string>)).status, 403)
    const launch = `${planes.operations}/api/operations/launch`
    assert.equal((await browser.post(launch, { client: app }, { origin: 'https://evil.example.org' })).status, 403)
    assert.equal((await browser.post(`${page}/login`, {})).status, 200)
  })

  test('can not take steps out of turn, twice, or as another person than began', async () => {
    const browser = openBrowser(nurse.cookie)
    const { url } = await beginAuthorization(planes, { clientId: app, scope: 'launch/patient user/Patient.rs' })
    const uidIn = async (at: string) =>
      String(new URL(await locationOf(await browser.get(at))).searchParams.get('interaction'))
    const page = (uid: string, step: string) => `${planes.operations}/api/interaction/${uid}/${step}`
    const first = await uidIn(url)
    assert.equal((await browser.post(page(first, 'consent'), { granted: ['user/Patient.rs'] })).status, 409)
    const { redirect } = (await (await browser.post(page(first, 'login'), {})).json()) as { redirect: string }
    assert.equal((await browser.post(page(first, 'login'), {})).status, 409)
    const second = await uidIn(redirect)
    const other = await planes.signIn(`other-${people}`)
    const cookie = `${other.cookie}; omnicare-interaction=${second}`
    assert.equal((await openBrowser(cookie).post(page(second, 'patient'), { patient: 'p1' })).status, 404)
    assert.equal((await browser.post(page(second, 'patient'), { patient: 'p1/../p2' })).status, 422)
  })

  test('can not administer operations by tokens for the hospital, not even from inside the hospital', async () => {
    const { tokens } = await tokensOf('user/Patient.rs')
    const asked = async (path: string, more: Record<string, string> = {}) =>
      (await fetch(planes.operations + path, { headers: { authorization: `Bearer ${tokens.access_token}`, ...more } }))
        .status
    const inside = { 'x-omnicare-relay': planes.relayKey }
    assert.equal(await asked('/api/operations/identity/users'), 401)
    assert.equal(await asked('/api/operations/identity/users', inside), 401)
    assert.equal(await asked('/fhir/R4/AuditEvent'), 401)
    const trail = await fetch(`${planes.operations}/fhir/R4/AuditEvent`, {
      headers: { authorization: `Bearer ${tokens.access_token}`, ...inside },
    })
    assert.equal(trail.status, 403)
    assert.match(await trail.text(), /door\/not-permitted/)
  })

  for (const [what, end] of [
    ['person', () => planes.administer(`identity/users/${nurse.person}/end`, {})],
    ['session', () => planes.administer(`identity/sessions/${nurse.session}/end`, {})],
    ['program', () => planes.administer(`identity/clients/${app}/end`, {})],
  ] as const)
    test(`is refused within a minute once the ${what} has ended`, async () => {
      const { config, tokens } = await tokensOf('user/Patient.rs offline_access')
      assert.equal(await read(tokens.access_token), 200)
      const began = performance.now()
      assert.equal((await end()).status, 200)
      await until('the token is refused', async () => (await read(tokens.access_token)) === 401)
      assert.ok(performance.now() - began < 60_000)
      if (what === 'session') return
      await assert.rejects(client.refreshTokenGrant(config, String(tokens.refresh_token)))
    })
})
