import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { ADMINISTRATOR, callerOf, startIdentity } from '../support/identity.ts'
import { ofSuite } from '../support/suite.ts'

const RULES = { scopes: ['openid'], linkByEmail: false, secondByAmr: [], secondByAcr: [] }

const identity = await startIdentity(ofSuite())

describe('what an administrator does that leads to more than their own rights', { timeout: 60_000 }, () => {
  before(async () => {
    await identity.person('olga', { roles: ['security-officer'], email: 'olga@example.org' })
    await identity.person('otto', { roles: ['security-officer', 'administrator'], email: 'otto@example.org' })
    await identity.person('ada', { roles: ['administrator'], email: 'ada@example.org' })
    await identity.person('nora', { roles: ['nurse'], email: 'nora@example.org' })
  })
  const named = async (userName: string) => (await identity.people.find(userName)).id
  /** The kinds of what security officers were written to about since, and to whom. */
  const toldBy = async (work: () => Promise<unknown>) => {
    const from = identity.mails.length
    await work()
    const letters = identity.mails.slice(from).filter(({ kind }) => kind === 'oversight')
    return letters.map(({ to, text }) => ({ to: to.address, text }))
  }

  test('is told to security officers, and marked in the trail, with whom it was done to and by whom', async () => {
    const { people, keys, providers } = identity
    const who = {
      ...ADMINISTRATOR,
      request: 'overseen',
      actor: { kind: 'person', id: await named('ada'), name: 'ada' },
    } as const
    const nora = await named('nora')
    let provider = ''
    let key = ''
    const deeds: readonly (readonly [string, RegExp, () => Promise<unknown>])[] = [
      [
        'key-made',
        /analyser/,
        async () => {
          key = (await keys.make(who, { name: 'analyser', scopes: ['system/Observation.rs'] })).made.id
        },
      ],
      ['key-given', /analyser/, () => keys.give(who, key, nora)],
      ['reset-link-made', /nora/, () => people.reset(who, nora)],
      ['factors-removed', /nora/, () => people.removeFactors(who, nora)],
      ['address-changed', /nora/, () => people.change(who, nora, { email: 'other@example.org' })],
      ['roles-given', /nora/, () => people.setRoles(who, nora, ['administrator'])],
      [
        'provider-added',
        /https:\/\/login\.example\.org/,
        async () => {
          const given = { name: 'House', issuer: 'https://login.example.org', clientId: 'omnicare', rules: RULES }
          provider = (await providers.add(who, given)).id
        },
      ],
      ['identity-linked', /nora/, () => providers.link(who, provider, nora, 'sub-of-nora')],
    ]
    for (const [what, whom, work] of deeds) {
      const letters = await toldBy(work)
      assert.deepEqual(
        letters.map(({ to }) => to),
        ['olga@example.org', 'otto@example.org'],
        what,
      )
      assert.match(String(letters[0]?.text), whom, what)
      assert.match(String(letters[0]?.text), /By: ada\./, what)
    }
    const marked = (await identity.recorded('overseen')).filter(({ action }) => action === 'oversight')
    assert.deepEqual(
      marked.map(({ reason }) => reason),
      deeds.map(([what]) => `${what}: 2 were written to`),
    )
  })

  test('is not told to whoever did it, nor of what gives no more rights', async () => {
    const otto = { ...callerOf(), actor: { kind: 'person', id: await named('otto'), name: 'otto' } } as const
    const nora = await named('nora')
    const letters = await toldBy(() => identity.people.reset(otto, nora))
    assert.deepEqual(
      letters.map(({ to }) => to),
      ['olga@example.org'],
    )
    assert.deepEqual(await toldBy(() => identity.people.setRoles(otto, nora, ['nurse'])), [])
    assert.deepEqual(await toldBy(() => identity.people.change(otto, nora, { displayName: 'Nora' })), [])
  })

  test('does not come about when it can not be told', async () => {
    const nora = await named('nora')
    const silent = await identity.again({
      mail: { zone: 'UTC', put: async () => Promise.reject(new Error('no outbox')), failed: () => undefined },
    })
    await assert.rejects(silent.keys.make(ADMINISTRATOR, { name: 'unseen', scopes: ['system/*.rs'] }))
    await assert.rejects(silent.people.reset(ADMINISTRATOR, nora))
    assert.equal(
      (await identity.keys.list()).some(({ name }) => name === 'unseen'),
      false,
    )
  })

  test('is told to other administrators where nobody is a security officer', async () => {
    for (const officer of ['olga', 'otto']) await identity.people.suspend(ADMINISTRATOR, await named(officer))
    const letters = await toldBy(() => identity.keys.make(ADMINISTRATOR, { name: 'third', scopes: ['system/*.rs'] }))
    assert.deepEqual(
      letters.map(({ to }) => to),
      ['ada@example.org'],
    )
  })
})
