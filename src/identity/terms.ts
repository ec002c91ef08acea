/** The words of identity, shared with every door. Imports nothing; the web app may import it. */

export const ROLES = [
  'physician',
  'nurse',
  'front-desk',
  'pharmacist',
  'laboratory',
  'radiology',
  'billing',
  'patient',
  'operator',
  'security-officer',
  'compliance-officer',
  'administrator',
] as const
export type Role = (typeof ROLES)[number]

export const PERSON_STATES = ['invited', 'active', 'suspended', 'ended'] as const
export type PersonState = (typeof PERSON_STATES)[number]

/** From which states each change of an account may be made: the server checks it, pages and commands explain with it. */
export const ALLOWED = {
  invite: ['invited'],
  suspend: ['active'],
  reinstate: ['suspended'],
  end: ['invited', 'active', 'suspended'],
  change: ['invited', 'active', 'suspended'],
  reset: ['active'],
} as const satisfies Record<string, readonly PersonState[]>
export type AccountChange = keyof typeof ALLOWED

/** Undefined when the change may be made, else the sentence to show beside the disabled button. */
export function refusalOf(change: AccountChange, state: PersonState): string | undefined {
  const from: readonly PersonState[] = ALLOWED[change]
  return from.includes(state) ? undefined : `The account is ${state}; it would have to be ${from.join(' or ')}.`
}

/** Where somebody signs in. A session of operations is good for the hospital too, not the other way round. */
export const PLACES = ['hospital', 'operations'] as const
export type Place = (typeof PLACES)[number]

/** What may be done at operations, and by whom. Pages show by it what they offer; the door refuses by it. */
export const OPERATIONS_PERMISSIONS = {
  'identity:read': ['security-officer', 'compliance-officer', 'administrator'],
  'identity:write': ['administrator'],
  'sessions:end': ['security-officer', 'administrator'],
  'keys:read': ['security-officer', 'administrator'],
  'keys:write': ['administrator'],
  'clients:read': ['security-officer', 'administrator'],
  'clients:write': ['administrator'],
  'audit:read': ['security-officer', 'compliance-officer', 'administrator'],
  'audit:verify': ['operator', 'security-officer', 'compliance-officer', 'administrator'],
  'audit:export': ['compliance-officer', 'administrator'],
  'audit:keys': ['administrator'],
  'metrics:read': ['operator', 'security-officer', 'administrator'],
} as const satisfies Record<string, readonly Role[]>
export type OperationsPermission = keyof typeof OPERATIONS_PERMISSIONS

export const permits = (roles: readonly Role[], permission: OperationsPermission): boolean => {
  const permitted: readonly Role[] = OPERATIONS_PERMISSIONS[permission]
  return roles.some((role) => permitted.includes(role))
}

/** Where somebody signs in who doesn't say: whoever may do anything at operations is there for that. */
export const usualPlace = (roles: readonly Role[]): Place =>
  Object.values(OPERATIONS_PERMISSIONS).some((permitted: readonly Role[]) =>
    roles.some((role) => permitted.includes(role)),
  )
    ? 'operations'
    : 'hospital'

/** By what somebody has proved who they are. */
export const FACTORS = ['password', 'totp', 'recovery-code', 'passkey'] as const
export type Factor = (typeof FACTORS)[number]

/** As the audit trail calls what is done here. */
export const IDENTITY_ACTIONS = ['sign-in', 'sign-out', 'second-factor', 'account', 'credential', 'api-key'] as const
export type IdentityAction = (typeof IDENTITY_ACTIONS)[number]

export interface Person {
  readonly id: string
  readonly userName: string
  readonly displayName: string
  readonly email?: string
  readonly roles: readonly Role[]
  readonly state: PersonState
  /** As in `Practitioner/7` or `Patient/7`. */
  readonly fhir?: string
  readonly mustChangePassword: boolean
  readonly totp: boolean
  readonly passkeys: number
  /** How many are left. */
  readonly recoveryCodes: number
  /** RFC 3339. */
  readonly made: string
  readonly signedIn?: string
}

export interface Session {
  readonly id: string
  readonly person: string
  readonly userName: string
  readonly place: Place
  readonly factors: readonly Factor[]
  /** RFC 3339. */
  readonly made: string
  readonly seen: string
  /** When it ends, however much it is used. */
  readonly expires: string
  readonly address: string
  readonly agent: string
}

export interface ApiKey {
  readonly id: string
  /** The part that may be shown. */
  readonly prefix: string
  readonly name: string
  readonly scopes: readonly string[]
  /** Who answers for it. */
  readonly owner?: { readonly userName: string; readonly state: PersonState }
  readonly made: string
  readonly expires: string
  readonly used?: string
  readonly ended?: string
}
