import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { networks } from './setting-kinds.ts'

describe('networks in a setting', () => {
  const { parse } = networks

  test('are addresses and networks of either kind', () => {
    assert.deepEqual(parse('10.0.0.5, 192.168.7.0/24,fd00::/8'), ['10.0.0.5', '192.168.7.0/24', 'fd00::/8'])
  })

  for (const wrong of [
    'proxy.example.org',
    '10.0.0.0/33',
    '::/0',
    '0.0.0.0/0',
    '10.0.0.5;10.0.0.6',
    '10.0.0.0/8/8',
    '',
  ])
    test(`are not ${JSON.stringify(wrong)}`, () => {
      assert.throws(() => parse(wrong), /addresses or networks/)
    })
})
