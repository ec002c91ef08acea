/** Sessions: how long they last, who ends them, and who is told. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { sql } from '#foundation/sql.ts'
import type { SignedIn } from '#identity'
import {
  ADMINISTRATOR,
  callerOf,
  codeOf,
  HOUR,
  MINUTE,
  OTHER_PASSWORD,
  PASSWORD,
  startIdentity,
} from '../support/identity.ts'
import { ofSuite } from '../support/suite.ts'

const identity = await startIdentity(ofSuite())

async function open(userName: string): Promise<{ secret: string; signedIn: SignedIn }> {
  const begun = await identity.signIn.withPassword(callerOf(), { userName, password: PASSWORD, place: 'hospital' })
  assert.ok(begun.is === 'in')
  const { secret } = begun.session
  return { secret, signedIn: (await identity.sessions.check(secret, 'hospital')) as SignedIn }
}
const check = (secret: string) => identity.sessions.check(secret, 'hospital')
const endedIds = async () => (await identity.sessions.ended(600)).map(({ kind, id }) => `${kind} ${id}`)

describe('a session', () => {
  test('says who is signed in, as what, since when and from where', async () => {
    const { id } = await identity.person('ann', { roles: ['physician', 'nurse'] })
    const { signedIn } = await open('ann')
    assert.partialDeepStrictEqual(signedIn, {
      person: id,
      userName: 'ann',
      roles: ['physician', 'nurse'],
      place: 'hospital',
      factors: ['password'],
      agent: 'test',
    })
    assert.equal(Date.parse(signedIn.expires) - Date.parse(signedIn.made), 12 * HOUR)
  })

  test('is counted for whoever watches, as long as it is good for anything', async () => {
    const counted = async () => {
      await identity.tidy()
      const text = await identity.metrics.metrics()
      return Number(/^omnicare_sessions\{place="hospital"\} (\d+)$/m.exec(text)?.[1])
    }
    await identity.person('cat')
    const before = await counted()
    await open('cat')
    await open('cat')
    assert.equal(await counted(), before + 2)
    identity.later(31 * MINUTE)
    assert.equal(await counted(), 0)
  })

  test('ends when it is not used, and however much it is used', async () => {
    await identity.person('bob')
    const idle = await open('bob')
    const used = await open('bob')
    identity.later(29 * MINUTE)
    assert.ok(await check(used.secret))
    identity.later(2 * MINUTE)
    assert.equal(await check(idle.secret), undefined)
    for (let minutes = 31; minutes < 12 * 60; minutes += 29) {
      assert.ok(await check(used.secret), `after ${minutes} minutes`)
      identity.later(29 * MINUTE)
    }
    assert.equal(await check(used.secret), undefined)
  })

  test('of the hospital opens nothing in operations', async () => {
    await identity.person('cy')
    const { secret } = await open('cy')
    assert.equal(await identity.sessions.check(secret, 'operations'), undefined)
  })

  test('is not known by what the table holds, nor by nonsense', async () => {
    await identity.person('dee')
    const { secret, signedIn } = await open('dee')
    const [row] = await identity.control.rows(
      sql<{ hash: string }>`SELECT encode(hash, 'hex') AS hash FROM identity.session WHERE id = ${signedIn.id}`,
    )
    assert.ok(row && !row.hash.includes(Buffer.from(secret).toString('hex')))
    for (const guess of [row.hash, signedIn.id, '', '\u0000', secret.slice(1)])
      assert.equal(await check(guess), undefined)
  })

  test('is ended by its owner, by an administrator, and by nobody else', async () => {
    const eve = await identity.person('eve')
    const fay = await identity.person('fay')
    const one = await open('eve')
    const two = await open('eve')
    const missing = { code: 'identity/no-such-session' }
    await assert.rejects(identity.sessions.end(callerOf(), one.signedIn.id, fay.id), missing)
    await identity.sessions.end(callerOf(), one.signedIn.id, eve.id)
    assert.equal(await check(one.secret), undefined)
    await assert.rejects(identity.sessions.end(callerOf(), one.signedIn.id, eve.id), missing)
    await identity.sessions.end(ADMINISTRATOR, two.signedIn.id)
    assert.equal(await check(two.secret), undefined)
    await assert.rejects(identity.sessions.end(ADMINISTRATOR, 'no id'), missing)
    const told = await endedIds()
    for (const { signedIn } of [one, two]) assert.ok(told.includes(`session ${signedIn.id}`))
  })

  test('gets another secret by a new password, and all others end', async () => {
    await identity.person('gil')
    const other = await open('gil')
    const { secret, signedIn } = await open('gil')
    const caller = callerOf()
    await assert.rejects(identity.own.changePassword(caller, signedIn, 'a wrong password', OTHER_PASSWORD), {
      code: 'identity/wrong',
    })
    const renewed = await identity.own.changePassword(caller, signedIn, PASSWORD, OTHER_PASSWORD)
    assert.equal(await check(other.secret), undefined)
    assert.equal(await check(secret), undefined)
    assert.equal((await check(renewed.secret))?.id, signedIn.id)
    assert.deepEqual(
      (await identity.recorded(caller.request)).map(({ reason, outcome = 'success' }) => `${reason}: ${outcome}`),
      ['password changed: refused', 'password changed: success'],
    )
  })

  test('is one of fifty at most: the oldest ends', async () => {
    const { id } = await identity.person('hal')
    const first = await open('hal')
    for (let opened = 0; opened < 50; opened++) await open('hal')
    assert.equal(await check(first.secret), undefined)
    assert.equal((await identity.sessions.list({ person: id, most: 1000 })).length, 50)
  })

  test('is listed with all others of its owner, newest first, and they end together but the one that is kept', async () => {
    const { id } = await identity.person('ida')
    const opened = []
    for (let n = 0; n < 3; n++) {
      opened.push(await open('ida'))
      identity.later(1_000)
    }
    const listed = await identity.sessions.list({ person: id })
    assert.deepEqual(
      listed.map((one) => one.id),
      opened.map(({ signedIn }) => signedIn.id).reverse(),
    )
    const kept = opened[1]
    assert.equal(await identity.sessions.endAll(callerOf(), id, kept?.signedIn.id), 2)
    assert.deepEqual(
      (await identity.sessions.list({ person: id })).map((one) => one.id),
      [kept?.signedIn.id],
    )
  })

  test('that nobody can use any more is an orphan, found and removed', async () => {
    await identity.person('jo')
    const { signedIn } = await open('jo')
    identity.later(31 * MINUTE)
    const orphans = await identity.sessions.orphaned()
    assert.ok(orphans.some(({ id }) => id === signedIn.id))
    assert.equal(await identity.sessions.cleanUp(ADMINISTRATOR), orphans.length)
    assert.deepEqual(await identity.sessions.orphaned(), [])
    assert.equal(await identity.sessions.cleanUp(ADMINISTRATOR), 0)
  })
})

describe('who verifies tokens without asking', () => {
  test('is told of people who ended or got other roles, and of nothing that is long over', async () => {
    const kim = await identity.person('kim')
    const lee = await identity.person('lee')
    const { signedIn } = await open('kim')
    await identity.people.suspend(ADMINISTRATOR, kim.id)
    await identity.people.setRoles(ADMINISTRATOR, lee.id, ['billing'])
    const told = await endedIds()
    for (const one of [`session ${signedIn.id}`, `person ${kim.id}`, `person ${lee.id}`])
      assert.ok(told.includes(one), one)
    identity.later(11 * MINUTE)
    assert.deepEqual(await identity.sessions.ended(600), [])
    identity.later(25 * HOUR)
    await identity.tidy()
    const [row] = await identity.control.rows(sql<{ n: number }>`SELECT count(*)::int AS n FROM identity.ended`)
    assert.equal(row?.n, 0)
  })
})

describe('an app that shows codes', () => {
  test('is set up by who is signed in, replaced by another, and removed, each time with the password', async () => {
    await identity.person('max')
    const { signedIn } = await open('max')
    const { own } = identity
    await assert.rejects(own.beginTotp(callerOf(), signedIn, 'a wrong password'), { code: 'identity/wrong' })
    await assert.rejects(own.confirmTotp(callerOf(), signedIn, '000000'), { code: 'identity/no-factor' })
    const first = await own.beginTotp(callerOf(), signedIn, PASSWORD)
    const codes = await own.confirmTotp(callerOf(), signedIn, codeOf(first.secret, identity.nowMs()))
    assert.equal(codes.length, 10)
    const second = await own.beginTotp(callerOf(), signedIn, PASSWORD)
    assert.equal((await identity.people.find('max')).totp, true)
    await assert.rejects(own.confirmTotp(callerOf(), signedIn, codeOf(first.secret, identity.nowMs())), {
      code: 'identity/wrong-code',
    })
    assert.deepEqual(await own.confirmTotp(callerOf(), signedIn, codeOf(second.secret, identity.nowMs())), [])
    assert.equal((await own.newRecoveryCodes(callerOf(), signedIn, PASSWORD)).length, 10)
    await own.removeTotp(callerOf(), signedIn, PASSWORD)
    assert.partialDeepStrictEqual(await identity.people.find('max'), { totp: false, recoveryCodes: 0 })
    await assert.rejects(own.newRecoveryCodes(callerOf(), signedIn, PASSWORD), { code: 'identity/no-factor' })
  })

  test('that was lost is removed by an administrator, and everything that was begun ends', async () => {
    const { id } = await identity.person('ned')
    const { secret, signedIn } = await open('ned')
    const begun = await identity.own.beginTotp(callerOf(), signedIn, PASSWORD)
    await identity.own.confirmTotp(callerOf(), signedIn, codeOf(begun.secret, identity.nowMs()))
    await identity.people.removeFactors(ADMINISTRATOR, id)
    assert.equal(await check(secret), undefined)
    await open('ned')
  })

  test('isn’t guessed at an unattended screen', async () => {
    await identity.person('oz')
    const { signedIn } = await open('oz')
    for (let tried = 0; tried < 6; tried++)
      await assert.rejects(identity.own.beginTotp(callerOf(), signedIn, 'guess'), { code: 'identity/wrong' })
    await assert.rejects(identity.own.beginTotp(callerOf(), signedIn, PASSWORD), { code: 'identity/wait' })
  })
})
