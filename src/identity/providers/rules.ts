/** What is trusted of an identity provider, and what its claims come to by that. Pure. */
import ipaddr from 'ipaddr.js'
import { LOOPBACK } from '#foundation/loopback.ts'
import { rolesIn } from '../accounts/names.ts'
import { identityFaults } from '../faults.ts'
import type { ProviderRules, Role } from '../terms.ts'

/** Of an ID token, and of what userinfo adds. */
export type Claims = Readonly<Record<string, unknown>>

const MOST_NAME = 60
const MOST_TEXT = 200
const MOST_LIST = 50
/** RFC 6749, 3.3 */
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]{1,100}$/

const wrong = (why: string) => identityFaults['bad-provider']({ why })

/** Names of this machine: RFC 6761, section 6.3. */
const LOCAL_NAME = /(^|\.)localhost\.?$/
/** Of a hospital's own network too: its provider may stand there. Not this machine, and not what only neighbours reach. */
const ELSEWHERE: readonly string[] = ['unicast', 'private', 'uniqueLocal', 'carrierGradeNat']

/** Whether an address, in whichever spelling, is of another machine that one comes to by routes. */
export function isElsewhere(address: string): boolean {
  if (!ipaddr.isValid(address)) return false
  const ip = ipaddr.process(address)
  // What a gateway between the two kinds of addresses leads to: https://www.rfc-editor.org/rfc/rfc6052.html
  const range = ip.range() === 'rfc6052' ? ipaddr.fromByteArray(ip.toByteArray().slice(12)).range() : ip.range()
  return ELSEWHERE.includes(range)
}

/** Whether a name of this machine is asked for a provider of this machine. */
export const mayBeHere = (host: string, issuer: string): boolean =>
  LOOPBACK.includes(host) && LOOPBACK.includes(new URL(issuer).hostname)

/** Whether a provider may be asked there. What is on this machine is for a provider of this machine only. */
export function mayBeAsked(url: string, issuer: string): boolean {
  if (!URL.canParse(url)) return false
  const { username, password, hostname, protocol } = new URL(url)
  if (username !== '' || password !== '') return false
  if (mayBeHere(hostname, issuer)) return ['http:', 'https:'].includes(protocol)
  const bare = hostname.replace(/^\[|\]$/g, '')
  return protocol === 'https:' && !LOCAL_NAME.test(bare) && (!ipaddr.isValid(bare) || isElsewhere(bare))
}

/** Throws `identity/bad-provider`. */
export function issuerIn(given: string): string {
  const issuer = given.trim()
  if (issuer.length > MOST_TEXT || !URL.canParse(issuer) || !mayBeAsked(issuer, issuer) || /[?#]/.test(issuer))
    throw wrong('The issuer is an https address without ? and #, as the provider gives it itself.')
  return issuer
}

export function providerNameIn(given: string): string {
  const name = given.trim()
  if (name === '' || name.length > MOST_NAME || /\p{Cc}/u.test(name))
    throw wrong(`A provider has a name of 1 to ${MOST_NAME} characters: people read it on a button.`)
  return name
}

export function clientIdIn(given: string): string {
  const id = given.trim()
  if (!/^[\x20-\x7e]{1,200}$/.test(id)) throw wrong('The client id is what the provider has registered OmniCare by.')
  return id
}

/** Throws `identity/bad-provider`, `identity/bad-account` for what is no role. */
export function rulesIn({ scopes, linkByEmail, secondByAmr, secondByAcr, create }: ProviderRules): ProviderRules {
  for (const list of [scopes, secondByAmr, secondByAcr])
    if (list.length > MOST_LIST || !list.every((one) => SCOPE.test(one)))
      throw wrong(`Scopes, amr and acr are at most ${MOST_LIST} words each.`)
  if (create === undefined)
    return { scopes: [...new Set(['openid', ...scopes])], linkByEmail, secondByAmr, secondByAcr }
  const entries = Object.entries(create.roles)
  const texts = [create.claim, ...entries.map(([value]) => value)]
  if (texts.some((text) => text === '' || text.length > MOST_TEXT) || entries.length > MOST_LIST)
    throw wrong(`Accounts are made by a claim, and at most ${MOST_LIST} of its values that roles belong to.`)
  if (entries.length === 0) throw wrong('Without a value that roles belong to nobody would get an account.')
  return {
    scopes: [...new Set(['openid', ...scopes])],
    linkByEmail,
    secondByAmr,
    secondByAcr,
    create: {
      claim: create.claim,
      roles: Object.fromEntries(entries.map(([value, roles]) => [value, rolesIn(roles)])),
    },
  }
}

/** Whether the provider says that somebody has proved more than a password, in words the administrator has named. */
export function provesSecond({ amr, acr }: Claims, { secondByAmr, secondByAcr }: ProviderRules): boolean {
  const said = Array.isArray(amr) ? amr : []
  return said.some((one) => secondByAmr.includes(one)) || (typeof acr === 'string' && secondByAcr.includes(acr))
}

/** The roles of an account that is to be made; none: no account. */
export function rolesBy(claims: Claims, { create }: ProviderRules): Role[] {
  if (create === undefined) return []
  const given = claimAt(claims, create.claim)
  const values = new Set(Array.isArray(given) ? given : [given])
  const found = Object.entries(create.roles).flatMap(([value, roles]) => (values.has(value) ? roles : []))
  return found.length === 0 ? [] : rolesIn(found)
}

/** A claim by its name, or else by its path, as in Keycloak's `realm_access.roles`. */
function claimAt(claims: Claims, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name]
  return name.split('.').reduce<unknown>((at, part) => {
    return typeof at === 'object' && at !== null && Object.hasOwn(at, part) ? (at as Claims)[part] : undefined
  }, claims)
}

/** Without what only looks like a letter: the database takes the Kelvin sign for a small k. */
const PLAIN_EMAIL = /^[\x21-\x7e]{1,254}$/

/** The address, when the provider vouches for it. */
export const verifiedEmail = ({ email, email_verified: isVerified }: Claims): string | undefined =>
  isVerified === true && typeof email === 'string' && PLAIN_EMAIL.test(email) ? email : undefined

const textIn = (value: unknown): string | undefined =>
  typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined

/** What an account that is to be made is called; nothing when the provider doesn't say. */
export function namesBy(claims: Claims): { readonly userName: string; readonly displayName: string } | undefined {
  const userName = textIn(claims.preferred_username) ?? verifiedEmail(claims)
  return userName === undefined ? undefined : { userName, displayName: textIn(claims.name) ?? userName }
}
