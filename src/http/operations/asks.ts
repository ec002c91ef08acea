/** What a request is about, by its address alone: for the entry of one that is refused before anything has looked at it. */
import type { FastifyRequest } from 'fastify'
import type { Action, Deed } from '#audit'

/** The first that fits. */
const ABOUT: readonly (readonly [RegExp, Action])[] = [
  [/^\/api\/session\/forgot/, 'credential'],
  [/^\/api\/(session|interaction|operations\/launch)/, 'sign-in'],
  [/^\/api\/account\/sessions/, 'sign-out'],
  [/^\/api\/account\/(password|passkeys|totp|recovery-codes|identities)/, 'credential'],
  [/^\/api\/account/, 'account'],
  [/^\/api\/operations\/identity\/users/, 'account'],
  [/^\/api\/operations\/identity\/sessions/, 'sign-out'],
  [/^\/api\/operations\/identity\/keys/, 'api-key'],
  [/^\/api\/operations\/identity\/(clients|providers|registration-token|signing-keys|mail)/, 'credential'],
  [/^\/api\/operations\/audit\/keys\/rotate/, 'rotate-key'],
  [/^\/api\/operations\/audit\/keys\/destroy/, 'destroy-key'],
  [/^\/api\/operations\/audit\/verify/, 'verify'],
  [/^\/api\/operations\/audit\/(export|report)/, 'export'],
  [/^\/api\/operations\/audit\/(entries$|count|follow)/, 'search'],
  [/^\/api\/operations\/audit\/entries/, 'read'],
]

const KIND_OF_ID: readonly (readonly [RegExp, string])[] = [
  [/\/identity\/users\//, 'person'],
  [/\/sessions\//, 'session'],
  [/\/identity\/keys\//, 'api-key'],
  [/\/identity\/clients\//, 'client'],
  [/\/identity\/signing-keys\//, 'signing-key'],
  [/\/(?:identity|session)\/providers\//, 'provider'],
  [/\/account\/identities\//, 'provider'],
  [/\/operations\/alerts\/silences\//, 'silence'],
  [/\/operations\/alerts\//, 'alert'],
  [/\/operations\/procedures\//, 'procedure'],
]
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

export function asksOf({ routeOptions, params }: FastifyRequest): Pick<Deed, 'action' | 'resources' | 'patients'> {
  const url = routeOptions.url ?? ''
  const action = ABOUT.find(([address]) => address.test(url))?.[1] ?? 'operation'
  const kind = KIND_OF_ID.find(([address]) => address.test(url))?.[1]
  // What was typed in place of an id isn't kept: it may be anything.
  const id = (params as { id?: string } | undefined)?.id
  const resources = kind !== undefined && id !== undefined && UUID.test(id) ? [`${kind}/${id}`] : []
  return { action, resources, patients: [] }
}
