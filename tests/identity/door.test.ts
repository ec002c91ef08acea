/** Signing in over HTTP as browsers do it, and what is refused there. */
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import type { Role } from '#identity'
import { type Browser, type Door, startDoor } from '../support/door.ts'
import { ADMINISTRATOR, codeOf, MINUTE, OTHER_PASSWORD, PASSWORD } from '../support/identity.ts'
import { until } from '../support/running.ts'
import { newestFirst, ofSuite } from '../support/suite.ts'

const suite = ofSuite()
let door: Door
before(async () => {
  door = await startDoor(suite)
})

let names = 0
const newName = () => `person-${++names}`
const requestOf = (answer: { headers: Headers }) => String(answer.headers.get('x-request-id'))
const enter = (browser: Browser, userName: string, password = PASSWORD) =>
  browser.ask('POST', '/api/session/password', { userName, password })
/** What was recorded of a request, in a word each. */
const entriesOf = async (answer: { headers: Headers }) =>
  (await door.identity.recorded(requestOf(answer))).map(({ action, outcome, code }) => [
    action,
    outcome ?? 'success',
    code,
  ])

/** Somebody who is signed in; with an app that shows codes where the roles need one. */
async function signedIn(roles: Role[] = ['nurse']) {
  const userName = newName()
  const person = await door.identity.person(userName, { roles })
  const browser = door.browser()
  const begun = await enter(browser, userName)
  if (begun.body.is === 'in') return { userName, person, browser, secret: '' }
  assert.equal(begun.body.is, 'enrol')
  const { secret } = (await browser.ask('POST', '/api/session/enrol/totp')).body
  const code = codeOf(secret, door.identity.nowMs())
  const done = await browser.ask('POST', '/api/session/enrol/totp/confirm', { code })
  assert.equal(done.body.is, 'in')
  assert.equal(done.body.recoveryCodes.length > 0, true)
  return { userName, person, browser, secret }
}

describe('signing in with a browser', () => {
  test('takes a password, says who it is, and ends', async () => {
    const { userName, person, browser } = await signedIn()
    const session = await browser.ask('GET', '/api/session')
    assert.partialDeepStrictEqual(session.body, {
      signedIn: true,
      person: { id: person.id, userName, roles: ['nurse'] },
      session: { place: 'hospital', factors: ['password'] },
      settings: { practice: false, hospital: 'http://127.0.0.1:9/fhir/R4' },
    })
    const cookie = String(browser.cookies.get('omnicare'))
    assert.equal((await browser.ask('POST', '/api/session/sign-out')).status, 200)
    assert.equal((await browser.ask('GET', '/api/session')).body.signedIn, false)
    browser.cookies.set('omnicare', cookie)
    assert.equal((await browser.ask('GET', '/api/session')).body.signedIn, false)
  })

  test('asks whoever may do anything at operations for a second factor, and goes on where a page was left', async () => {
    const { userName, secret } = await signedIn(['operator'])
    door.identity.later(2 * MINUTE)
    const browser = door.browser()
    const begun = await enter(browser, userName)
    assert.equal(begun.body.is, 'second-factor')
    assert.deepEqual(begun.body.by, ['totp', 'recovery-code'])
    const reloaded = await browser.ask('GET', '/api/session')
    assert.partialDeepStrictEqual(reloaded.body, {
      signedIn: false,
      step: 'second-factor',
      by: ['totp', 'recovery-code'],
    })
    assert.ok(!JSON.stringify([begun.body, reloaded.body]).includes(String(browser.cookies.get('omnicare-ticket'))))
    const wrong = await browser.ask('POST', '/api/session/totp', { code: '000000' })
    assert.deepEqual(
      [wrong.status, await entriesOf(wrong)],
      [401, [['second-factor', 'refused', 'identity/wrong-code']]],
    )
    const right = await browser.ask('POST', '/api/session/totp', { code: codeOf(secret, door.identity.nowMs()) })
    assert.equal(right.body.is, 'in')
    assert.partialDeepStrictEqual((await browser.ask('GET', '/api/session')).body, {
      session: { place: 'operations', factors: ['password', 'totp'] },
    })
  })

  test('goes by a link that an administrator has made, each once', async () => {
    const { person } = await signedIn()
    const { secret } = await door.identity.people.reset(ADMINISTRATOR, person.id)
    const browser = door.browser()
    const opened = await browser.ask('POST', '/api/session/link/open', { secret })
    assert.deepEqual(opened.body, { kind: 'reset', userName: person.userName })
    const weak = await browser.ask('POST', '/api/session/link/accept', { secret, password: 'password1234' })
    assert.equal(weak.status, 422)
    const accepted = await browser.ask('POST', '/api/session/link/accept', { secret, password: OTHER_PASSWORD })
    assert.equal(accepted.body.is, 'in')
    assert.equal((await browser.ask('GET', '/api/session')).body.person.id, person.id)
    const again = await door.browser().ask('POST', '/api/session/link/open', { secret })
    assert.deepEqual([again.status, await entriesOf(again)], [404, [['credential', 'refused', 'identity/no-link']]])
  })

  test('sets cookies that no script reads and no other site has sent along, over https by __Host- names only', async (t) => {
    const { browser } = await signedIn()
    const answer = await browser.ask('GET', '/api/session')
    assert.ok(answer.status === 200)
    const plain = await door.browser().ask('GET', '/api/session')
    assert.match(String(plain.headers.getSetCookie()), /^omnicare-browser=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/)

    const safe = await startDoor(newestFirst(t), { publicUrl: 'https://emr.example.org' })
    await safe.identity.person('ann')
    const secure = safe.browser()
    const origin = { origin: 'https://emr.example.org' }
    const entered = await secure.ask('POST', '/api/session/password', { userName: 'ann', password: PASSWORD }, origin)
    assert.match(
      String(entered.headers.getSetCookie()),
      /__Host-omnicare=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Secure/,
    )
    assert.match(String(entered.headers.get('strict-transport-security')), /max-age=\d+/)
    const other = await secure.ask('POST', '/api/session/sign-out', {}, { origin: safe.address })
    assert.equal(other.body.title, 'door/other-site')
  })
})

describe('one refused request', () => {
  test('has one entry, which tells what it was about', async () => {
    const { browser } = await signedIn(['administrator'])
    const unknown = await browser.ask('POST', `/api/operations/identity/users/${crypto.randomUUID()}/suspend`)
    assert.deepEqual([unknown.status, await entriesOf(unknown)], [404, [['account', 'refused', 'identity/no-person']]])
    const { person } = await signedIn()
    const early = await browser.ask('POST', `/api/operations/identity/users/${person.id}/reinstate`)
    assert.deepEqual([early.status, await entriesOf(early)], [409, [['account', 'refused', 'identity/other-state']]])
    const taken = await browser.ask('POST', '/api/operations/identity/users', {
      userName: person.userName,
      roles: ['nurse'],
    })
    assert.deepEqual(await entriesOf(taken), [['account', 'refused', 'identity/name-taken']])
    const wrong = await enter(door.browser(), person.userName, 'a wrong password')
    assert.deepEqual(await entriesOf(wrong), [['sign-in', 'refused', 'identity/wrong']])
  })
})

describe('a page of another site', () => {
  test('can change nothing with the cookies of somebody who is signed in, and is recorded', async () => {
    const { browser, person } = await signedIn(['administrator'])
    const { csrf } = (await browser.ask('GET', '/api/session')).body
    const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const forged = (headers: Record<string, string>, type = 'application/json') =>
      fetch(`${door.address}/api/account/sessions/end-others`, {
        method: 'POST',
        headers: { cookie, 'content-type': type, ...headers },
        body: '{}',
      })
    const ours = { origin: door.address }
    const tries: [Record<string, string>, string?][] = [
      [{ origin: 'https://evil.example' }],
      [{ origin: 'https://evil.example', 'x-omnicare-csrf': csrf }],
      [{ origin: 'null', 'x-omnicare-csrf': csrf }],
      [{ 'x-omnicare-csrf': csrf }],
      [{ ...ours, 'sec-fetch-site': 'cross-site', 'x-omnicare-csrf': csrf }],
      [{ ...ours, 'sec-fetch-site': 'same-site', 'x-omnicare-csrf': csrf }],
      [ours],
      [{ ...ours, 'x-omnicare-csrf': 'of another session' }],
      [{ ...ours, 'x-omnicare-csrf': csrf }, 'text/plain'],
      [{ ...ours, 'x-omnicare-csrf': csrf }, 'application/x-www-form-urlencoded'],
    ]
    for (const [headers, type] of tries) {
      const answer = await forged(headers, type)
      assert.ok([403, 415].includes(answer.status), JSON.stringify(headers))
      const [entry, ...more] = await door.identity.recorded(requestOf(answer))
      assert.deepEqual([entry?.outcome, entry?.actor.id, more.length], ['refused', person.id, 0])
    }
    assert.equal((await forged({ ...ours, 'x-omnicare-csrf': csrf })).status, 200)
    const people = await fetch(`${door.address}/api/operations/identity/users`, {
      method: 'POST',
      headers: { cookie, 'content-type': 'application/json', origin: 'https://evil.example' },
      body: JSON.stringify({ userName: 'mallory', roles: ['administrator'] }),
    })
    assert.equal(people.status, 403)
    await assert.rejects(door.identity.people.find('mallory'), { code: 'identity/no-person' })
  })

  test('can’t sign anybody in as somebody else', async () => {
    const { userName } = await signedIn()
    const answer = await fetch(`${door.address}/api/session/password`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: 'https://evil.example' },
      body: JSON.stringify({ userName, password: PASSWORD }),
    })
    assert.deepEqual([answer.status, answer.headers.getSetCookie()], [403, []])
  })
})

describe('session fixation', () => {
  test('gets nowhere: no secret that a browser brought along is ever one of a session', async () => {
    const userName = newName()
    await door.identity.person(userName, { roles: ['operator'] })
    const attacker = door.browser()
    await attacker.ask('GET', '/api/session')
    const planted = 'A'.repeat(43)
    const victim = door.browser()
    victim.cookies.set('omnicare', planted)
    const begun = await enter(victim, userName)
    const ticket = String(victim.cookies.get('omnicare-ticket'))
    assert.equal(begun.body.is, 'enrol')
    const { secret } = (await victim.ask('POST', '/api/session/enrol/totp')).body
    await victim.ask('POST', '/api/session/enrol/totp/confirm', { code: codeOf(secret, door.identity.nowMs()) })
    const mine = String(victim.cookies.get('omnicare'))
    assert.ok(mine !== planted && mine !== ticket)
    for (const known of [planted, ticket, String(attacker.cookies.get('omnicare-browser'))]) {
      attacker.cookies.set('omnicare', known)
      const answer = await attacker.ask('GET', '/api/account')
      assert.deepEqual([answer.status, await entriesOf(answer)], [401, [['account', 'refused', 'door/not-signed-in']]])
      attacker.cookies.set('omnicare-ticket', known)
      assert.equal((await attacker.ask('POST', '/api/session/enrol/totp')).body.title, 'identity/no-ticket')
    }
  })

  test('leaves nothing of a former session: another sign-in ends it, another password changes its secret', async () => {
    const { userName, browser } = await signedIn()
    const first = String(browser.cookies.get('omnicare'))
    assert.equal((await enter(browser, userName)).body.is, 'in')
    const second = String(browser.cookies.get('omnicare'))
    const changed = { current: PASSWORD, password: OTHER_PASSWORD }
    assert.equal((await browser.ask('POST', '/api/account/password', changed)).status, 200)
    const third = String(browser.cookies.get('omnicare'))
    assert.equal(new Set([first, second, third]).size, 3)
    for (const [cookie, status] of [
      [first, 401],
      [second, 401],
      [third, 200],
    ] as const) {
      const other = door.browser()
      other.cookies.set('omnicare', cookie)
      assert.equal((await other.ask('GET', '/api/account')).status, status)
    }
  })
})

describe('somebody who is ended', () => {
  for (const change of ['suspend', 'end'] as const)
    test(`is let in by no cookie from the next request on: ${change}`, async () => {
      const { browser, person } = await signedIn(['security-officer'])
      assert.equal((await browser.ask('GET', '/api/operations/identity/sessions')).status, 200)
      await door.identity.people[change](ADMINISTRATOR, person.id)
      assert.equal((await browser.ask('GET', '/api/operations/identity/sessions')).status, 401)
      assert.equal((await browser.ask('GET', '/api/account')).status, 401)
      assert.equal((await browser.ask('GET', '/api/session')).body.signedIn, false)
    })
})

describe('one’s own account', () => {
  test('is not administered by whoever has it: that would ask for no password', async () => {
    const { browser, person } = await signedIn(['administrator'])
    const address = `/api/operations/identity/users/${person.id}`
    for (const [method, path, body] of [
      ['PATCH', address, { email: 'elsewhere@example.org' }],
      ['POST', `${address}/reset`, {}],
      ['POST', `${address}/remove-factors`, {}],
    ] as const) {
      const answer = await browser.ask(method, path, body)
      assert.equal(answer.status, 403)
      assert.equal(answer.body.title, 'door/own-account')
    }
    const { body } = await browser.ask('GET', '/api/account')
    assert.equal(body.email, person.email)
  })

  test('is shown and changed, but neither its roles nor another’s sessions', async () => {
    const { browser, person } = await signedIn()
    assert.partialDeepStrictEqual((await browser.ask('GET', '/api/account')).body, { id: person.id, totp: false })
    // Links to choose another password go to the address: an unattended screen must not be enough to change it.
    const details = { displayName: 'Ada Lovelace', email: 'ada@example.org' }
    assert.equal((await browser.ask('PATCH', '/api/account', details)).body.title, 'door/bad-member')
    const guessed = await browser.ask('PATCH', '/api/account', { ...details, password: 'not this one' })
    assert.equal(guessed.body.title, 'identity/wrong')
    const renamed = await browser.ask('PATCH', '/api/account', { ...details, password: PASSWORD })
    const again = await browser.ask('PATCH', '/api/account', details)
    assert.equal(again.status, 200, 'the same address asks for nothing')
    assert.partialDeepStrictEqual(renamed.body, { displayName: 'Ada Lovelace', email: 'ada@example.org' })
    for (const more of [{ roles: ['administrator'] }, { fhir: 'Practitioner/1' }])
      assert.equal((await browser.ask('PATCH', '/api/account', more)).body.title, 'door/unknown-member')
    const other = await signedIn()
    const [foreign] = await door.identity.sessions.list({ person: other.person.id })
    const ended = await browser.ask('POST', `/api/account/sessions/${foreign?.id}/end`)
    assert.deepEqual(
      [ended.status, await entriesOf(ended)],
      [404, [['sign-out', 'refused', 'identity/no-such-session']]],
    )
  })

  test('lists its sessions and ends the others', async () => {
    const { userName, browser } = await signedIn()
    const phone = door.browser()
    await enter(phone, userName)
    const { sessions } = (await browser.ask('GET', '/api/account/sessions')).body
    assert.deepEqual(
      sessions.map(({ current }: { current: boolean }) => current),
      [false, true],
    )
    assert.deepEqual((await browser.ask('POST', '/api/account/sessions/end-others')).body, { ended: 1 })
    assert.equal((await phone.ask('GET', '/api/account')).status, 401)
  })

  test('sets up an app and gives it up, with the password only', async () => {
    const { browser } = await signedIn()
    const wrong = await browser.ask('POST', '/api/account/totp', { password: 'a wrong password' })
    assert.deepEqual([wrong.status, await entriesOf(wrong)], [401, [['credential', 'refused', 'identity/wrong']]])
    const { secret } = (await browser.ask('POST', '/api/account/totp', { password: PASSWORD })).body
    const code = codeOf(secret, door.identity.nowMs())
    assert.ok((await browser.ask('POST', '/api/account/totp/confirm', { code })).body.recoveryCodes.length > 0)
    const again = await browser.ask('POST', '/api/account/recovery-codes', { password: PASSWORD })
    assert.ok(again.body.recoveryCodes.length > 0)
    assert.deepEqual((await browser.ask('DELETE', '/api/account/totp', { password: PASSWORD })).body, { removed: 1 })
  })
})

describe('a forgotten password', () => {
  test('is asked about in the same words whoever it is, and recorded; the link gets in', async () => {
    const { person } = await signedIn()
    await door.identity.people.change(ADMINISTRATOR, person.id, { email: 'forgetful@example.org' })
    const browser = door.browser()
    const [known, unknown] = [
      await browser.ask('POST', '/api/session/forgot', { userName: person.userName }),
      await browser.ask('POST', '/api/session/forgot', { userName: 'nobody of that name' }),
    ]
    const said = ({ status, headers, body }: typeof known) => {
      const names = [...headers.keys()].filter((name) => name !== 'date').sort()
      return { status, names, body }
    }
    assert.deepEqual(said(known), said(unknown))
    assert.deepEqual([known.status, known.body], [200, { asked: true }])
    await until('the link is mailed', () => door.identity.mailedTo('forgetful@example.org') !== undefined)
    assert.equal(door.identity.mails.filter(({ kind }) => kind === 'reset').length, 1)
    assert.deepEqual(
      (await door.identity.recorded(String(unknown.headers.get('x-request-id')))).map(({ reason, resources }) => [
        reason,
        resources,
      ]),
      [['reset link asked for', []]],
    )
    const secret = String(door.identity.mailedTo('forgetful@example.org'))
    const accepted = await browser.ask('POST', '/api/session/link/accept', { secret, password: OTHER_PASSWORD })
    assert.equal(accepted.status, 200)
    for (let asked = 0; asked < 3; asked++) await browser.ask('POST', '/api/session/forgot', { userName: 'hasty' })
    await browser.ask('POST', '/api/session/forgot', { userName: 'hasty' })
    const hasty = await browser.ask('POST', '/api/session/forgot', { userName: 'hasty' })
    assert.deepEqual([hasty.status, hasty.body.title], [429, 'identity/wait'])
  })
})
