import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Fault } from '#foundation/fault.ts'
import { hospitalPolicy } from './hospital.ts'
import given from './hospital-policy.json' with { type: 'json' }
import { POLICY_ROLES, readPolicy } from './policy.ts'

const mistakesIn = (policy: unknown): string[] => {
  try {
    readPolicy(policy, 'of this test')
    return []
  } catch (error) {
    return (error as Fault).problems.map(({ expression, says }) => `${expression}: ${says}`)
  }
}

/** The policy of OmniCare with another rule for nurses. */
const withRule = (rule: object) => ({
  ...given,
  roles: { ...given.roles, nurse: { rules: [{ types: ['Condition'], may: ['look'], whose: 'care', ...rule }] } },
})

describe('a policy', () => {
  test('has something to say of every role', () => {
    assert.deepEqual([...hospitalPolicy().keys()], [...POLICY_ROLES])
    const { nurse: _nurse, ...roles } = given.roles
    assert.deepEqual(mistakesIn({ ...given, roles }), [
      'roles.nurse: The role is missing; with no rules it may do nothing.',
    ])
  })

  test('is told all its mistakes at once', () => {
    const roles = {
      ...given.roles,
      nurse: { lables: [], rules: 'all' },
      billing: {
        labels: ['N'],
        breakGlass: { minutes: 0, labels: 'R' },
        rules: [{ types: ['Bill'], may: ['see'], whose: 'all' }],
      },
      boss: {},
    }
    assert.deepEqual(mistakesIn({ groups: { Patient: ['Patient'], few: [] }, roles, more: 1 }).length > 10, true)
  })

  const WRONG: readonly (readonly [string, object, RegExp])[] = [
    ['what can not be cared for', { types: ['Practitioner'] }, /belongs to no patient/],
    ['a search that keys can not tell', { search: 'onset-date=gt2020' }, /only tokens/],
    ['a search that the type does not know', { search: 'vaccine-code=x' }, /only tokens/],
    ['elements that there are not', { hides: ['colour'] }, /no element colour/],
    ['elements that must be there', { hides: ['subject'] }, /is none without subject/],
    ['who a resource is', { hides: ['id'] }, /no element id/],
    ['elements from who writes them back', { hides: ['note'], may: ['look', 'update'] }, /can only let look/],
    ['interactions that there are not', { may: ['peek'] }, /peek is none of/],
  ]
  for (const [what, rule, says] of WRONG)
    test(`is refused when it lets somebody see, or hides, ${what}`, () => {
      const mistakes = mistakesIn(withRule(rule))
      assert.equal(mistakes.length, 1, mistakes.join('\n'))
      assert.match(String(mistakes[0]), says)
    })

  test('is refused when it is none', () => {
    for (const none of [null, 7, [], 'all', {}, { roles: [] }]) assert.ok(mistakesIn(none).length > 0)
  })
})
