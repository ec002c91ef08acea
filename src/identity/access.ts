/**
 * What somebody who has been let in may ask for, and the scopes of SMART App Launch by which it was granted. Pure.
 *
 * Scopes only ever take away: what they grant, a role must permit as well.
 * https://hl7.org/fhir/smart-app-launch/STU2.2/scopes-and-launch-context.html
 */
import type { Role } from './terms.ts'

/** Create, read, update, delete, search. */
const PERMISSIONS = ['c', 'r', 'u', 'd', 's'] as const
export type Permission = (typeof PERMISSIONS)[number]

type ScopeContext = 'patient' | 'user' | 'system'

/** Scopes that stand for no resources. */
export const PLAIN_SCOPES = [
  'openid',
  'profile',
  'fhirUser',
  'launch',
  'launch/patient',
  'launch/encounter',
  'offline_access',
  'online_access',
] as const
type PlainScope = (typeof PLAIN_SCOPES)[number]

/** By which programs may sign what proves who they are. */
export const CLIENT_SIGNATURES = ['ES256', 'ES384', 'RS256', 'RS384', 'PS256'] as const

/** One scope for resources. */
export interface SmartScope {
  /** `patient`: of the launched patient only; `user`: what the person may see; `system`: no person is there. */
  readonly context: ScopeContext
  /** A resource type, or `*` for each. */
  readonly type: string
  readonly may: readonly Permission[]
  /** A search, as in `category=laboratory`: only what it would find. */
  readonly query?: string
  /** As it was granted. */
  readonly text: string
}

/** Client id of our own pages: who asks by it is the person. */
export const OWN_PAGES = 'omnicare'

/** Who asks, and with which rights. Every request that was let in has one. */
export interface Access {
  readonly subject: {
    readonly kind: 'person' | 'client' | 'api-key' | 'admin-token'
    readonly id: string
    readonly name?: string
  }
  readonly roles: readonly Role[]
  /** As in `Practitioner/7`: who the person is in the record. */
  readonly fhirUser?: string
  /** Id of the patient that was launched with. */
  readonly patient?: string
  /** `all`: roles alone decide. */
  readonly scopes: readonly SmartScope[] | 'all'
  /** Client id, when a program asks for somebody. */
  readonly client?: string
  readonly session?: string
  /** A v3 PurposeOfUse. */
  readonly purpose: string
  readonly breakGlass: boolean
}

/** The scopes of a space separated list. */
export interface Scopes {
  readonly smart: readonly SmartScope[]
  readonly plain: readonly PlainScope[]
  /** What is no scope here; nothing is granted by it. */
  readonly unknown: readonly string[]
}

const SMART = /^(patient|user|system)\/(\*|[A-Z][A-Za-z]{1,63})\.([a-z]+|\*)(?:\?(\S+))?$/
const V1: Readonly<Record<string, readonly Permission[]>> = {
  read: ['r', 's'],
  write: ['c', 'u', 'd'],
  '*': PERMISSIONS,
}
/** Each letter once, in this order: the standard allows no other. */
const V2 = /^c?r?u?d?s?$/
const LONGEST = 500

/** Reads one scope for resources; undefined when it is none. Version 1 knows no searches. */
export function smartScope(text: string): SmartScope | undefined {
  if (text.length > LONGEST) return undefined
  const [, context, type, suffix, query] = SMART.exec(text) ?? []
  if (context === undefined || type === undefined || suffix === undefined) return undefined
  const v1 = Object.hasOwn(V1, suffix) ? V1[suffix] : undefined
  if (v1 !== undefined && query !== undefined) return undefined
  if (v1 === undefined && !V2.test(suffix)) return undefined
  const may = v1 ?? ([...suffix] as Permission[])
  return { context: context as ScopeContext, type, may, ...(query !== undefined && { query }), text }
}

const isPlain = (text: string): text is PlainScope => (PLAIN_SCOPES as readonly string[]).includes(text)

/** Reads a space separated list of scopes (RFC 6749, section 3.3). */
export function scopesOf(text: string): Scopes {
  const smart: SmartScope[] = []
  const plain: PlainScope[] = []
  const unknown: string[] = []
  for (const one of new Set(text.split(' ').filter((word) => word !== ''))) {
    const scope = smartScope(one)
    if (scope !== undefined) smart.push(scope)
    else if (isPlain(one)) plain.push(one)
    else unknown.push(one)
  }
  return { smart, plain, unknown }
}

/** Of the scopes those that grant `permission` on `type`; what any of them grants is granted. Empty: refused. */
export const granting = (scopes: readonly SmartScope[], permission: Permission, type: string): readonly SmartScope[] =>
  scopes.filter((scope) => (scope.type === '*' || scope.type === type) && scope.may.includes(permission))

/** Whether whatever `asked` grants is granted by one of `held` as well. */
export const covered = (asked: SmartScope, held: readonly SmartScope[]): boolean =>
  asked.may.every((permission) =>
    held.some(
      (one) =>
        one.context === asked.context &&
        (one.type === '*' || one.type === asked.type) &&
        one.may.includes(permission) &&
        (one.query === undefined || one.query === asked.query),
    ),
  )
