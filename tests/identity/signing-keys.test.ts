/** Keys that sign access tokens, over the years: https://www.rfc-editor.org/rfc/rfc7517 */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { sql } from '#foundation/sql.ts'
import { openSeal, type Seal } from '#identity'
import { openSigningKeys, type SigningKeys } from '../../src/identity/oauth/keys.ts'
import { ADMINISTRATOR, HOUR, MINUTE, startIdentity, type TestIdentity } from '../support/identity.ts'

const DAY = 24 * HOUR
const FIRST = openSeal(Buffer.alloc(32, 1))

describe('the keys that sign access tokens', { timeout: 60_000 }, () => {
  let identity: TestIdentity
  const releases: (() => void | Promise<void>)[] = []
  before(async () => {
    identity = await startIdentity({ after: (end) => void releases.unshift(end) })
  })
  after(async () => {
    for (const end of releases) await end()
  })
  const open = (seal: Seal = FIRST): Promise<SigningKeys> => {
    const { control, record, nowMs } = identity
    return openSigningKeys({ control, record, nowMs, seal, days: 91 })
  }
  const kids = (keys: SigningKeys) => keys.current().public.map(({ kid }) => kid)
  const signs = (keys: SigningKeys) => keys.current().signing[0]?.kid

  test('are replaced each quarter: known before they sign, and counting until all they signed is over', async () => {
    const keys = await open()
    const first = signs(keys)
    identity.later(90 * DAY)
    await keys.care()
    assert.deepEqual(kids(keys), [first])
    identity.later(2 * DAY)
    await keys.care()
    assert.equal(kids(keys).length, 2)
    assert.equal(signs(keys), first)
    identity.later(11 * MINUTE)
    await keys.care()
    assert.notEqual(signs(keys), first)
    assert.ok(kids(keys).includes(first))
    identity.later(25 * HOUR)
    await keys.care()
    assert.ok(!kids(keys).includes(first))
    assert.equal(kids(keys).length, 1)
  })

  test('are the same after a start, and another process that opens them at the same time makes no other', async () => {
    const [one, two] = await Promise.all([open(), open()])
    assert.deepEqual(kids(one), kids(two))
  })

  test('are replaced at once when an administrator says so, and that is recorded', async () => {
    const keys = await open()
    const former = signs(keys)
    await keys.rotate({ ...ADMINISTRATOR, request: 'rotation' })
    assert.notEqual(signs(keys), former)
    assert.ok(kids(keys).includes(former))
    const [entry] = await identity.recorded('rotation')
    assert.equal(entry?.reason, 'signing key replaced')
  })

  test('are revoked one by one: another one signs at once where it has to, and no former one does again', async () => {
    const keys = await open()
    const former = signs(keys) as string
    await keys.rotate(ADMINISTRATOR)
    const stolen = signs(keys) as string
    await keys.revoke({ ...ADMINISTRATOR, request: 'revocation' }, stolen)
    assert.ok(!kids(keys).includes(stolen))
    assert.ok(kids(keys).includes(former))
    assert.notEqual(signs(keys), former)
    const [entry] = await identity.recorded('revocation')
    assert.partialDeepStrictEqual(entry, { reason: 'signing key revoked', resources: [`signing-key/${stolen}`] })
    const now = signs(keys)
    await keys.revoke(ADMINISTRATOR, former)
    assert.equal(signs(keys), now)
    assert.ok(!kids(keys).includes(former))
    for (const none of [stolen, 'none'])
      await assert.rejects(keys.revoke(ADMINISTRATOR, none), { code: 'identity/no-signing-key' })
  })

  test('are revoked with the one that was to follow, also while that does not sign yet', async () => {
    const keys = await open()
    identity.later(92 * DAY)
    await keys.care()
    const [signing, next] = kids(keys) as [string, string]
    await keys.revoke(ADMINISTRATOR, signing)
    assert.ok(!kids(keys).includes(signing) && !kids(keys).includes(next))
    const fresh = signs(keys)
    identity.later(11 * MINUTE)
    await keys.care()
    assert.equal(signs(keys), fresh)
  })

  test('tell nobody their private halves: not who verifies, and not who reads the table', async () => {
    const keys = await open()
    assert.ok(keys.current().public.every((jwk) => !('d' in jwk)))
    const { d } = keys.current().signing[0] as { d?: string }
    assert.ok(d !== undefined)
    const rows = await identity.control.rows(sql<{ all: string }>`SELECT k::text AS all FROM identity.signing_key k`)
    for (const { all } of rows) assert.ok(!all.includes(d) && !all.includes(Buffer.from(d).toString('hex')))
  })

  test('are sealed anew when the identity key was changed, and can not be opened without it', async () => {
    const other = Buffer.alloc(32, 2)
    await assert.rejects(open(openSeal(other)), { code: 'identity/other-identity-key' })
    const former = kids(await open())
    assert.deepEqual(kids(await open(openSeal(other, [Buffer.alloc(32, 1)]))), former)
    assert.deepEqual(kids(await open(openSeal(other))), former)
  })
})
