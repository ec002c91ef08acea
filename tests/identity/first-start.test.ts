/** The very first start: who may enter, by what was printed, and what of it is in the audit trail. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { FoundEntry } from '#audit'
import { openBrowser } from '../support/door.ts'
import { codeOf, PASSWORD } from '../support/identity.ts'
import { freshHome, type Running, readyHome, startOmniCare, until } from '../support/running.ts'

const administratorIn = (running: Running) => / as admin, with the password ([\w-]+)\n/.exec(running.printed())?.[1]
const practiceIn = (running: Running) => [...running.printed().matchAll(/^ {2}(practice-[\w-]+) +([\w-]{29})$/gm)]

describe('the first start', { timeout: 300_000 }, () => {
  test('prints one administrator’s password once; it must be changed, and a second factor set up', async (t) => {
    const home = freshHome(t)
    const first = await startOmniCare(home)
    const password = administratorIn(first)
    assert.match(String(password), /^[\w-]{29}$/)
    assert.deepEqual(practiceIn(first), [])
    const browser = openBrowser(first.run().operations)
    const begun = await browser.ask('POST', '/api/session/password', { userName: 'admin', password })
    assert.equal(begun.body.is, 'change-password')
    const entries = '/api/operations/audit/entries?action=credential'
    assert.equal((await browser.ask('GET', entries)).status, 401)
    const changed = await browser.ask('POST', '/api/session/change-password', { password: PASSWORD })
    assert.partialDeepStrictEqual(changed.body, { is: 'enrol', maySkip: false })
    assert.equal((await browser.ask('POST', '/api/session/enrol/skip')).status, 409)
    const { secret } = (await browser.ask('POST', '/api/session/enrol/totp')).body
    const code = codeOf(secret, Date.now())
    assert.equal((await browser.ask('POST', '/api/session/enrol/totp/confirm', { code })).body.is, 'in')
    await until('the administrator sees the own sign-in in the trail', async () => {
      const { status, body } = await browser.ask('GET', entries)
      assert.equal(status, 200)
      return (body.entries as FoundEntry[]).some(
        ({ entry }) => entry?.reason === 'signed in' && entry.actor.name === 'admin',
      )
    })
    await first.stop()

    const second = await startOmniCare(home)
    assert.equal(administratorIn(second), undefined)
    assert.ok(!second.printed().includes(String(password)))
    // A session outlasts a restart; what was printed is of no use any more.
    const again = openBrowser(second.run().operations)
    for (const [name, value] of browser.cookies) again.cookies.set(name, value)
    assert.equal((await again.ask('GET', '/api/session')).body.signedIn, true)
    const old = await openBrowser(second.run().operations).ask('POST', '/api/session/password', {
      userName: 'admin',
      password,
    })
    assert.equal(old.status, 401)
  })

  test('of a practice hospital prints an account for each role, which nobody gets into once it is none', async (t) => {
    const home = await readyHome(t)
    const practising = await startOmniCare(home, { OMNICARE_PRACTICE: 'on' })
    await until('the accounts are printed', () => practiceIn(practising).length === 11)
    const accounts = new Map(practiceIn(practising).map(([, userName = '', password = '']) => [userName, password]))
    const enter = async (running: Running, userName: string) => {
      const browser = openBrowser(running.run().operations)
      const password = accounts.get(userName)
      return { browser, answer: await browser.ask('POST', '/api/session/password', { userName, password }) }
    }
    const { browser, answer } = await enter(practising, 'practice-physician')
    assert.equal(answer.body.is, 'in')
    const session = (await browser.ask('GET', '/api/session')).body
    assert.match(session.person.fhir, /^Practitioner\//)
    const found = await practising.ask(`/fhir/R4/${session.person.fhir}`)
    assert.equal(found.status, 200)
    const { accessToken } = (await browser.ask('GET', '/api/session/token')).body
    const asPhysician = await fetch(`${practising.run().hospital}/fhir/R4/${session.person.fhir}`, {
      headers: { authorization: `Bearer ${accessToken}` },
    })
    assert.equal(asPhysician.status, 200)
    const nobody = await openBrowser(practising.run().operations).ask('GET', '/api/session/token')
    assert.equal(nobody.body.title, 'door/not-signed-in')
    const operator = await enter(practising, 'practice-operator')
    assert.partialDeepStrictEqual(operator.answer.body, { is: 'enrol', maySkip: true })
    assert.equal((await operator.browser.ask('POST', '/api/session/enrol/skip')).body.is, 'in')
    await practising.stop()

    const real = await startOmniCare(home)
    const { answer: refused } = await enter(real, 'practice-physician')
    assert.deepEqual([refused.status, refused.body.title], [401, 'identity/wrong'])
  })
})
