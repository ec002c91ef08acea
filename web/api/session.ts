/** Who is signed in with this browser, or how far they have come. */
import { queryOptions, useQueryClient } from '@tanstack/react-query'
import { type Factor, type OperationsPermission, type Place, permits, type Role } from '../../src/identity/terms.ts'
import { ask } from './ask.ts'

interface Settings {
  readonly practice: boolean
  /** Base address of the hospital's FHIR API. */
  readonly hospital: string
  /** Whether links to choose another password are mailed. */
  readonly mail: boolean
}

export interface SignedIn {
  readonly signedIn: true
  readonly person: {
    readonly id: string
    readonly userName: string
    readonly displayName: string
    readonly roles: readonly Role[]
    readonly fhir?: string
  }
  readonly session: {
    readonly id: string
    readonly place: Place
    readonly factors: readonly Factor[]
    readonly expires: string
  }
  readonly settings: Settings
}

export interface ComingIn {
  readonly signedIn: false
  readonly step?: 'second-factor' | 'change-password' | 'enrol'
  readonly by?: readonly Factor[]
  readonly maySkip?: boolean
  readonly settings: Settings
}

export const session = queryOptions({
  queryKey: ['session'],
  queryFn: () => ask<SignedIn | ComingIn>('GET', '/api/session'),
  staleTime: 30_000,
})

/** Whether somebody may do it in this session: operations wants one of its own. */
export const may = ({ person, session: { place } }: SignedIn, permission: OperationsPermission): boolean =>
  place === 'operations' && permits(person.roles, permission)

/** Stays true whoever is signed in; a link is opened once. */
const KEPT: readonly unknown[] = ['session', 'link', 'interaction']

/** Looks again who is signed in; what was shown to whoever was before is forgotten. */
export function useLookAgain(): () => Promise<void> {
  const queries = useQueryClient()
  return async () => {
    queries.removeQueries({ predicate: ({ queryKey }) => !KEPT.includes(queryKey[0]) })
    await queries.invalidateQueries({ queryKey: session.queryKey })
  }
}
