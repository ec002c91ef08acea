import assert from 'node:assert/strict'
import { test } from 'node:test'
import { netOf } from './net.ts'

test('an address belongs to the network that one holder has', () => {
  const nets = {
    '192.0.2.7': '192.0.2.7',
    '::ffff:192.0.2.7': '192.0.2.7',
    '::FFFF:c000:207': '192.0.2.7',
    '2001:db8:1:2:3:4:5:6': '2001:db8:1:2::/64',
    '2001:DB8:1:2::': '2001:db8:1:2::/64',
    '2001:db8::1': '2001:db8:0:0::/64',
    '::1': '0:0:0:0::/64',
    'fe80::1%eth0': 'fe80:0:0:0::/64',
    nonsense: 'unknown',
  }
  assert.deepEqual(Object.fromEntries(Object.keys(nets).map((address) => [address, netOf(address)])), nets)
})
