import assert from 'node:assert/strict'
import type { lookup } from 'node:dns'
import { describe, test } from 'node:test'
import { pinned } from './asking.ts'

/** Where a name is said to lead, and where it is connected to then. */
function leading(addresses: readonly string[], name = 'login.example.org', issuer = 'https://login.example.org') {
  const find = ((_name: string, _options: object, done: (...given: unknown[]) => void) =>
    done(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    )) as unknown as typeof lookup
  let said: unknown
  pinned(issuer, find)(name, { all: true }, (error, found) => {
    said = error === null ? found : error.message
  })
  return said
}

describe('the name of an identity provider', () => {
  test('is connected to where it leads, also in the hospital’s own network', () => {
    assert.deepEqual(leading(['93.184.216.34', '2001:4860::7']), [
      { address: '93.184.216.34', family: 4 },
      { address: '2001:4860::7', family: 6 },
    ])
    assert.deepEqual(leading(['10.0.0.7']), [{ address: '10.0.0.7', family: 4 }])
  })

  test('is not followed to this machine, to neighbours or to nowhere, even if it leads elsewhere as well', () => {
    for (const address of [
      '127.0.0.1',
      '127.0.1.1',
      '::1',
      '::ffff:127.0.0.1',
      '169.254.169.254',
      'fe80::1',
      '0.0.0.0',
    ])
      for (const all of [[address], ['93.184.216.34', address]])
        assert.equal(leading(all), 'is at an address that is not asked', address)
    assert.equal(leading([]), 'is at an address that is not asked')
  })

  test('is this machine only for a provider that calls itself so', () => {
    const here = [{ address: '127.0.0.1', family: 4 }]
    assert.deepEqual(leading(['127.0.0.1'], 'localhost', 'http://localhost:8082'), here)
    assert.equal(leading(['127.0.0.1'], 'localhost'), 'is at an address that is not asked')
    assert.equal(
      leading(['127.0.0.1'], 'login.example.org', 'http://localhost:8082'),
      'is at an address that is not asked',
    )
  })
})
