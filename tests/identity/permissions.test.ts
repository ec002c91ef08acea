/** Each role at each route of operations: exactly what the table of permissions says. */
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { Registry } from 'prom-client'
import { OPERATIONS_PERMISSIONS, permits, ROLES, type Role } from '#identity'
import { guardedRoutes, guardedTrail } from '../../src/http/operations/guarded.ts'
import { allPermitted, may, permissionsOf } from '../../src/http/operations/permit.ts'
import { type Browser, type Door, OWNER_TOKEN, startDoor } from '../support/door.ts'
import { codeOf, PASSWORD } from '../support/identity.ts'
import { ofSuite } from '../support/suite.ts'

const suite = ofSuite()
let door: Door
before(async () => {
  door = await startDoor(suite)
})

// Only which routes there are is asked of these, not what they do.
const closing = new AbortController().signal
const audit = {} as never
const routes = new Map([
  ...permissionsOf(
    guardedRoutes({
      audit,
      identity: { identity: {} } as never,
      oauth: {} as never,
      health: {} as never,
      logs: {} as never,
      performance: {} as never,
      metrics: new Registry(),
      closing,
    }),
  ),
  ...permissionsOf(guardedTrail(audit)),
])

async function signedIn(role: Role): Promise<Browser> {
  const userName = `the-${role}`
  await door.identity.person(userName, { roles: [role] })
  const browser = door.browser()
  await browser.ask('POST', '/api/session/password', { userName, password: PASSWORD, place: 'operations' })
  const { secret } = (await browser.ask('POST', '/api/session/enrol/totp')).body
  const code = codeOf(secret, door.identity.nowMs())
  assert.equal((await browser.ask('POST', '/api/session/enrol/totp/confirm', { code })).body.is, 'in')
  return browser
}

const addressOf = (url: string) => url.replace(/:\w+/g, crypto.randomUUID())

describe('the routes of operations', () => {
  test('name a permission each, and one that does not can’t be hung out', () => {
    assert.ok(routes.size > 30, `${routes.size} routes`)
    const nothing = async () => assert.fail('asked')
    assert.throws(() => allPermitted({ '/forgotten': { GET: nothing } }), /GET \/forgotten names no permission/)
    allPermitted({ '/remembered': { GET: may('metrics:read', nothing) } })
  })

  test('use every permission that anybody has', () => {
    const used = new Set(routes.values())
    const unused = Object.keys(OPERATIONS_PERMISSIONS).filter((permission) => !used.has(permission as never))
    assert.deepEqual(unused, [])
  })

  for (const role of ROLES)
    test(`let ${role} do what the table permits and nothing else, and record what is refused`, async () => {
      const browser = await signedIn(role)
      const wrong: string[] = []
      for (const [route, permission] of routes) {
        const [method = '', url = ''] = route.split(' ')
        const expected = permits([role], permission)
        // What may be followed for ever is not asked by those who may.
        if (expected && url.endsWith('/follow')) continue
        const answer = await browser.ask(method, addressOf(url))
        if ((answer.status === 403) === expected) wrong.push(`${route}: ${answer.status}`)
        if (answer.status === 401) wrong.push(`${route}: 401`)
        if (expected) continue
        const entries = await door.identity.recorded(String(answer.headers.get('x-request-id')))
        const told = entries.map(({ outcome, code, role: as }) => `${outcome} ${code} ${as}`)
        if (told.join() !== `refused door/not-permitted ${role}`) wrong.push(`${route}: recorded ${told.join()}`)
      }
      assert.deepEqual(wrong, [])
    })

  test('ask a session of the hospital for one of their own, and nobody at all to sign in', async () => {
    await door.identity.person('of-the-hospital', { roles: ['nurse'] })
    const browser = door.browser()
    const nobody = door.browser()
    await browser.ask('POST', '/api/session/password', { userName: 'of-the-hospital', password: PASSWORD })
    for (const route of routes.keys()) {
      const [method = '', url = ''] = route.split(' ')
      const { status, body } = await browser.ask(method, addressOf(url))
      assert.equal(status, 403, route)
      assert.match(JSON.stringify(body), /door\/other-place/)
      assert.equal((await nobody.ask(method, addressOf(url))).status, 401, route)
    }
  })

  test('let the owner of the machine in by token, whatever cookies come along', async () => {
    const headers = { authorization: `Bearer ${OWNER_TOKEN}`, cookie: `omnicare=${'A'.repeat(43)}` }
    for (const path of ['identity/users', 'identity/keys'])
      assert.equal((await fetch(`${door.address}/api/operations/${path}`, { headers })).status, 200)
    const wrong = { ...headers, authorization: 'Bearer of-somebody-else' }
    assert.equal((await fetch(`${door.address}/api/operations/identity/users`, { headers: wrong })).status, 401)
  })
})
