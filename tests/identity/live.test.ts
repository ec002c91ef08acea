/** What pages listen to: which things have changed, for as long as who listens may see them. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { before, describe, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import type { Role } from '#identity'
import { type Door, startDoor } from '../support/door.ts'
import { ADMINISTRATOR, codeOf, MINUTE, PASSWORD } from '../support/identity.ts'
import { until } from '../support/running.ts'
import { ofSuite } from '../support/suite.ts'

describe('the live door of operations', { timeout: 120_000 }, () => {
  const suite = ofSuite()
  let door: Door
  before(async () => {
    door = await startDoor(suite)
  })

  async function signedIn(userName: string, roles: Role[] = ['operator']) {
    const { id } = await door.identity.person(userName, { roles })
    const browser = door.browser()
    await browser.ask('POST', '/api/session/password', { userName, password: PASSWORD, place: 'operations' })
    const { secret } = (await browser.ask('POST', '/api/session/enrol/totp')).body
    await browser.ask('POST', '/api/session/enrol/totp/confirm', { code: codeOf(secret, door.identity.nowMs()) })
    return { browser, person: id, cookie: [...browser.cookies].map((pair) => pair.join('=')).join('; ') }
  }
  const listen = (cookie: string, signal = AbortSignal.timeout(60_000)) =>
    fetch(`${door.address}/api/operations/live`, { headers: { cookie, accept: 'text/event-stream' }, signal })

  test('names everything at once, so that nothing that changed before is missed', async () => {
    const { cookie } = await signedIn('ann')
    const leave = new AbortController()
    const answer = await listen(cookie, leave.signal)
    assert.equal(answer.headers.get('content-type'), 'text/event-stream')
    const first = await answer.body?.getReader().read()
    assert.equal(new TextDecoder().decode(first?.value), 'event: changed\ndata: ["health","alerts"]\n\n')
    leave.abort()
  })

  test('is shut to whoever has no right to what it tells of', async () => {
    const { cookie } = await signedIn('nora', ['nurse'])
    assert.equal((await listen(cookie)).status, 403)
    assert.equal((await listen('omnicare=none')).status, 401)
  })

  test('says that the session has ended, and ends', async () => {
    const { cookie, person } = await signedIn('eve')
    const said = (await listen(cookie)).text()
    await door.identity.sessions.endAll(ADMINISTRATOR, person)
    assert.match(await said, /event: ended\ndata: \{\}\n\n$/)
  })

  test('takes so many of one person, and another when one has left', async () => {
    const { cookie } = await signedIn('tab')
    const leave = new AbortController()
    const all = await Promise.all(Array.from({ length: 8 }, () => listen(cookie, leave.signal)))
    assert.deepEqual(
      all.map(({ status }) => status),
      Array(8).fill(200),
    )
    const refused = await listen(cookie)
    assert.equal(refused.status, 429)
    assert.equal(refused.headers.get('retry-after'), '30')
    leave.abort()
    await until('there is room again', async () => {
      const again = new AbortController()
      const { status } = await listen(cookie, again.signal)
      again.abort()
      return status === 200
    })
  })

  test('counts nobody who has left before being let in', async () => {
    const { cookie } = await signedIn('fleeting')
    const { hostname, port } = new URL(door.address)
    const head = `GET /api/operations/live HTTP/1.1\r\nhost: ${hostname}\r\ncookie: ${cookie}\r\naccept: text/event-stream\r\n\r\n`
    for (let tries = 0; tries < 24; tries++) {
      const socket = connect(Number(port), hostname)
      await once(socket, 'connect')
      socket.write(head)
      await setImmediate()
      socket.destroy()
      await once(socket, 'close')
    }
    await until('there is room for as many as ever', async () => {
      const leave = new AbortController()
      const all = await Promise.all(Array.from({ length: 8 }, () => listen(cookie, leave.signal)))
      leave.abort()
      return all.every(({ status }) => status === 200)
    })
  })

  test('keeps no session open that nobody uses', async () => {
    const { browser, cookie } = await signedIn('gone')
    const watching = { 'x-omnicare-watching': 'yes' }
    for (let minutes = 0; minutes < 30; minutes += 10) {
      const leave = new AbortController()
      assert.equal((await listen(cookie, leave.signal)).status, 200)
      leave.abort()
      assert.equal((await browser.ask('GET', '/api/operations/health', undefined, watching)).status, 200)
      door.identity.later(10 * MINUTE)
    }
    assert.equal((await browser.ask('GET', '/api/operations/health', undefined, watching)).status, 401)
  })
})
