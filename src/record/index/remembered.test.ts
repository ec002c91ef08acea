import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Remembered } from './remembered.ts'

test('what was remembered is found by its three words only', () => {
  const remembered = new Remembered<number>(10)
  remembered.set('code', 'urn:s', 'a', 1)
  remembered.set('code', undefined, 'a', 2)
  remembered.set('code', '', 'a', 3)
  assert.equal(remembered.get('code', 'urn:s', 'a'), 1)
  assert.equal(remembered.get('code', undefined, 'a'), 2)
  assert.equal(remembered.get('code', '', 'a'), 3)
  assert.equal(remembered.get('class', 'urn:s', 'a'), undefined)
  assert.equal(remembered.get('code', 'urn:s', 'b'), undefined)
})

test('what is asked for stays, and what nobody asks for is forgotten', () => {
  const remembered = new Remembered<number>(10)
  remembered.set('code', 'urn:s', 'asked for', 1)
  remembered.set('code', 'urn:s', 'left alone', 2)
  for (let number = 0; number < 100; number++) {
    remembered.set('code', `urn:${number}`, 'x', number)
    assert.equal(remembered.get('code', 'urn:s', 'asked for'), 1)
  }
  assert.equal(remembered.get('code', 'urn:s', 'left alone'), undefined)
})
