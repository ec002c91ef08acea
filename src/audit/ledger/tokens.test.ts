import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { describe, test } from 'node:test'
import { openMac } from './tokens.ts'

describe('the code of a word', () => {
  const key = Buffer.alloc(32, 7)
  const mac = openMac(key)
  for (const text of ['', 'patient\0Patient/1', 'ü€𝄞', 'x'.repeat(5_000), 'after a long one'])
    test(`is HMAC-SHA-256, of ${text.length} characters`, () =>
      assert.deepEqual(mac(text), createHmac('sha256', key).update(text).digest()))
})
