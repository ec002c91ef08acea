import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Registry } from 'prom-client'
import { isOfToken, openFailures } from './failures.ts'
import { identityFaults } from './faults.ts'

const told = async (...codes: readonly string[]): Promise<Record<string, number>> => {
  const metrics = new Registry()
  const failed = openFailures(metrics)
  for (const code of codes) failed(code)
  const lines = [...(await metrics.metrics()).matchAll(/^omnicare_sign_in_failures_total\{reason="(\w+)"\} (\d+)$/gm)]
  return Object.fromEntries(lines.map(([, reason, count]) => [reason, Number(count)]))
}

describe('refused tries to get in', () => {
  test('have every class from the beginning', async () => {
    assert.deepEqual(await told(), {
      credentials: 0,
      factor: 0,
      throttled: 0,
      provider: 0,
      client: 0,
      token: 0,
      expired: 0,
      unavailable: 0,
    })
  })

  test('are counted by class, whatever codes there are: the classes stay the same', async () => {
    const codes = Object.keys(identityFaults).map((code) => `identity/${code}`)
    const counts = await told(...codes, 'oauth/invalid_client', 'database/unreachable', 'a code of the future')
    assert.equal(Object.keys(counts).length, 8)
    assert.equal(counts.credentials, 1)
    assert.equal(counts.factor, 2)
    assert.equal(counts.throttled, 1)
    assert.equal(counts.client, 1)
  })

  test('are none where a page was loaded anew', async () => {
    assert.deepEqual(
      Object.values(await told('identity/other-step')).filter((count) => count > 0),
      [],
    )
  })

  test('are of the token, unless none was brought or nobody was signed in', () => {
    for (const code of ['http/wrong-token', 'identity/bad-token', 'identity/no-api-key', 'identity/token-over'])
      assert.ok(isOfToken(code), code)
    for (const code of ['http/no-token', 'identity/no-session', 'identity/wrong', 'toString'])
      assert.ok(!isOfToken(code), code)
  })
})
