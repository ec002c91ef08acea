import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { mostInBody, mostValues, refuseComplex } from './complexity.ts'

const tooComplex = (text: string, most: number): boolean => {
  try {
    refuseComplex(text, most)
    return false
  } catch (error) {
    assert.equal((error as { code: string }).code, 'fhir/too-complex')
    return true
  }
}

describe('the values of a text', () => {
  test('are its members and elements, at every depth', () => {
    const text = JSON.stringify({ a: 1, b: [1, 2, { c: 'x', d: 'y' }], e: { f: [['z']] } })
    assert.equal(tooComplex(text, 11), false)
    assert.equal(tooComplex(text, 10), true)
  })

  test('are not what stands in its strings', () => {
    const text = JSON.stringify({ a: ',[{'.repeat(100), b: `\\",${'\\'.repeat(9)}"[` })
    assert.equal(tooComplex(text, 2), false)
    assert.equal(tooComplex(text, 1), true)
  })

  test('are counted in what is no JSON too', () => {
    for (const text of ['[[[[[[', ',,,,,,', '{"a,,,,,'.padEnd(20, '{'), '"'.repeat(9)]) tooComplex(text, 3)
    assert.equal(tooComplex('[[[[[[[[', 3), true)
  })
})

test('an official ImplementationGuide, a code list and a page of references are below what a resource may have', () => {
  assert.ok(mostValues('ImplementationGuide') > 108_020)
  assert.ok(mostValues('CodeSystem') > 220_000)
  assert.ok(mostValues('Group') >= 3 * 33_000)
  assert.ok(mostInBody(32 * 1024 * 1024) > 10_000 * 57)
  assert.ok(mostInBody(1024) > 100_000)
})
