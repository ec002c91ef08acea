import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { workedMs } from '../../../tests/support/worked.ts'
import { foldString } from './fold.ts'

describe('a folded string', () => {
  test('is without case, accents and more than one space', () => {
    assert.equal(foldString('  Zoë\u0301  ÅNGSTRÖM\tŁódź '), 'zoe angstrom lodz')
    assert.equal(foldString('가각'), '가각')
  })

  test('of very many marks is made soon', () => {
    const worked = workedMs(() => assert.equal(foldString(`a${'\u0300\u0316'.repeat(500_000)}`), 'a'))
    assert.ok(worked < 5_000)
  })
})
