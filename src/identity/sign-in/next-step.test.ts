import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Factor, Place, Role } from '../terms.ts'
import { nextStep } from './next-step.ts'

const account = (more: { roles?: Role[]; totp?: boolean; passkeys?: number; mustChangePassword?: boolean } = {}) => ({
  roles: ['nurse'] as Role[],
  totp: false,
  passkeys: 0,
  mustChangePassword: false,
  ...more,
})
const by = (factors: Factor[], place: Place = 'hospital', skipped = false) => ({ place, factors, skipped })

describe('the next step of a sign-in', () => {
  test('is none for a nurse with a password at the hospital', () => {
    assert.equal(nextStep(account(), by(['password'])), 'in')
  })

  test('is the second factor of whoever has one, before anything else', () => {
    const both = account({ totp: true, mustChangePassword: true })
    assert.equal(nextStep(both, by(['password'])), 'second-factor')
    assert.equal(nextStep(both, by(['password', 'totp'])), 'change-password')
  })

  test('is to set up a second factor for administrators everywhere, and for everybody at operations', () => {
    const administrator = account({ roles: ['administrator'] })
    assert.equal(nextStep(administrator, by(['password'])), 'enrol')
    assert.equal(nextStep(account(), by(['password'], 'operations')), 'enrol')
    assert.equal(nextStep(administrator, by(['password'], 'operations', true)), 'in')
  })

  test('is none after a passkey, which is both factors, nor after a recovery code', () => {
    const operator = account({ roles: ['operator'], passkeys: 1 })
    assert.equal(nextStep(operator, by(['passkey'], 'operations')), 'in')
    assert.equal(nextStep(operator, by(['password', 'recovery-code'], 'operations')), 'in')
  })

  test('changes a one-time password even when a second factor was put off', () => {
    const first = account({ roles: ['administrator'], mustChangePassword: true })
    assert.equal(nextStep(first, by(['password'], 'operations', true)), 'change-password')
  })
})
