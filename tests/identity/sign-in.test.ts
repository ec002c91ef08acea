/** Signing in: every try is counted, refused alike and recorded; each proof counts once. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { sql } from '#foundation/sql.ts'
import { openSeal, type Progress, type Role } from '#identity'
import {
  ADMINISTRATOR,
  CHEAP,
  callerOf,
  codeOf,
  codesOf,
  fulfilled,
  HOUR,
  MINUTE,
  OTHER_PASSWORD,
  PASSWORD,
  startIdentity,
} from '../support/identity.ts'
import { ofSuite } from '../support/suite.ts'

const identity = await startIdentity(ofSuite())

const enter = (userName: string, { password = PASSWORD, place = 'hospital' as const, caller = callerOf() } = {}) =>
  identity.signIn.withPassword(caller, { userName, password, place })
const guess = (userName: string, caller = callerOf()) => enter(userName, { password: 'a wrong password', caller })

function ticketOf(progress: Progress): string {
  assert.ok(progress.is !== 'in', 'the sign-in is finished already')
  return progress.ticket
}

/** Somebody with an app that shows codes. */
async function withApp(userName: string, roles: Role[] = ['operator']) {
  await identity.person(userName, { roles })
  const ticket = ticketOf(
    await identity.signIn.withPassword(callerOf(), { userName, password: PASSWORD, place: 'operations' }),
  )
  const { secret } = await identity.signIn.beginTotp(callerOf(), ticket)
  const code = codeOf(secret, identity.nowMs())
  const { recoveryCodes, progress } = await identity.signIn.confirmTotp(callerOf(), ticket, code)
  assert.equal(progress.is, 'in')
  return { secret, recoveryCodes, used: code }
}
const half = async (userName: string): Promise<string> => ticketOf(await enter(userName))

describe('a wrong password', () => {
  test('is refused like an unknown name and a suspended account, and recorded without what was typed', async () => {
    const { id } = await identity.person('ann')
    const suspended = await identity.person('bob')
    await identity.people.suspend(ADMINISTRATOR, suspended.id)
    const said = []
    for (const [userName, password] of [
      ['ann', 'a wrong password'],
      ['nobody-of-that-name', PASSWORD],
      ['bob', PASSWORD],
      [`${PASSWORD}\u0000\ud800`, ''],
    ] as const) {
      const caller = callerOf()
      const refused = await enter(userName, { password, caller }).catch((error: unknown) => error)
      said.push({ ...(refused as object), message: (refused as Error).message })
      const [recorded, ...more] = await identity.recorded(caller.request)
      assert.deepEqual(more, [])
      assert.partialDeepStrictEqual(recorded, {
        action: 'sign-in',
        outcome: 'refused',
        status: 401,
        code: 'identity/wrong',
      })
      assert.doesNotMatch(JSON.stringify(recorded), /nobody-of|wrong password|horse/)
      if (userName === 'ann') assert.deepEqual(recorded?.resources, [`person/${id}`])
    }
    for (const one of said) assert.deepEqual(one, said[0])
  })

  test('makes the next try wait, longer each time, the right password too; known networks go on', async () => {
    await identity.person('cleo')
    const home = callerOf()
    assert.equal((await enter('cleo', { caller: home })).is, 'in')
    const stranger = callerOf()
    for (let tried = 0; tried < 6; tried++) await assert.rejects(guess('cleo', stranger), { code: 'identity/wrong' })
    await assert.rejects(enter('cleo'), { code: 'identity/wait', waitSeconds: 1, kind: 'limited' })
    assert.equal((await enter('cleo', { caller: home })).is, 'in')
    for (let tried = 0; tried < 6; tried++) await assert.rejects(guess('cleo', stranger), { code: 'identity/wrong' })
    identity.later(1_000)
    await assert.rejects(guess('cleo', stranger), { code: 'identity/wrong' })
    await assert.rejects(enter('cleo'), { code: 'identity/wait', waitSeconds: 2 })
    identity.later(2_000)
    assert.equal((await enter('cleo')).is, 'in')
  })

  test('makes names wait that nobody has, so that nobody learns which there are', async () => {
    for (let tried = 0; tried < 6; tried++) await assert.rejects(guess('no-such-name'), { code: 'identity/wrong' })
    await assert.rejects(guess('no-such-name'), { code: 'identity/wait', waitSeconds: 1 })
  })

  test('counts before it is looked at: of forty guesses at once, six are', async () => {
    await identity.person('dan')
    const guesses = await Promise.allSettled(Array.from({ length: 40 }, () => guess('dan')))
    const wrong = codesOf(guesses).filter((code) => code === 'identity/wrong')
    assert.equal(wrong.length, 6)
    assert.equal(codesOf(guesses).length, 40)
  })

  test('of ever other names from one network makes that network wait, and no other', async () => {
    await identity.person('eli')
    const sprayer = callerOf('2001:db8:ffff:1::1')
    const neighbour = callerOf('2001:db8:ffff:1:aaaa::2')
    for (let tried = 0; tried < 51; tried++)
      await assert.rejects(guess(`victim-${tried}`, sprayer), { code: 'identity/wrong' })
    await assert.rejects(guess('victim-x', neighbour), { code: 'identity/wait' })
    await assert.rejects(enter('eli', { caller: neighbour }), { code: 'identity/wait' })
    assert.equal((await enter('eli')).is, 'in')
  })

  test('is forgotten after some time, and the table stays small', async () => {
    await assert.rejects(guess('someone'), { code: 'identity/wrong' })
    identity.later(25 * HOUR)
    await identity.tidy()
    const [row] = await identity.control.rows(sql<{ n: number }>`SELECT count(*)::int AS n FROM identity.attempt`)
    assert.equal(row?.n, 0)
  })

  test('is counted for whoever watches', async () => {
    const text = await identity.metrics.metrics()
    assert.match(text, /identity_tries_total\{factor="password",outcome="identity\/wrong"\} [1-9]/)
    assert.match(text, /identity_tries_total\{factor="password",outcome="right"\} [1-9]/)
    assert.match(text, /omnicare_sign_in_failures_total\{reason="credentials"\} [1-9]/)
    assert.match(text, /omnicare_sign_in_failures_total\{reason="throttled"\} [1-9]/)
    assert.match(text, /omnicare_sign_in_failures_total\{reason="unavailable"\} 0/)
  })
})

describe('the first administrator', () => {
  test('is made once, however many start at the same moment, and must change the password and set up a factor', async (t) => {
    const fresh = await startIdentity(t)
    const made = await Promise.all(Array.from({ length: 5 }, () => fresh.first.administrator()))
    const [account, ...others] = made.filter((one) => one !== undefined)
    assert.ok(account)
    assert.deepEqual(others, [])
    const { userName, password } = account
    const begun = await fresh.signIn.withPassword(callerOf(), { userName, password, place: 'operations' })
    assert.equal(begun.is, 'change-password')
    const ticket = ticketOf(begun)
    await assert.rejects(fresh.signIn.beginTotp(callerOf(), ticket), { code: 'identity/other-step' })
    await assert.rejects(fresh.signIn.changePassword(callerOf(), ticket, password), { code: 'identity/weak-password' })
    const changed = await fresh.signIn.changePassword(callerOf(), ticket, PASSWORD)
    assert.partialDeepStrictEqual(changed, { is: 'enrol', maySkip: false })
    await assert.rejects(fresh.signIn.skipEnrolment(callerOf(), ticket), { code: 'identity/other-step' })
    const { secret, address } = await fresh.signIn.beginTotp(callerOf(), ticket)
    assert.match(address, /^otpauth:\/\/totp\/OmniCare:admin\?/)
    const enrolled = await fresh.signIn.confirmTotp(callerOf(), ticket, codeOf(secret, fresh.nowMs()))
    assert.equal(enrolled.recoveryCodes.length, 10)
    assert.equal(enrolled.progress.is, 'in')
    await assert.rejects(fresh.signIn.withPassword(callerOf(), { userName, password, place: 'operations' }), {
      code: 'identity/wrong',
    })
    assert.equal(await fresh.first.administrator(), undefined)
    assert.deepEqual(
      (await fresh.recorded()).map(({ action, reason, outcome = 'success' }) => `${action}: ${reason}: ${outcome}`),
      [
        'account: first administrator: success',
        'sign-in: new password asked for: success',
        'credential: password changed: refused',
        'credential: second factor to be set up: success',
        'second-factor: put off: refused',
        'credential: signed in: success',
        'sign-in: undefined: refused',
      ],
    )
  })

  test('of a practice hospital may put the factor off, and each role has an account', async (t) => {
    const rules = {
      enrolmentMaySkip: true,
      idleMinutes: 30,
      longestHours: 12,
      invitationHours: 72,
      resetMinutes: 60,
      passwordLeast: 12,
    }
    const practice = await startIdentity(t, { rules })
    const accounts = await practice.first.practice()
    assert.equal(accounts.length, 11)
    assert.deepEqual(await practice.first.practice(), [])
    for (const { userName, password } of accounts.slice(0, 3)) {
      const place = userName === 'practice-nurse' ? 'operations' : 'hospital'
      const begun = await practice.signIn.withPassword(callerOf(), { userName, password, place })
      if (place === 'hospital') assert.equal(begun.is, 'in')
      else assert.equal((await practice.signIn.skipEnrolment(callerOf(), ticketOf(begun))).is, 'in')
    }
  })
})

describe('a code of an app', () => {
  test('counts once: of ten sign-ins that send the same, one gets in', async () => {
    const { secret } = await withApp('fee')
    identity.later(MINUTE)
    const code = codeOf(secret, identity.nowMs())
    const tickets = []
    for (let n = 0; n < 5; n++) tickets.push(await half('fee'))
    const tried = await Promise.allSettled(tickets.map((ticket) => identity.signIn.withCode(callerOf(), ticket, code)))
    assert.equal(fulfilled(tried), 1)
    assert.deepEqual(new Set(codesOf(tried)), new Set(['identity/wrong-code']))
  })

  test('may be one step early or late, and none further; an older one than the last is refused', async () => {
    const { secret } = await withApp('gus')
    identity.later(10 * MINUTE)
    const at = (steps: number) => codeOf(secret, identity.nowMs() + steps * 30_000)
    for (const steps of [-2, 2])
      await assert.rejects(identity.signIn.withCode(callerOf(), await half('gus'), at(steps)), {
        code: 'identity/wrong-code',
      })
    for (const steps of [-1, 0, 1])
      assert.equal((await identity.signIn.withCode(callerOf(), await half('gus'), at(steps))).is, 'in')
    await assert.rejects(identity.signIn.withCode(callerOf(), await half('gus'), at(0)), {
      code: 'identity/wrong-code',
    })
  })

  test('that is no code is a wrong one, and after some the next waits', async () => {
    await withApp('hew')
    const ticket = await half('hew')
    for (const code of ['', '12345', '1234567', 'abcdef', '０１２３４５', '000000'])
      await assert.rejects(identity.signIn.withCode(callerOf(), ticket, code), { code: 'identity/wrong-code' })
    await assert.rejects(identity.signIn.withCode(callerOf(), ticket, '000000'), { code: 'identity/wait' })
  })

  test('is asked of whoever has an app, also at the hospital, before anything else opens', async () => {
    await withApp('ina')
    const begun = await enter('ina')
    assert.partialDeepStrictEqual(begun, { is: 'second-factor', by: ['totp', 'recovery-code'] })
    const ticket = ticketOf(begun)
    assert.equal(await identity.sessions.check(ticket, 'hospital'), undefined)
    await assert.rejects(identity.signIn.changePassword(callerOf(), ticket, OTHER_PASSWORD), {
      code: 'identity/other-step',
    })
    await assert.rejects(identity.signIn.beginTotp(callerOf(), ticket), { code: 'identity/other-step' })
    identity.later(16 * MINUTE)
    await assert.rejects(identity.signIn.withCode(callerOf(), ticket, '000000'), { code: 'identity/no-ticket' })
  })

  test('is kept sealed by a key that is not in the database, and sealed anew when the key changes', async () => {
    const { secret } = await withApp('jan')
    const rows = () =>
      identity.control.rows(
        sql<{ key: string; sealed: string }>`SELECT key, encode(secret, 'escape') AS sealed FROM identity.totp`,
      )
    for (const { sealed } of await rows()) assert.ok(!sealed.includes(secret))
    const [was, is] = [Buffer.alloc(32, 7), Buffer.alloc(32, 8)]
    await assert.rejects(identity.again({ seal: openSeal(is) }), { code: 'identity/other-identity-key' })
    const changed = await identity.again({ seal: openSeal(is, [was]) })
    assert.equal(new Set((await rows()).map(({ key }) => key)).size, 1)
    identity.later(MINUTE)
    const code = codeOf(secret, identity.nowMs())
    assert.equal((await changed.signIn.withCode(callerOf(), await half('jan'), code)).is, 'in')
    await identity.again({ seal: openSeal(was, [is]) })
  })
})

describe('a recovery code', () => {
  test('counts once, however it is typed: of ten who send it at once, one gets in', async () => {
    const { recoveryCodes } = await withApp('kai')
    const [first = '', second = ''] = recoveryCodes
    const tickets = []
    for (let n = 0; n < 5; n++) tickets.push(await half('kai'))
    const typed = first.toUpperCase().replaceAll('-', ' ')
    const tried = await Promise.allSettled(
      tickets.map((ticket) => identity.signIn.withRecoveryCode(callerOf(), ticket, typed)),
    )
    assert.equal(fulfilled(tried), 1)
    const [in1] = tried.filter((one) => one.status === 'fulfilled')
    assert.ok(in1?.value.is === 'in' && in1.value.person.recoveryCodes === 9)
    assert.equal((await identity.signIn.withRecoveryCode(callerOf(), await half('kai'), second)).is, 'in')
  })

  test('is of no use to anybody else', async () => {
    const { recoveryCodes } = await withApp('liv')
    await withApp('max')
    await assert.rejects(identity.signIn.withRecoveryCode(callerOf(), await half('max'), recoveryCodes[0] as string), {
      code: 'identity/wrong-code',
    })
  })
})

describe('a sign-in', () => {
  test('that two finish at once becomes one session', async () => {
    const { secret, recoveryCodes } = await withApp('ned')
    identity.later(MINUTE)
    const ticket = await half('ned')
    const before = (await identity.sessions.list({ person: (await identity.people.find('ned')).id })).length
    const finished = await Promise.allSettled([
      identity.signIn.withCode(callerOf(), ticket, codeOf(secret, identity.nowMs())),
      identity.signIn.withRecoveryCode(callerOf(), ticket, recoveryCodes[0] as string),
    ])
    assert.equal(fulfilled(finished), 1)
    assert.deepEqual(codesOf(finished), ['identity/no-ticket'])
    const person = (await identity.people.find('ned')).id
    assert.equal((await identity.sessions.list({ person })).length, before + 1)
  })

  test('that was begun ends with the account', async () => {
    const { secret } = await withApp('ola')
    identity.later(MINUTE)
    const ticket = await half('ola')
    await identity.people.suspend(ADMINISTRATOR, (await identity.people.find('ola')).id)
    await assert.rejects(identity.signIn.withCode(callerOf(), ticket, codeOf(secret, identity.nowMs())), {
      code: 'identity/no-ticket',
    })
  })

  test('hashes the password anew when the cost of a hash has changed', async () => {
    await identity.person('pia')
    const stored = async () => {
      const [row] = await identity.control.rows(
        sql<{ password: string }>`SELECT password FROM identity.person WHERE user_key = 'pia'`,
      )
      return row?.password
    }
    const dearer = await identity.again({ cost: { ...CHEAP, passes: 2 } })
    assert.match(String(await stored()), /t=1/)
    const credentials = { userName: 'pia', password: PASSWORD, place: 'hospital' } as const
    assert.equal((await dearer.signIn.withPassword(callerOf(), credentials)).is, 'in')
    assert.match(String(await stored()), /t=2/)
    assert.equal((await dearer.signIn.withPassword(callerOf(), credentials)).is, 'in')
  })
})
