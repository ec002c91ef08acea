/** Keys of machines. */
import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { describe, test } from 'node:test'
import { sql } from '#foundation/sql.ts'
import { ADMINISTRATOR, callerOf, HOUR, startIdentity } from '../support/identity.ts'
import { ofSuite } from '../support/suite.ts'

const identity = await startIdentity(ofSuite())

const DAY = 24 * HOUR
const SCOPES = ['system/Observation.rs', 'system/DiagnosticReport.cud']
const make = (more: { days?: number; owner?: string } = {}) =>
  identity.keys.make(ADMINISTRATOR, { name: 'Analyser', scopes: SCOPES, ...more })
const unknown = { code: 'identity/no-api-key' }

describe('an API key', () => {
  test('is shown once, opens what it was made for, and says when it was used', async () => {
    const { id } = await identity.person('ann')
    const { key, made } = await make({ owner: id })
    assert.match(key, /^omc_[0-9a-z]{10}_[\w-]{43}$/)
    assert.ok(key.startsWith(made.prefix))
    assert.partialDeepStrictEqual(made, {
      name: 'Analyser',
      scopes: SCOPES,
      owner: { userName: 'ann', state: 'active' },
    })
    assert.deepEqual((await identity.keys.check(callerOf(), key)).scopes, SCOPES)
    const [listed] = await identity.keys.list()
    assert.ok(listed?.used)
    const [row] = await identity.control.rows(
      sql<{ n: number }>`SELECT count(*)::int AS n FROM identity.api_key k WHERE k::text LIKE ${`%${key.slice(-43)}%`}`,
    )
    assert.equal(row?.n, 0)
  })

  test('that is wrong, altered or nonsense is refused, and recorded', async () => {
    const { key, made } = await make()
    const caller = callerOf()
    const last = key.endsWith('A') ? 'B' : 'A'
    for (const wrong of ['', 'omc_', '\u0000', `${key.slice(0, -1)}${last}`, `${key} `, key.replace('omc', 'sk')])
      await assert.rejects(identity.keys.check(caller, wrong), unknown)
    const recorded = await identity.recorded(caller.request)
    assert.equal(recorded.length, 6)
    for (const one of recorded)
      assert.partialDeepStrictEqual(one, { action: 'api-key', outcome: 'refused', status: 401 })
    assert.deepEqual(recorded[3]?.resources, [`api-key/${made.id}`])
  })

  test('ends when it is ended, once, and those who verify by themselves are told', async () => {
    const { key, made } = await make()
    await identity.keys.end(ADMINISTRATOR, made.id)
    await assert.rejects(identity.keys.check(callerOf(), key), unknown)
    const again = { code: 'identity/no-such-key' }
    for (const id of [made.id, 'no id']) await assert.rejects(identity.keys.end(ADMINISTRATOR, id), again)
    assert.ok((await identity.sessions.ended(60)).some(({ kind, id }) => kind === 'api-key' && id === made.id))
  })

  test('ends after a year, and is counted for thirty days before', async (t) => {
    const fresh = await startIdentity(t)
    const { key } = await fresh.keys.make(ADMINISTRATOR, { name: 'Analyser', scopes: SCOPES })
    const expiring = async () => {
      await fresh.tidy()
      return /identity_api_keys_expiring (\d+)/.exec(await fresh.metrics.metrics())?.[1]
    }
    const active = async (kind: string) =>
      new RegExp(`^omnicare_active_tokens\\{kind="${kind}"\\} (\\d+)$`, 'm').exec(await fresh.metrics.metrics())?.[1]
    assert.equal(await expiring(), '0')
    assert.deepEqual([await active('api-key'), await active('refresh')], ['1', '0'])
    fresh.later(336 * DAY)
    assert.equal(await expiring(), '1')
    assert.deepEqual(
      (await fresh.keys.expiring()).map(({ name }) => name),
      ['Analyser'],
    )
    fresh.later(29 * DAY - 1)
    await fresh.keys.check(callerOf(), key)
    fresh.later(1)
    await assert.rejects(fresh.keys.check(callerOf(), key), unknown)
    assert.equal(await expiring(), '0')
  })

  test('is not made without a name, scopes that mean something, an owner that is there, or for longer', async () => {
    const good = { name: 'Analyser', scopes: SCOPES }
    for (const bad of [
      { ...good, name: ' ' },
      { ...good, scopes: [] },
      { ...good, scopes: ['everything'] },
      { ...good, scopes: ['patient/Observation.rs'] },
      { ...good, days: 0 },
      { ...good, days: 366 },
      { ...good, owner: 'ann' },
    ])
      await assert.rejects(identity.keys.make(ADMINISTRATOR, bad), { code: 'identity/bad-key' })
    const owner = '018f0000-0000-7000-8000-000000000000'
    await assert.rejects(identity.keys.make(ADMINISTRATOR, { ...good, owner }), { code: 'identity/no-person' })
  })

  test('stops with whoever answers for it, and goes on when they come back or somebody else takes it over', async () => {
    const { id: bob } = await identity.person('bob')
    const { id: cara } = await identity.person('cara')
    const { key, made } = await make({ owner: bob })
    const others = new Set(await identity.keys.marks())
    others.delete(hash('sha256', key, 'base64').slice(0, 12))
    const counts = async () => (await identity.keys.marks()).length > others.size
    assert.equal(await counts(), true)
    await identity.people.suspend(ADMINISTRATOR, bob)
    await assert.rejects(identity.keys.check(callerOf(), key), unknown)
    assert.equal(await counts(), false)
    assert.ok((await identity.keys.list()).some((one) => one.id === made.id && one.owner?.state === 'suspended'))
    await identity.people.reinstate(ADMINISTRATOR, bob)
    await identity.keys.check(callerOf(), key)
    await identity.people.end(ADMINISTRATOR, bob)
    await assert.rejects(identity.keys.check(callerOf(), key), unknown)
    const given = await identity.keys.give({ ...ADMINISTRATOR, request: 'given' }, made.id, cara)
    assert.deepEqual(given.owner, { userName: 'cara', state: 'active' })
    assert.equal((await identity.keys.check(callerOf(), key)).owner?.userName, 'cara')
    assert.equal(await counts(), true)
    const [entry] = await identity.recorded('given')
    assert.deepEqual(entry?.resources, [`api-key/${made.id}`, `person/${cara}`])
  })

  test('is given to nobody who has left, and is nobody else’s than who made it', async () => {
    const { id: dan } = await identity.person('dan')
    const { id: eve } = await identity.person('eve')
    const maker = { ...ADMINISTRATOR, actor: { kind: 'person', id: dan } } as const
    const { made } = await identity.keys.make(maker, { name: 'Analyser', scopes: SCOPES })
    assert.equal(made.owner?.userName, 'dan')
    await identity.people.suspend(ADMINISTRATOR, eve)
    const bad = { code: 'identity/bad-key' }
    await assert.rejects(identity.keys.give(maker, made.id, eve), bad)
    await assert.rejects(make({ owner: eve }), bad)
    await assert.rejects(identity.keys.give(maker, eve, dan), { code: 'identity/no-such-key' })
    await identity.keys.end(ADMINISTRATOR, made.id)
    await assert.rejects(identity.keys.give(maker, made.id, dan), { code: 'identity/no-such-key' })
  })
})
