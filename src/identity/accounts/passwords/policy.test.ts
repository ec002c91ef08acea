/** https://pages.nist.gov/800-63-4/sp800-63b.html#passwordver */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { commonPasswords } from './common.ts'
import { openPolicy, weakness } from './policy.ts'

const common = await commonPasswords()
const why = (password: string, userName = 'ada') => weakness(password, 12, userName, common)

describe('a password', () => {
  test('may be anything long that nobody expects, of any characters, spaces too', () => {
    for (const password of [
      'correct horse battery staple',
      'nnorgqqtpuwe',
      '  twelve char',
      'μῆνιν ἄειδε θεὰ',
      '🐎🔋📎🐎🎈📎🎺🐎🔋📎🎻🥁',
    ])
      assert.equal(why(password), undefined, password)
  })

  test('has at least 12 characters, each counted once however many bytes it takes', () => {
    assert.match(String(why('elevenchars')), /too short/)
    assert.match(String(why('🐎🔋📎🐎🔋📎')), /too short/)
  })

  test('may have 256 characters and is refused, not cut, beyond', () => {
    const long = 'eine lange Geschichte. '.repeat(12)
    assert.equal(why(long.slice(0, 256)), undefined)
    assert.match(String(why(long.slice(0, 257))), /too long/)
  })

  test('is none that many use, however it is dressed', () => {
    for (const password of [
      '1qaz2wsx3edc',
      'PASSWORD2026',
      'p@ssw0rd!2026',
      '123letmein456',
      'Administrator',
      'qwertyuiop12',
    ])
      assert.match(String(why(password)), /many people use/, password)
  })

  test('is no row and no repetition', () => {
    for (const password of ['abcdefghijklm', '123456789012', '987654321098', 'aaaaaaaaaaaaa', 'xyzxyzxyzxyzxy'])
      assert.match(String(why(password)), /over and over|many people use/, password)
  })

  test('has neither the user name nor the name of the system in it', () => {
    assert.match(String(why('seven lovelace hills', 'LoveLace')), /user name/)
    assert.match(String(why('my OmniCare secret')), /name of this system/)
    assert.equal(why('do re mi fa sol la', 'mi'), undefined)
  })

  test('is refused when it was stolen once, without being repeated', async () => {
    const policy = openPolicy({
      least: 12,
      common: commonPasswords,
      breached: async (password) => password === 'correct horse battery staple',
    })
    await policy.check('correct horse battery stapler', 'ada')
    await assert.rejects(policy.check('correct horse battery staple', 'ada'), (error: Error) => {
      assert.equal((error as Error & { code: string }).code, 'identity/weak-password')
      assert.doesNotMatch(JSON.stringify({ ...error, message: error.message }), /horse/)
      return true
    })
  })
})
