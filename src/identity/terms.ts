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
  'providers:read': ['security-officer', 'administrator'],
  'providers:write': ['administrator'],
  'audit:read': ['security-officer', 'compliance-officer', 'administrator'],
  'audit:verify': ['operator', 'security-officer', 'compliance-officer', 'administrator'],
  'audit:export': ['compliance-officer', 'administrator'],
  'audit:keys': ['administrator'],
  'metrics:read': ['operator', 'security-officer', 'administrator'],
  'health:read': ['operator', 'security-officer', 'compliance-officer', 'administrator'],
  'logs:read': ['operator', 'security-officer', 'administrator'],
  'performance:read': ['operator', 'administrator'],
  'database:optimize': ['operator', 'administrator'],
} as const satisfies Record<string, readonly Role[]>
export type OperationsPermission = keyof typeof OPERATIONS_PERMISSIONS

export const permits = (roles: readonly Role[], permission: OperationsPermission): boolean => {
  const permitted: readonly Role[] = OPERATIONS_PERMISSIONS[permission]
  return roles.some((role) => permitted.includes(role))
}

/** Whoever comes to have one of these, security officers hear of it. */
export const OVERSEEING: readonly Role[] = ['administrator', 'security-officer', 'compliance-officer']

/** Where somebody signs in who doesn't say: whoever may do anything at operations is there for that. */
export const usualPlace = (roles: readonly Role[]): Place =>
  Object.values(OPERATIONS_PERMISSIONS).some((permitted: readonly Role[]) =>
    roles.some((role) => permitted.includes(role)),
  )
    ? 'operations'
    : 'hospital'

/** By what somebody has proved who they are. `provider-second`: more than a password, as their identity provider says. */
export const FACTORS = ['password', 'totp', 'recovery-code', 'passkey', 'provider', 'provider-second'] as const
export type Factor = (typeof FACTORS)[number]

/** As the audit trail calls what is done here. */
export const IDENTITY_ACTIONS = [
  'sign-in',
  'sign-out',
  'second-factor',
  'account',
  'credential',
  'api-key',
  // Beside what was done: that security officers should look at it.
  'oversight',
] as const
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

/** What is trusted of an identity provider. */
export interface ProviderRules {
  readonly scopes: readonly string[]
  /** Whether an account is found by an address that the provider has verified, at the first sign-in. */
  readonly linkByEmail: boolean
  /** Values of the claims `amr` and `acr` that say that somebody has proved more than a password. */
  readonly secondByAmr: readonly string[]
  readonly secondByAcr: readonly string[]
  /**
   * Makes accounts of those whose claim has one of these values, with the roles that belong to it; of nobody else. The roles
   * follow the claim at each sign-in, until an administrator sets them by hand.
   */
  readonly create?: { readonly claim: string; readonly roles: Readonly<Record<string, readonly Role[]>> }
}

export interface Provider {
  readonly id: string
  readonly name: string
  readonly issuer: string
  readonly clientId: string
  readonly hasSecret: boolean
  readonly rules: ProviderRules
  /** To be registered at the provider. */
  readonly redirectUri: string
  readonly made: string
}

/** Who somebody is at a provider. */
export interface LinkedIdentity {
  readonly provider: string
  readonly name: string
  readonly person: string
  readonly userName: string
  readonly subject: string
  readonly made: string
  readonly used?: string
}

/** Why nobody came in by a provider: the page that they are sent to says it, by the last part of the fault's code. */
export const PROVIDER_REFUSALS = {
  'no-provider': 'There is no such identity provider.',
  'provider-away': 'The identity provider does not answer, or not as it should.',
  'provider-said-no': 'The identity provider has let nobody in: it was cancelled, or is not allowed there.',
  'provider-not-believed': 'What came from the identity provider can not be believed.',
  'not-begun-here': 'This sign-in was not begun in this browser, took too long, or was finished.',
  'no-account': 'OmniCare has no account for you, or it is not open.',
  'linked-already': 'This identity belongs to an account, or the account has one there already.',
  wait: 'There were too many tries from where you are.',
} as const satisfies Record<string, string>
