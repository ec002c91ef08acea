/** Keys that are replaced and planes that are started again, while people work. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { decodeProtectedHeader } from 'jose'
import { authorized } from '../support/oauth.ts'
import { startPlanes, type TestPlanes } from '../support/planes.ts'
import { until } from '../support/running.ts'

describe('a valid token', { timeout: 120_000 }, () => {
  let planes: TestPlanes
  const releases: (() => void | Promise<void>)[] = []
  before(async () => {
    planes = await startPlanes({ after: (end) => void releases.unshift(end) })
  })
  after(async () => {
    for (const end of releases) await end()
  })
  const readBy = async (token: string): Promise<number> => {
    const answer = await fetch(`${planes.hospital.base}/Patient?_count=1`, {
      headers: { authorization: `Bearer ${token}` },
    })
    await answer.arrayBuffer()
    return answer.status
  }
  const signedIn = async (userName: string) => {
    const { cookie } = await planes.signIn(userName)
    const session = await planes.identity.sessions.check(cookie.slice('omnicare='.length), 'hospital')
    assert.ok(session !== undefined)
    return session
  }

  test('is never refused while keys are replaced again and again under load', async (t) => {
    const session = await signedIn('nora')
    const first = (await planes.oauth.tokenFor(session)).accessToken
    const statuses = new Map<number, number>()
    let rotating = true
    const working = Array.from({ length: 4 }, async () => {
      for (; rotating; await turn()) {
        const fresh = (await planes.oauth.tokenFor(session)).accessToken
        for (const token of [fresh, first, fresh]) {
          const status = await readBy(token)
          statuses.set(status, (statuses.get(status) ?? 0) + 1)
        }
      }
    })
    const kids = new Set<unknown>()
    for (let n = 0; n < 5; n++) {
      const rotated = await planes.administer('identity/signing-keys/rotate', {})
      kids.add(((await rotated.json()) as { keys: string[] }).keys[0])
      for (let reads = 0; reads < 20; reads++) assert.equal(await readBy(first), 200)
    }
    rotating = false
    await Promise.all(working)
    t.diagnostic(`${statuses.get(200)} requests while 5 keys were replaced`)
    assert.deepEqual([...statuses.keys()], [200])
    assert.equal(kids.size, 5)
    const { accessToken } = await planes.oauth.tokenFor(session)
    assert.ok(kids.has(decodeProtectedHeader(accessToken).kid))
  })

  test('that oidc-provider gives after a key was replaced is signed by the new one', async () => {
    const made = await planes.administer('identity/clients', {
      name: 'Growth chart',
      redirectUris: ['http://127.0.0.1:9/back'],
      scopes: ['openid', 'user/*.rs'],
    })
    const clientId = ((await made.json()) as { client: { id: string } }).client.id
    const rotated = await planes.administer('identity/signing-keys/rotate', {})
    const [kid] = ((await rotated.json()) as { keys: string[] }).keys
    const { cookie } = await planes.signIn('olga')
    const { tokens } = await authorized(planes, { clientId, cookie, scope: 'openid user/Patient.rs' })
    assert.equal(decodeProtectedHeader(tokens.access_token).kid, kid)
    assert.equal(await readBy(tokens.access_token), 200)
  })

  test('counts no more once the key that signed it was revoked, and others go on', async () => {
    const session = await signedIn('rita')
    const { accessToken: stolen } = await planes.oauth.tokenFor(session)
    assert.equal(await readBy(stolen), 200)
    const { kid } = decodeProtectedHeader(stolen)
    const revoked = await planes.administer(`identity/signing-keys/${kid}/revoke`, {})
    assert.ok(!((await revoked.json()) as { keys: string[] }).keys.includes(String(kid)))
    const { accessToken: fresh } = await planes.oauth.tokenFor(session)
    assert.equal(await readBy(fresh), 200)
    await until('what it signed is refused', async () => (await readBy(stolen)) === 401, 10_000)
    assert.equal(await readBy(fresh), 200)
    assert.equal((await planes.administer(`identity/signing-keys/${kid}/revoke`, {})).status, 404)
  })

  test('counts while operations is away, and at a hospital that was started meanwhile', async () => {
    const { accessToken } = await planes.oauth.tokenFor(await signedIn('pia'))
    assert.equal(await readBy(accessToken), 200)
    const { accessToken: unseen } = await planes.oauth.tokenFor(await signedIn('quinn'))
    await planes.withoutOperations(async () => {
      assert.equal(await readBy(accessToken), 200)
      assert.equal(await readBy(unseen), 200)
      const access = await planes.trustAnew().check(unseen)
      assert.equal(access.subject.name, 'quinn')
    })
    assert.equal(await readBy(unseen), 200)
  })
})
