import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { OWASP_COST, openHasher } from './hasher.ts'

const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1] as number

const CHEAP = { memoryKiB: 64, passes: 1, lanes: 1 }

describe('the hash of a password', () => {
  test('is Argon2id at the cost that OWASP asks for', async () => {
    const hasher = openHasher()
    const stored = await hasher.hash('correct horse battery staple')
    assert.match(stored, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    assert.deepEqual(await hasher.check(stored, 'correct horse battery staple'), { right: true, outdated: false })
    assert.equal((await hasher.check(stored, 'correct horse battery stapler')).right, false)
  })

  test('is the same for what looks the same', async () => {
    const hasher = openHasher(CHEAP)
    const stored = await hasher.hash('Ångström \u{2460} café au lait')
    assert.equal((await hasher.check(stored, 'A\u030Angstro\u0308m 1 cafe\u0301 au lait')).right, true)
  })

  test('is outdated once the cost has changed', async () => {
    const stored = await openHasher(CHEAP).hash('correct horse battery staple')
    const found = await openHasher({ ...CHEAP, passes: 2 }).check(stored, 'correct horse battery staple')
    assert.deepEqual(found, { right: true, outdated: true })
  })

  test('takes as long to check for somebody without an account', async () => {
    const hasher = openHasher(OWASP_COST)
    const stored = await hasher.hash('correct horse battery staple')
    const took: Record<'known' | 'unknown', number[]> = { known: [], unknown: [] }
    for (let round = 0; round < 40; round++)
      for (const who of ['known', 'unknown'] as const) {
        const began = performance.now()
        const { right } = await hasher.check(who === 'known' ? stored : undefined, 'a wrong password')
        took[who].push(performance.now() - began)
        assert.equal(right, false)
      }
    const ratio = median(took.known) / median(took.unknown)
    assert.ok(ratio > 0.7 && ratio < 1.4, `known takes ${ratio.toFixed(2)} times what unknown does`)
  })

  test('is refused rather than waited for when too many wait', async () => {
    const hasher = openHasher(CHEAP)
    const tries = await Promise.allSettled(Array.from({ length: 300 }, () => hasher.check(undefined, 'x')))
    const refused = tries.filter((one) => one.status === 'rejected')
    assert.ok(refused.length > 0 && refused.length < 300)
    for (const { reason } of refused) assert.equal(reason.code, 'identity/crowded')
    assert.equal((await hasher.check(undefined, 'x')).right, false)
  })
})
