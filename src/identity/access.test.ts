/** https://hl7.org/fhir/smart-app-launch/STU2.2/scopes-and-launch-context.html */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { covered, granting, type SmartScope, scopesOf, smartScope } from './access.ts'

const smart = (text: string): readonly SmartScope[] => scopesOf(text).smart

describe('a scope of SMART', () => {
  test('of version 1 reads as what it means in version 2', () => {
    assert.deepEqual(smartScope('patient/Observation.read')?.may, ['r', 's'])
    assert.deepEqual(smartScope('user/Observation.write')?.may, ['c', 'u', 'd'])
    assert.deepEqual(smartScope('system/*.*')?.may, ['c', 'r', 'u', 'd', 's'])
  })

  test('of version 2 may be narrowed by a search', () => {
    assert.deepEqual(smartScope('patient/Observation.rs?category=http://x|laboratory'), {
      context: 'patient',
      type: 'Observation',
      may: ['r', 's'],
      query: 'category=http://x|laboratory',
      text: 'patient/Observation.rs?category=http://x|laboratory',
    })
  })

  test('is none when its letters are doubled, in another order, unknown or missing', () => {
    for (const suffix of ['sr', 'rr', 'x', 'readwrite', ''])
      assert.equal(smartScope(`user/Patient.${suffix}`), undefined, suffix)
  })

  test('is none in another context, of no resource, or when version 1 is narrowed', () => {
    for (const text of ['admin/Patient.rs', 'user/.rs', 'user/patient.rs', 'user/Patient', 'user/Patient.read?a=b'])
      assert.equal(smartScope(text), undefined, text)
  })

  test('is none when it is endless', () => {
    assert.equal(smartScope(`user/Observation.rs?code=${'1'.repeat(500)}`), undefined)
  })
})

describe('a list of scopes', () => {
  test('tells those for resources from the others, and knows what it does not know', () => {
    const { smart, plain, unknown } = scopesOf('openid  fhirUser launch/patient user/Patient.rs root user/Patient.rs')
    assert.deepEqual(
      smart.map((one) => one.text),
      ['user/Patient.rs'],
    )
    assert.deepEqual(plain, ['openid', 'fhirUser', 'launch/patient'])
    assert.deepEqual(unknown, ['root'])
  })

  test('grants only on the type and for the interaction it names', () => {
    const held = smart('user/Patient.r user/Observation.cs')
    assert.equal(granting(held, 'r', 'Patient').length, 1)
    assert.equal(granting(held, 's', 'Patient').length, 0)
    assert.equal(granting(held, 'r', 'Observation').length, 0)
    assert.equal(granting(held, 'r', 'Condition').length, 0)
  })

  test('grants on every type by a star', () => {
    assert.equal(granting(smart('system/*.rs'), 's', 'Condition').length, 1)
  })
})

describe('a scope that is asked for', () => {
  const isCovered = (asked: string, held: string) => covered(smartScope(asked) as SmartScope, smart(held))

  test('is covered by a wider one, also by several together', () => {
    assert.ok(isCovered('system/Patient.rs', 'system/*.read'))
    assert.ok(isCovered('system/Patient.rs', 'system/Patient.r system/Patient.s'))
    assert.ok(isCovered('system/Patient.rs?active=true', 'system/Patient.rs'))
  })

  test('is not covered by a narrower one or one of another context', () => {
    assert.ok(!isCovered('system/*.rs', 'system/Patient.rs'))
    assert.ok(!isCovered('system/Patient.rs', 'system/Patient.rs?active=true'))
    assert.ok(!isCovered('user/Patient.rs', 'system/Patient.rs'))
    assert.ok(!isCovered('system/Patient.cruds', 'system/Patient.rs'))
  })
})
