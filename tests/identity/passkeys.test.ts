/** Passkeys, made and asked by a software authenticator. https://www.w3.org/TR/webauthn-3/ */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { sql } from '#foundation/sql.ts'
import type { SignedIn } from '#identity'
import { netOf } from '../../src/identity/accounts/net.ts'
import { makeAuthenticator } from '../support/authenticator.ts'
import { callerOf, fulfilled, MINUTE, PASSWORD, RELYING_PARTY, startIdentity } from '../support/identity.ts'
import { ofSuite } from '../support/suite.ts'

const identity = await startIdentity(ofSuite())

const [origin = ''] = RELYING_PARTY.origins
const wrong = { code: 'identity/wrong-passkey' }
const authenticatorOf = (more: { rpId?: string; origin?: string } = {}) =>
  makeAuthenticator({ rpId: RELYING_PARTY.id, origin, ...more })

async function session(userName: string): Promise<SignedIn> {
  const begun = await identity.signIn.withPassword(callerOf(), { userName, password: PASSWORD, place: 'hospital' })
  assert.ok(begun.is === 'in')
  return (await identity.sessions.check(begun.session.secret, 'hospital')) as SignedIn
}

/** Somebody at the hospital who has set up a passkey. */
async function withPasskey(userName: string) {
  await identity.person(userName)
  const authenticator = authenticatorOf()
  const signedIn = await session(userName)
  const options = await identity.own.beginPasskey(callerOf(), signedIn, PASSWORD)
  const response = authenticator.register(options)
  const { recoveryCodes } = await identity.own.confirmPasskey(callerOf(), signedIn, response, 'Laptop\u0007 ')
  assert.equal(recoveryCodes.length, 10)
  return { authenticator, signedIn, response }
}
const half = async (userName: string): Promise<string> => {
  const begun = await identity.signIn.withPassword(callerOf(), { userName, password: PASSWORD, place: 'hospital' })
  assert.partialDeepStrictEqual(begun, { is: 'second-factor', by: ['passkey', 'recovery-code'] })
  return (begun as { ticket: string }).ticket
}

describe('a passkey', () => {
  test('is both factors by itself, also for operations, whoever it belongs to', async () => {
    const { authenticator, signedIn } = await withPasskey('ann')
    const options = await identity.signIn.askPasskey(callerOf())
    assert.equal(options.allowCredentials, undefined)
    const response = authenticator.answer(options)
    const done = await identity.signIn.withPasskeyAlone(callerOf(), 'operations', response)
    assert.ok(done.is === 'in' && done.person.userName === 'ann')
    const [passkey] = await identity.own.passkeys(signedIn)
    assert.partialDeepStrictEqual(passkey, { id: authenticator.id, name: 'Laptop', synced: false })
    assert.ok(passkey?.used)
  })

  test('is the second factor after the password, of its owner only', async () => {
    const bea = await withPasskey('bea')
    const cy = await withPasskey('cy')
    const ticket = await half('bea')
    const options = await identity.signIn.askPasskey(callerOf(), ticket)
    assert.deepEqual(
      options.allowCredentials?.map(({ id }) => id),
      [bea.authenticator.id],
    )
    await assert.rejects(identity.signIn.withPasskey(callerOf(), ticket, cy.authenticator.answer(options)), wrong)
    const anybody = await identity.signIn.askPasskey(callerOf())
    await assert.rejects(identity.signIn.withPasskey(callerOf(), ticket, cy.authenticator.answer(anybody)), wrong)
    const done = await identity.signIn.withPasskey(callerOf(), ticket, bea.authenticator.answer(options))
    assert.equal(done.is, 'in')
  })

  test('answers each challenge once: of five who send the same answer, one gets in', async () => {
    const { authenticator } = await withPasskey('dan')
    const response = authenticator.answer(await identity.signIn.askPasskey(callerOf()))
    const sent = await Promise.allSettled(
      Array.from({ length: 5 }, () => identity.signIn.withPasskeyAlone(callerOf(), 'hospital', response)),
    )
    assert.equal(fulfilled(sent), 1)
    await assert.rejects(identity.signIn.withPasskeyAlone(callerOf(), 'hospital', response), wrong)
  })

  test('is refused from another site, for a challenge that is over or was never made, and with a counter that went back', async () => {
    const { authenticator } = await withPasskey('eve')
    const enter = (response: ReturnType<typeof authenticator.answer>) =>
      identity.signIn.withPasskeyAlone(callerOf(), 'hospital', response)
    const ask = () => identity.signIn.askPasskey(callerOf())
    assert.equal((await enter(authenticator.answer(await ask(), 7))).is, 'in')
    await assert.rejects(enter(authenticator.answer(await ask(), 7)), wrong)
    await assert.rejects(enter(authenticator.answer({ challenge: 'bm8' }, 8)), wrong)
    await assert.rejects(enter(authenticator.answer({ challenge: 'a\u0000b' }, 8)), wrong)
    const old = await ask()
    identity.later(6 * MINUTE)
    await assert.rejects(enter(authenticator.answer(old, 9)), wrong)
    const { clientDataJSON } = authenticatorOf({ origin: 'https://evil.example' }).answer(await ask()).response
    const answer = authenticator.answer(await ask(), 10)
    await assert.rejects(enter({ ...answer, response: { ...answer.response, clientDataJSON } }), wrong)
    for (const nonsense of [{}, null, { id: 'x' }, { ...answer, id: '\u0000' }])
      await assert.rejects(enter(nonsense as typeof answer), wrong)
  })

  test('is kept for the account that asked for it, with its own challenge, once', async () => {
    const { response } = await withPasskey('fay')
    await identity.person('gil')
    const gil = await session('gil')
    const confirm = (given: typeof response) => identity.own.confirmPasskey(callerOf(), gil, given, 'Phone')
    await assert.rejects(confirm(response), wrong)
    const options = await identity.own.beginPasskey(callerOf(), await session('gil'), PASSWORD)
    await assert.rejects(confirm(authenticatorOf({ origin: 'https://evil.example' }).register(options)), wrong)
    await assert.rejects(confirm(authenticatorOf({ rpId: 'evil.example' }).register(options)), wrong)
    const made = authenticatorOf().register(options)
    const kept = await Promise.allSettled([confirm(made), confirm(made)])
    assert.deepEqual(kept.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
  })

  test('is removed by who knows the password, and with the last factor the recovery codes go', async () => {
    const { authenticator, signedIn } = await withPasskey('hal')
    const remove = (password: string) => identity.own.removePasskey(callerOf(), signedIn, authenticator.id, password)
    await assert.rejects(remove('a wrong password'), { code: 'identity/wrong' })
    await remove(PASSWORD)
    await assert.rejects(remove(PASSWORD), { code: 'identity/no-factor' })
    assert.partialDeepStrictEqual(await identity.people.find('hal'), { passkeys: 0, recoveryCodes: 0 })
  })

  test('sets up the second factor that operations asks for', async () => {
    await identity.person('ivy', { roles: ['operator'] })
    const begun = await identity.signIn.withPassword(callerOf(), {
      userName: 'ivy',
      password: PASSWORD,
      place: 'operations',
    })
    assert.ok(begun.is === 'enrol')
    const authenticator = authenticatorOf()
    const options = await identity.signIn.beginPasskey(callerOf(), begun.ticket)
    const response = authenticator.register(options)
    const { progress, recoveryCodes } = await identity.signIn.confirmPasskey(callerOf(), begun.ticket, response, '')
    assert.equal(recoveryCodes.length, 10)
    assert.ok(progress.is === 'in')
    const signedIn = (await identity.sessions.check(progress.session.secret, 'operations')) as SignedIn
    await assert.rejects(identity.own.removePasskey(callerOf(), signedIn, authenticator.id, PASSWORD), {
      code: 'identity/last-factor',
    })
  })

  test('is asked for by strangers without filling the table', async () => {
    const stranger = callerOf()
    const { authenticator } = await withPasskey('jim')
    for (let asked = 0; asked < 210; asked++) await identity.signIn.askPasskey(stranger)
    const [row] = await identity.control.rows(
      sql<{ n: number }>`SELECT count(*)::int AS n FROM identity.challenge WHERE net = ${netOf(stranger.address)}`,
    )
    assert.equal(row?.n, 200)
    const newest = authenticator.answer(await identity.signIn.askPasskey(stranger))
    assert.equal((await identity.signIn.withPasskeyAlone(callerOf(), 'hospital', newest)).is, 'in')
  })
})
