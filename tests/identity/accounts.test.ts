/** Accounts: their beginning, their links, their end. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { sql } from '#foundation/sql.ts'
import {
  ADMINISTRATOR,
  callerOf,
  codesOf,
  fulfilled,
  HOUR,
  MINUTE,
  OTHER_PASSWORD,
  PASSWORD,
  startIdentity,
} from '../support/identity.ts'
import { until } from '../support/running.ts'
import { ofSuite } from '../support/suite.ts'

const identity = await startIdentity(ofSuite())
const mailTo = (address: string) => until(`mail to ${address}`, () => identity.mailedTo(address) !== undefined)

const invite = (userName: string, more: { roles?: string[]; fhir?: string; email?: string } = {}) =>
  identity.people.invite(ADMINISTRATOR, { userName, displayName: 'Ada Lovelace', roles: ['nurse'], ...more })
const enter = (userName: string, password = PASSWORD) =>
  identity.signIn.withPassword(callerOf(), { userName, password, place: 'hospital' })

describe('an invitation', () => {
  test('makes an account that is entered by its link, and by nothing before', async () => {
    const { person, link } = await invite('ada', { fhir: 'Practitioner/7', email: 'ada@example.org' })
    assert.equal(person.state, 'invited')
    await assert.rejects(enter('ada'), { code: 'identity/wrong' })
    const { purpose } = await identity.invitations.look(link.secret)
    assert.equal(purpose, 'invitation')
    const active = await identity.invitations.use(callerOf(), link.secret, PASSWORD)
    assert.partialDeepStrictEqual(active, { id: person.id, state: 'active', fhir: 'Practitioner/7', roles: ['nurse'] })
    assert.equal((await enter('ADA')).is, 'in')
  })

  test('is good once: of ten who use it at once, one wins', async () => {
    const { link } = await invite('bea')
    const used = await Promise.allSettled(
      Array.from({ length: 10 }, (_, n) => identity.invitations.use(callerOf(), link.secret, `${PASSWORD} ${n}`)),
    )
    assert.equal(fulfilled(used), 1)
    assert.deepEqual(new Set(codesOf(used)), new Set(['identity/no-link']))
    const winner = used.findIndex(({ status }) => status === 'fulfilled')
    assert.equal((await enter('bea', `${PASSWORD} ${winner}`)).is, 'in')
  })

  test('ends by its time, or when another takes its place', async () => {
    const { person, link } = await invite('cy')
    const second = await identity.people.inviteAgain(ADMINISTRATOR, person.id)
    await assert.rejects(identity.invitations.use(callerOf(), link.secret, PASSWORD), { code: 'identity/no-link' })
    identity.later(73 * HOUR)
    await assert.rejects(identity.invitations.look(second.secret), { code: 'identity/no-link' })
  })

  test('stays good when the password is refused, which says why', async () => {
    const { link } = await invite('dora')
    for (const [password, why] of [
      ['too short', /at least 12/],
      ['dora the explorer', /user name/],
      ['administrator', /many people/],
    ] as const)
      await assert.rejects(identity.invitations.use(callerOf(), link.secret, password), { message: why })
    assert.equal((await identity.invitations.use(callerOf(), link.secret, PASSWORD)).state, 'active')
  })

  test('is refused for a name that looks like one that is taken', async () => {
    await invite('Émile')
    for (const name of ['émile', 'E\u0301MILE', ' ÉMILE '])
      await assert.rejects(invite(name), { code: 'identity/name-taken' })
  })

  test('is refused for what is no name, address, role or link', async () => {
    for (const [name, more] of [
      ['', {}],
      ['two words', {}],
      ['x'.repeat(65), {}],
      ['018F0000-0000-7000-8000-000000000000', {}],
      ['eve', { roles: [] }],
      ['eve', { roles: ['god'] }],
      ['eve', { email: 'nowhere' }],
      ['eve', { fhir: 'Observation/7' }],
    ] as const)
      await assert.rejects(
        invite(name, more as object),
        { code: 'identity/bad-account' },
        `${name} ${JSON.stringify(more)}`,
      )
  })

  test('keeps no secret in the tables', async () => {
    const { link } = await invite('fay')
    const [row] = await identity.control.rows(
      sql<{
        n: number
      }>`SELECT count(*)::int AS n FROM identity.link WHERE encode(hash, 'escape') LIKE ${`%${link.secret}%`}`,
    )
    assert.equal(row?.n, 0)
  })
})

describe('a forgotten password', () => {
  test('is replaced by a mailed link, which ends all sessions', async () => {
    await identity.person('gil', { email: 'gil@example.org' })
    const begun = await enter('gil')
    assert.ok(begun.is === 'in')
    await identity.invitations.forgot(callerOf(), 'Gil')
    await mailTo('gil@example.org')
    const secret = identity.mailedTo('gil@example.org') as string
    await identity.invitations.use(callerOf(), secret, OTHER_PASSWORD)
    assert.equal(await identity.sessions.check(begun.session.secret, 'hospital'), undefined)
    await assert.rejects(enter('gil'), { code: 'identity/wrong' })
    assert.equal((await enter('gil', OTHER_PASSWORD)).is, 'in')
    await assert.rejects(identity.invitations.use(callerOf(), secret, PASSWORD), { code: 'identity/no-link' })
  })

  test('is answered alike for everybody, and mails no more than three links at a time', async () => {
    await identity.person('hal', { email: 'hal@example.org' })
    const links = () => identity.mails.filter(({ kind, to }) => kind === 'reset' && to.address === 'hal@example.org')
    for (let asked = 0; asked < 6; asked++) await identity.invitations.forgot(callerOf(), 'hal')
    await until('three links are mailed', () => links().length === 3)
    assert.equal(await identity.invitations.forgot(callerOf(), 'nobody at all'), undefined)
    await identity.person('ida', { email: 'ida@example.org' })
    await identity.invitations.forgot(callerOf(), 'ida')
    await mailTo('ida@example.org')
    assert.equal(links().length, 3)
  })

  test('is asked for a few times in a row, by user name and network, whoever has the name', async () => {
    await identity.person('ike', { email: 'ike@example.org' })
    for (const name of ['ike', 'nobody-of-that-name']) {
      const caller = callerOf()
      for (let asked = 0; asked < 4; asked++) await identity.invitations.forgot(caller, name)
      await assert.rejects(identity.invitations.forgot(caller, name), { code: 'identity/wait' })
      const told = (await identity.recorded(caller.request)).map(({ outcome, code, reason }) => [outcome, code, reason])
      assert.deepEqual(told.at(-1), ['refused', 'identity/wait', 'reset link asked for'])
      // Elsewhere nobody is held up by it.
      await identity.invitations.forgot(callerOf(), name)
    }
  })

  test('is replaced by a link that an administrator makes, within the hour', async () => {
    const { id } = await identity.person('jo')
    const link = await identity.people.reset(ADMINISTRATOR, id)
    identity.later(61 * MINUTE)
    await assert.rejects(identity.invitations.use(callerOf(), link.secret, OTHER_PASSWORD), {
      code: 'identity/no-link',
    })
    const second = await identity.people.reset(ADMINISTRATOR, id)
    await identity.invitations.use(callerOf(), second.secret, OTHER_PASSWORD)
    assert.equal((await enter('jo', OTHER_PASSWORD)).is, 'in')
  })
})

describe('an account', () => {
  test('that is suspended lets nobody in and ends what was begun, until it is reinstated', async () => {
    const { id } = await identity.person('kim')
    const begun = await enter('kim')
    assert.ok(begun.is === 'in')
    await identity.people.suspend(ADMINISTRATOR, id)
    assert.equal(await identity.sessions.check(begun.session.secret, 'hospital'), undefined)
    await assert.rejects(enter('kim'), { code: 'identity/wrong' })
    await assert.rejects(identity.people.suspend(ADMINISTRATOR, id), { code: 'identity/other-state' })
    await identity.people.reinstate(ADMINISTRATOR, id)
    assert.equal((await enter('kim')).is, 'in')
    assert.equal(await identity.sessions.check(begun.session.secret, 'hospital'), undefined)
  })

  test('that has ended stays ended, keeps its name, and nothing by which anybody could sign in', async () => {
    const { id } = await identity.person('lee')
    const { state } = await identity.people.end(ADMINISTRATOR, id)
    assert.equal(state, 'ended')
    const { suspend, reinstate, reset, inviteAgain } = identity.people
    for (const change of [suspend, reinstate, reset, inviteAgain])
      await assert.rejects(change(ADMINISTRATOR, id), { code: 'identity/other-state' })
    await assert.rejects(invite('lee'), { code: 'identity/name-taken' })
    const [row] = await identity.control.rows(
      sql<{ password: string | null }>`SELECT password FROM identity.person WHERE id = ${id}`,
    )
    assert.equal(row?.password, null)
  })

  test('gets other roles, and everything that was begun with the former ends', async () => {
    const { id } = await identity.person('mia')
    const begun = await enter('mia')
    assert.ok(begun.is === 'in')
    const { roles } = await identity.people.setRoles(ADMINISTRATOR, id, ['operator', 'physician', 'operator'])
    assert.deepEqual(roles, ['physician', 'operator'])
    assert.equal(await identity.sessions.check(begun.session.secret, 'hospital'), undefined)
    await assert.rejects(identity.people.setRoles(ADMINISTRATOR, id, ['god']), { code: 'identity/bad-account' })
    const self = { ...ADMINISTRATOR, actor: { kind: 'person', id } } as const
    for (const own of [
      () => identity.people.setRoles(self, id, ['administrator']),
      () => identity.people.change(self, id, { fhir: 'Practitioner/another' }),
    ])
      await assert.rejects(own, { code: 'identity/own-rights' })
  })

  test('that nobody has is told so, by whatever it is named', async () => {
    for (const id of ['018f0000-0000-7000-8000-000000000000', 'nobody', "'; DROP TABLE", '\u0000'])
      await assert.rejects(identity.people.suspend(ADMINISTRATOR, id), { code: 'identity/no-person' })
  })

  test('is listed by state and role, page by page', async () => {
    const all = await identity.people.list({ most: 1000 })
    const paged = []
    for (let after: string | undefined; ; after = paged.at(-1)?.userName) {
      const page = await identity.people.list({ most: 3, ...(after !== undefined && { after }) })
      if (page.length === 0) break
      paged.push(...page)
    }
    assert.deepEqual(paged, all)
    const ended = await identity.people.list({ state: 'ended' })
    assert.deepEqual(
      ended.map(({ userName }) => userName),
      ['lee'],
    )
    assert.ok((await identity.people.list({ role: 'operator' })).some(({ userName }) => userName === 'mia'))
  })

  test('of the last administrator is neither suspended nor ended nor given other roles', async () => {
    const one = await identity.person('nan', { roles: ['administrator'] })
    const { suspend, end, setRoles } = identity.people
    const last = { code: 'identity/last-administrator' }
    await assert.rejects(suspend(ADMINISTRATOR, one.id), last)
    await assert.rejects(end(ADMINISTRATOR, one.id), last)
    await assert.rejects(setRoles(ADMINISTRATOR, one.id, ['nurse']), last)
    const two = await identity.person('oz', { roles: ['administrator'] })
    const both = await Promise.allSettled([suspend(ADMINISTRATOR, one.id), suspend(ADMINISTRATOR, two.id)])
    assert.equal(fulfilled(both), 1)
    assert.deepEqual(codesOf(both), ['identity/last-administrator'])
  })

  test('is never removed, not even by who opens the tables for operations', async () => {
    await assert.rejects(identity.control.rows(sql`DELETE FROM identity.person`), { code: '42501' })
  })
})

describe('every change', () => {
  test('is recorded with who did it to whom, and so is every refusal', async () => {
    const caller = { ...ADMINISTRATOR, request: 'pat' }
    const { person } = await identity.people.invite(caller, { userName: 'pat', displayName: 'Pat', roles: ['billing'] })
    await identity.people.change(caller, person.id, { displayName: 'Patricia', email: 'pat@example.org' })
    await assert.rejects(identity.people.reinstate(caller, person.id))
    await assert.rejects(identity.people.invite(caller, { userName: 'pat', displayName: 'Pat', roles: ['billing'] }))
    const recorded = await identity.recorded('pat')
    assert.deepEqual(
      recorded.map(({ action, reason, outcome, status, code }) => [action, reason, outcome, status, code]),
      [
        ['account', 'invited: billing', undefined, 200, undefined],
        ['oversight', 'address-changed: nobody was written to', undefined, 200, undefined],
        ['account', 'changed: displayName email', undefined, 200, undefined],
        ['account', 'reinstated', 'refused', 409, 'identity/other-state'],
        ['account', 'invited: billing', 'refused', 409, 'identity/name-taken'],
      ],
    )
    for (const { resources } of recorded.slice(1, 3)) assert.deepEqual(resources, [`person/${person.id}`])
  })
})
