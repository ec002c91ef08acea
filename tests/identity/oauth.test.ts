/** https://hl7.org/fhir/smart-app-launch/STU2.2/ with openid-client as the program, over sockets. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { decodeJwt, decodeProtectedHeader, exportJWK, generateKeyPair } from 'jose'
import * as client from 'openid-client'
import { sql } from '#foundation/sql.ts'
import { authorized, discovered, openBrowser } from '../support/oauth.ts'
import { startPlanes, type TestPlanes } from '../support/planes.ts'
import { until } from '../support/running.ts'

const BACK = 'http://127.0.0.1:9/back'
const SCOPES = [
  'openid',
  'fhirUser',
  'launch',
  'launch/patient',
  'offline_access',
  'online_access',
  'patient/*.rs',
  'user/*.cruds',
]

describe('programs that are let in', { timeout: 180_000 }, () => {
  let planes: TestPlanes
  const releases: (() => void | Promise<void>)[] = []
  let app: string
  let nurse: Awaited<ReturnType<TestPlanes['signIn']>>
  before(async () => {
    planes = await startPlanes({ after: (end) => void releases.unshift(end) })
    nurse = await planes.signIn('nora')
    app = await register({
      name: 'Growth chart',
      redirectUris: [BACK],
      launchUri: 'http://127.0.0.1:9/launch',
      scopes: SCOPES,
    })
  })
  after(async () => {
    for (const end of releases) await end()
  })
  const register = async (about: object): Promise<string> => {
    const made = await planes.administer('identity/clients', about)
    assert.equal(made.status, 200, await made.clone().text())
    return ((await made.json()) as { client: { id: string } }).client.id
  }
  const ask = (token: string, path: string, init: RequestInit = {}) =>
    fetch(`${planes.hospital.base}/${path}`, {
      ...init,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/fhir+json' },
    })
  const codeOf = async (answer: Response): Promise<string> => {
    const { issue } = (await answer.json()) as { issue: { details: { coding: { code: string }[] } }[] }
    return String(issue[0]?.details.coding[0]?.code)
  }

  test('get a token that says who, what and for how long, and are held to it', async () => {
    const scope = 'openid fhirUser user/Patient.rs user/Observation.read'
    const { tokens } = await authorized(planes, { clientId: app, cookie: nurse.cookie, scope })
    const claims = decodeJwt(tokens.access_token)
    assert.equal(decodeProtectedHeader(tokens.access_token).typ, 'at+jwt')
    assert.equal(claims.iss, `${planes.operations}/oauth`)
    assert.equal(claims.sub, nurse.person)
    assert.equal(claims.sid, nurse.session)
    assert.equal(claims.aud, planes.hospital.base)
    assert.deepEqual(claims.roles, ['nurse'])
    assert.equal(claims.scope, 'openid fhirUser user/Patient.rs user/Observation.read')
    assert.equal(tokens.scope, claims.scope)
    assert.equal((claims.exp ?? 0) - (claims.iat ?? 0), 300)
    const patient = JSON.stringify({ resourceType: 'Patient' })
    const refused = [
      ask(tokens.access_token, 'Condition'),
      ask(tokens.access_token, 'Patient', { method: 'POST', body: patient }),
      ask(tokens.access_token, 'Condition/_history'),
    ]
    for (const [at, answer] of (await Promise.all(refused)).entries()) {
      assert.equal(answer.status, 403, String(at))
      assert.match(String(answer.headers.get('www-authenticate')), /insufficient_scope/)
      assert.equal(await codeOf(answer), 'record/not-permitted')
    }
    assert.equal((await ask(tokens.access_token, 'Patient')).status, 200)
    assert.equal((await ask(tokens.access_token, 'metadata')).status, 200)
    assert.equal(
      (await fetch(`${planes.hospital.url}/metrics`, { headers: { authorization: `Bearer ${tokens.access_token}` } }))
        .status,
      403,
    )
  })

  test('write when that was granted, and the trail names the person and their role', async () => {
    const { tokens } = await authorized(planes, { clientId: app, cookie: nurse.cookie, scope: 'user/Patient.cruds' })
    const body = JSON.stringify({ resourceType: 'Patient', active: true })
    assert.equal((await ask(tokens.access_token, 'Patient', { method: 'POST', body })).status, 201)
    const rows = await planes.hospital.db.rows(
      sql<{ entry: string }>`SELECT entry FROM audit.intake ORDER BY n DESC LIMIT 1`,
    )
    const { actor, role, purpose } = JSON.parse(rows[0]?.entry ?? '{}') as Record<string, unknown>
    assert.deepEqual(actor, { kind: 'person', id: nurse.person, name: 'nora' })
    assert.equal(role, 'nurse')
    assert.equal(purpose, 'TREAT')
  })

  test('are told the patient that was chosen, and see only theirs', async () => {
    const scope = 'launch/patient openid patient/Observation.rs'
    const { tokens } = await authorized(planes, { clientId: app, cookie: nurse.cookie, scope, patient: 'p7' })
    assert.equal(tokens.patient, 'p7')
    assert.equal(tokens.need_patient_banner, true)
    assert.equal(decodeJwt(tokens.access_token).patient, 'p7')
    assert.equal((await ask(tokens.access_token, 'Observation')).status, 200)
    assert.equal((await ask(tokens.access_token, 'Patient/p7')).status, 403)
  })

  test('get no more than they were registered with, and no more than was granted', async () => {
    const little = await register({
      name: 'Little',
      redirectUris: [BACK],
      scopes: ['user/Patient.rs', 'user/Observation.rs'],
    })
    const { tokens } = await authorized(planes, {
      clientId: little,
      cookie: nurse.cookie,
      scope: 'user/*.cruds system/Patient.rs user/Patient.rs?active=true user/Observation.rs openid',
      granted: ['user/Patient.rs?active=true'],
    })
    assert.equal(tokens.scope, 'user/Patient.rs?active=true')
  })

  test('go on by a refresh token, another one each time, while the session lives, and longer only when that was granted', async () => {
    const sam = await planes.signIn('sam')
    const online = await authorized(planes, {
      clientId: app,
      cookie: sam.cookie,
      scope: 'user/Patient.rs online_access',
    })
    const offline = await authorized(planes, {
      clientId: app,
      cookie: sam.cookie,
      scope: 'user/Patient.rs offline_access',
    })
    const none = await authorized(planes, { clientId: app, cookie: sam.cookie, scope: 'user/Patient.rs' })
    assert.equal(none.tokens.refresh_token, undefined)
    const once = await client.refreshTokenGrant(online.config, String(online.tokens.refresh_token))
    assert.notEqual(once.refresh_token, online.tokens.refresh_token)
    await planes.identity.sessions.endAll({ ...caller, request: 'sign-out' }, sam.person)
    await assert.rejects(client.refreshTokenGrant(online.config, String(once.refresh_token)), {
      error: 'invalid_grant',
    })
    const still = await client.refreshTokenGrant(offline.config, String(offline.tokens.refresh_token))
    assert.equal(still.scope, 'offline_access user/Patient.rs')
    await planes.identity.people.suspend({ ...caller, request: 'suspended' }, sam.person)
    await planes.identity.people.reinstate({ ...caller, request: 'reinstated' }, sam.person)
    await assert.rejects(client.refreshTokenGrant(offline.config, String(still.refresh_token)), {
      error: 'invalid_grant',
    })
  })

  test('are started from a chart once, by who opened it', async () => {
    const browser = openBrowser(nurse.cookie)
    const started = await browser.post(`${planes.operations}/api/operations/launch`, { client: app, patient: 'p9' })
    const url = new URL(((await started.json()) as { url: string }).url)
    assert.equal(url.searchParams.get('iss'), planes.hospital.base)
    const launch = String(url.searchParams.get('launch'))
    const scope = 'launch openid fhirUser user/Patient.rs'
    const other = await planes.signIn('olga')
    const bad = { message: /identity\/bad-launch/ }
    await assert.rejects(authorized(planes, { clientId: app, cookie: other.cookie, scope, launch }), bad)
    const { tokens } = await authorized(planes, { clientId: app, cookie: nurse.cookie, scope, launch })
    assert.equal(tokens.patient, 'p9')
    await assert.rejects(authorized(planes, { clientId: app, cookie: nurse.cookie, scope, launch }), bad)
  })

  test('by themselves prove who they are by signing, and read and search within their scopes only', async () => {
    const { privateKey, publicKey } = await generateKeyPair('ES384', { extractable: true })
    const jwk = { ...(await exportJWK(publicKey)), kid: 'k', alg: 'ES384', use: 'sig' }
    const service = await register({
      name: 'Registry',
      scopes: ['system/Patient.rs', 'system/Observation.rs'],
      jwks: { keys: [jwk] },
    })
    const config = await discovered(planes, service, client.PrivateKeyJwt({ key: privateKey, kid: 'k' }))
    const tokens = await client.clientCredentialsGrant(config, {
      scope: 'system/Patient.rs system/Condition.rs user/Patient.rs',
    })
    assert.equal(tokens.scope, 'system/Patient.rs')
    const made = await fetch(`${planes.hospital.base}/Patient/of-the-registry`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${planes.hospital.token}`, 'content-type': 'application/fhir+json' },
      body: JSON.stringify({ resourceType: 'Patient', id: 'of-the-registry' }),
    })
    assert.equal(made.status, 201)
    assert.equal((await ask(tokens.access_token, 'Patient/of-the-registry')).status, 200)
    assert.equal((await ask(tokens.access_token, 'Patient?_id=of-the-registry')).status, 200)
    assert.equal((await ask(tokens.access_token, 'Observation')).status, 403)
    assert.equal((await ask(tokens.access_token, 'Patient/of-the-registry', { method: 'DELETE' })).status, 403)
    const other = await generateKeyPair('ES384')
    const forged = await discovered(planes, service, client.PrivateKeyJwt({ key: other.privateKey, kid: 'k' }))
    await assert.rejects(client.clientCredentialsGrant(forged, { scope: 'system/Patient.rs' }), {
      error: 'invalid_client',
    })
  })

  test('with a key of their own read by it until it ends', async () => {
    const made = await planes.administer('identity/keys', { name: 'analyser', scopes: ['system/Observation.rs'] })
    const { key, made: about } = (await made.json()) as { key: string; made: { id: string } }
    assert.equal((await ask(key, 'Observation')).status, 200)
    assert.equal((await ask(key, 'Patient')).status, 403)
    assert.equal((await ask(`${key.slice(0, -1)}${key.endsWith('A') ? 'B' : 'A'}`, 'Observation')).status, 401)
    await planes.administer(`identity/keys/${about.id}/end`, {})
    await until('the key is refused', async () => (await ask(key, 'Observation')).status === 401, 10_000)
  })

  test('with a key of their own are refused soon after who answers for it was suspended, until they come back', async () => {
    const { person: owner } = await planes.signIn('lena')
    const about = { name: 'robot', scopes: ['system/Observation.rs'], owner: 'lena' }
    const { key } = (await (await planes.administer('identity/keys', about)).json()) as { key: string }
    const answers = async (status: number) => (await ask(key, 'Observation')).status === status
    assert.ok(await answers(200))
    await planes.administer(`identity/users/${owner}/suspend`, {})
    await until('the key is refused', () => answers(401), 10_000)
    await planes.administer(`identity/users/${owner}/reinstate`, {})
    await until('the key counts again', () => answers(200), 10_000)
  })

  test('with a key of their own are answered while a hundred others show one made up after the other', async () => {
    const made = await planes.administer('identity/keys', { name: 'monitor', scopes: ['system/Observation.rs'] })
    const { key } = (await made.json()) as { key: string }
    const looked = async () => {
      const [row] = await planes.identity.control.rows(
        sql<{ n: number }>`SELECT count(*)::int AS n FROM audit.intake WHERE entry LIKE '%identity/no-api-key%'`,
      )
      return row?.n
    }
    const before = await looked()
    let flooding = true
    const flood = async (stranger: number) => {
      for (let n = 0; n < 8; n++) {
        const guess = `${key.slice(0, 15)}${`${stranger}x${n}`.padStart(43, 'A')}`
        assert.equal((await ask(guess, 'Observation')).status, 401)
      }
    }
    const strangers = Promise.all(Array.from({ length: 100 }, (_, n) => flood(n))).finally(() => {
      flooding = false
    })
    let answered = 0
    for (; flooding; answered++) assert.equal((await ask(key, 'Observation')).status, 200)
    await strangers
    assert.ok(answered > 20, `${answered} were answered`)
    assert.equal(await looked(), before)
  })

  test('register themselves when an administrator permits it, once a token of theirs is shown', async () => {
    const address = `${planes.operations}/oauth/reg`
    const about = { client_name: 'Newcomer', redirect_uris: [BACK], scope: 'openid user/Patient.rs' }
    const post = (token: string, more: object = {}) =>
      fetch(address, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ ...about, ...more }),
      })
    assert.equal((await post('made-up')).status, 401)
    const asAdministrator = { name: 'Plain', redirectUris: ['http://app.example.org/back'], scopes: ['openid'] }
    assert.equal((await planes.administer('identity/clients', asAdministrator)).status, 422)
    const permitted = await planes.administer('identity/registration-token', {})
    const { token } = (await permitted.json()) as { token: string }
    const plain = { redirect_uris: ['http://app.example.org/back'] }
    for (const more of [{ scope: 'system/*.cruds' }, { grant_types: ['client_credentials'] }, { scope: 'root' }, plain])
      assert.equal((await post(token, more)).status, 400)
    const registered = await post(token)
    assert.equal(registered.status, 201, await registered.clone().text())
    assert.equal((await post(token)).status, 401)
    const { client_id: clientId } = (await registered.json()) as { client_id: string }
    const { tokens } = await authorized(planes, { clientId, cookie: nurse.cookie, scope: 'openid user/Patient.rs' })
    assert.equal(tokens.scope, 'openid user/Patient.rs')
  })

  test('register one by one permission, however many try at once', async () => {
    const { token } = (await (await planes.administer('identity/registration-token', {})).json()) as { token: string }
    const body = JSON.stringify({ client_name: 'At once', redirect_uris: [BACK], scope: 'openid user/Patient.rs' })
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => fetch(`${planes.operations}/oauth/reg`, { method: 'POST', headers, body })),
    )
    const statuses = answers.map(({ status }) => status).toSorted()
    assert.deepEqual(statuses, [201, ...Array.from({ length: 19 }, () => 401)])
    const { clients } = (await (await planes.administer('identity/clients')).json()) as { clients: { name: string }[] }
    assert.equal(clients.filter(({ name }) => name === 'At once').length, 1)
  })

  test('learn whether a token counts, and give one back', async () => {
    const secret = await planes.administer('identity/clients', {
      name: 'Gateway',
      redirectUris: [BACK],
      scopes: ['user/Patient.rs', 'offline_access'],
      secret: true,
    })
    const made = (await secret.json()) as { client: { id: string }; secret: string }
    const config = await discovered(planes, made.client.id, client.ClientSecretBasic(made.secret))
    const { tokens } = await authorized(planes, {
      clientId: app,
      cookie: nurse.cookie,
      scope: 'user/Patient.rs offline_access',
    })
    const told = await client.tokenIntrospection(config, tokens.access_token)
    assert.equal(told.active, true)
    assert.equal(told.sub, nurse.person)
    assert.equal((await client.tokenIntrospection(config, String(tokens.refresh_token))).active, true)
    assert.equal((await client.tokenIntrospection(config, `${tokens.access_token}x`)).active, false)
    const ending = await register({
      name: 'Ending',
      redirectUris: [BACK],
      scopes: ['user/Patient.rs', 'offline_access'],
    })
    const asked = { clientId: ending, cookie: nurse.cookie, scope: 'user/Patient.rs offline_access' }
    const { tokens: over } = await authorized(planes, asked)
    const given = [over.access_token, String(over.refresh_token)]
    for (const one of given) assert.equal((await client.tokenIntrospection(config, one)).active, true)
    await planes.administer(`identity/clients/${ending}/end`, {})
    for (const one of given) assert.deepEqual(await client.tokenIntrospection(config, one), { active: false })
    const own = await discovered(planes, app)
    await client.tokenRevocation(own, String(tokens.refresh_token))
    await assert.rejects(client.refreshTokenGrant(own, String(tokens.refresh_token)), { error: 'invalid_grant' })
  })

  test('ask from their own pages, and pages of nobody else may', async () => {
    const preflight = (origin: string) =>
      fetch(`${planes.hospital.base}/Patient`, {
        method: 'OPTIONS',
        headers: {
          origin,
          'access-control-request-method': 'GET',
          'access-control-request-headers': 'authorization',
        },
      })
    const own = new URL(BACK).origin
    await until('the origin is known', async () => (await preflight(own)).status === 204, 10_000)
    const answer = await preflight(own)
    assert.equal(answer.headers.get('access-control-allow-origin'), own)
    assert.match(String(answer.headers.get('access-control-allow-headers')), /authorization/)
    assert.equal(answer.headers.get('access-control-allow-credentials'), null)
    const refused = await fetch(`${planes.hospital.base}/Patient`, { headers: { origin: own } })
    assert.equal(refused.status, 401)
    assert.equal(refused.headers.get('access-control-allow-origin'), own)
    const others = await preflight('https://evil.example.org')
    assert.equal(others.status, 401)
    assert.equal(others.headers.get('access-control-allow-origin'), null)
  })

  test('find where to ask, from the hospital and from operations', async () => {
    const smart = await fetch(`${planes.hospital.base}/.well-known/smart-configuration`)
    assert.equal(smart.headers.get('access-control-allow-origin'), '*')
    const told = (await smart.json()) as Record<string, unknown>
    for (const at of ['/oauth/.well-known/openid-configuration', '/.well-known/openid-configuration']) {
      const found = (await (await fetch(planes.operations + at)).json()) as Record<string, unknown>
      for (const name of ['issuer', 'authorization_endpoint', 'token_endpoint', 'jwks_uri', 'introspection_endpoint'])
        assert.equal(told[name], found[name], name)
    }
  })
})

const caller = {
  request: '',
  actor: { kind: 'client', id: 'administrator' },
  role: 'administrator',
  purpose: '',
  address: '192.0.2.1',
  agent: 'test',
  breakGlass: false,
} as const
