/** What the terms of identity are called on pages. */
import type { Factor, PersonState, Place, Role } from '../src/identity/terms.ts'

export const ROLE_NAMES: Readonly<Record<Role, string>> = {
  physician: 'Physician',
  nurse: 'Nurse',
  'front-desk': 'Front desk',
  pharmacist: 'Pharmacist',
  laboratory: 'Laboratory',
  radiology: 'Radiology',
  billing: 'Billing',
  patient: 'Patient',
  operator: 'Operator',
  'security-officer': 'Security officer',
  'compliance-officer': 'Compliance officer',
  administrator: 'Administrator',
}

export const STATE_NAMES: Readonly<Record<PersonState, string>> = {
  invited: 'Invited',
  active: 'Active',
  suspended: 'Suspended',
  ended: 'Ended',
}

export const PLACE_NAMES: Readonly<Record<Place, string>> = { hospital: 'Hospital', operations: 'Operations' }

export const FACTOR_NAMES: Readonly<Record<Factor, string>> = {
  password: 'password',
  totp: 'app',
  'recovery-code': 'recovery code',
  passkey: 'passkey',
  provider: 'identity provider',
  'provider-second': 'its second factor',
}
