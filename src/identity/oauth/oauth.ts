/** OAuth 2.0, OpenID Connect and SMART App Launch at operations: opened here, answered by oidc-provider. */

import type { IncomingMessage, ServerResponse } from 'node:http'
import { type CryptoKey, importJWK, type JWK, SignJWT } from 'jose'
import type { ClientMetadata, Provider } from 'oidc-provider'
import { Fault } from '#foundation/fault.ts'
import { newId } from '#foundation/ids.ts'
import type { Log } from '#foundation/log.ts'
import { at } from '#foundation/timestamp.ts'
import { type Access, OWN_PAGES } from '../access.ts'
import type { People } from '../accounts/people.ts'
import { openTrust } from '../entry/trust.ts'
import { identityFaults } from '../faults.ts'
import type { OverseenTools } from '../oversight.ts'
import type { Seal } from '../seal.ts'
import type { Sessions, SignedIn } from '../sessions/sessions.ts'
import { type Caller, changing } from '../tools.ts'
import { openArtifacts } from './artifacts.ts'
import { type Clients, openClients } from './clients.ts'
import { type LaunchContext, openContexts } from './contexts.ts'
import { type Interactions, openInteractions } from './interactions.ts'
import { ALGORITHM, openSigningKeys } from './keys.ts'
import { ACCESS_SECONDS, openProvider, personClaims } from './provider.ts'
import { tidyArtifacts } from './statements/artifacts.ts'
import { watched } from './watched.ts'

export interface OAuthOptions extends OverseenTools {
  readonly seal: Seal
  readonly people: Pick<People, 'find'>
  readonly sessions: Pick<Sessions, 'list' | 'ended'>
  /** Address of ourselves, ending in `/oauth`: known once we listen, and the same from then on. */
  readonly issuer: () => string
  /** FHIR bases of the hospital; tokens name the first. */
  readonly audiences: () => readonly [string, ...string[]]
  /** How long a program may go on without being let in anew. */
  readonly refreshDays: number
  readonly signingKeyDays: number
  readonly log: Log
}

export interface OAuth {
  issuer(): string
  /** Public keys by which tokens are verified; the first one signs. */
  keys(): readonly JWK[]
  /** Whom an access token for the hospital lets in: what the hospital passes on carries one. */
  check(token: string): Access | Promise<Access>
  /** Answers a request to the issuer; its address begins after the issuer's. */
  answer(caller: Caller, request: IncomingMessage, response: ServerResponse): Promise<void>
  readonly interactions: Interactions
  readonly clients: Clients
  /** For our own pages: what the person of a session may do at the hospital, by roles alone. */
  tokenFor(session: SignedIn): Promise<{ readonly accessToken: string; readonly expires: string }>
  /** Starts a program from a chart; gives the address to open. Throws `identity/no-client`, `identity/bad-context`. */
  launch(caller: Caller, session: SignedIn, client: string, context: LaunchContext): Promise<string>
  /** By which a program may register itself once, within a week. */
  registrationToken(caller: Caller): Promise<string>
  rotateSigningKey(caller: Caller): Promise<void>
  /** Throws `identity/no-signing-key`. */
  revokeSigningKey(caller: Caller, kid: string): Promise<void>
  /** Origins of our own pages and of those that programs run in, for those who let browsers through. */
  origins(): Promise<string[]>
  /** Lets keys rotate and forgets what is over. To be done every minute. */
  care(): Promise<void>
}

/** How far back tokens may have been issued that still live, and some more. */
export const ENDED_WITHIN_SECONDS = 3_600
const ID = /^[A-Za-z0-9.-]{1,64}$/

export async function openOAuth(options: OAuthOptions): Promise<OAuth> {
  const { people, sessions, issuer, audiences, seal, signingKeyDays, ...tools } = options
  const { control, nowMs } = tools
  const keys = await openSigningKeys({ ...tools, seal, days: signingKeyDays })
  const contexts = openContexts(tools)
  const person = async (id: string) => {
    const found = await people.find(id).catch(() => undefined)
    return found?.state === 'active' ? found : undefined
  }
  const isLive = async (session: string, of: string) =>
    (await sessions.list({ person: of, most: 1_000 })).some(({ id }) => id === session)

  const clients = await openClients({ ...tools, seal }, async (metadata) => {
    const Client = provider().Client as unknown as new (metadata: ClientMetadata) => object
    new Client(metadata)
  })
  const adapter = openArtifacts(tools, clients)
  let built: { readonly keys: object; readonly provider: Provider; readonly answer: Answer } | undefined
  /** Another one whenever the keys have changed: it keeps nothing itself. */
  const current = () => {
    const set = keys.current()
    if (built?.keys === set) return built
    const needs = { ...options, issuer: issuer(), contexts, person, isLive }
    const fresh = openProvider({ ...needs, keys: set.signing, adapter })
    const { answer } = watched(fresh, { ...needs, check: counted })
    built = { keys: set, provider: fresh, answer }
    return built
  }
  const provider = () => current().provider

  let signer: { readonly kid: string; readonly key: CryptoKey } | undefined
  const signing = async () => {
    const [jwk] = keys.current().signing
    if (signer?.kid !== jwk?.kid)
      signer = { kid: String(jwk?.kid), key: (await importJWK(jwk as JWK, ALGORITHM)) as CryptoKey }
    return signer as NonNullable<typeof signer>
  }

  const trust = openTrust({
    nowMs,
    audiences,
    ask: async () => ({
      issuer: issuer(),
      keys: keys.current().public,
      ended: await sessions.ended(ENDED_WITHIN_SECONDS),
      origins: [],
      keyMarks: [],
    }),
    askKey: async () => undefined,
  })

  // What has ended is known here at once.
  const check = async (token: string): Promise<Access> => {
    await trust.refresh()
    return trust.check(token)
  }
  const counted = (token: string): Promise<Access | undefined> =>
    check(token).catch((error: unknown) => {
      if (error instanceof Fault && error.kind !== 'busy') return undefined
      throw error
    })

  return {
    issuer,
    check,
    keys: () => keys.current().public,
    answer: (caller, request, response) => current().answer(caller, request, response),
    clients,
    interactions: openInteractions({ ...tools, provider, contexts, clients, person, audience: () => audiences()[0] }),
    async tokenFor({ id, person: sub, userName, roles, fhir }) {
      const { kid, key } = await signing()
      const now = Math.floor(nowMs() / 1000)
      const about = { userName, roles, ...(fhir !== undefined && { fhir }) }
      const claims = { ...personClaims(about, { session: id }), client_id: OWN_PAGES, scope: 'user/*.cruds' }
      const accessToken = await new SignJWT(claims)
        .setProtectedHeader({ alg: ALGORITHM, typ: 'at+jwt', kid })
        .setIssuer(issuer())
        .setAudience(audiences()[0])
        .setSubject(sub)
        .setJti(newId())
        .setIssuedAt(now)
        .setExpirationTime(now + ACCESS_SECONDS)
        .sign(key)
      return { accessToken, expires: at((now + ACCESS_SECONDS) * 1000) }
    },
    async launch(caller, session, id, context) {
      const { launchUri } = await clients.find(id)
      if (launchUri === undefined)
        throw identityFaults['bad-context']({ why: 'The program can not be started from a chart.' })
      for (const one of [context.patient, context.encounter])
        if (one !== undefined && !ID.test(one))
          throw identityFaults['bad-context']({ why: 'Patient and encounter are named by their ids.' })
      const about = { action: 'sign-in', resources: [`client/${id}`], reason: 'program started from a chart' } as const
      const launch = await changing(tools, caller, about, (tx) => contexts.addLaunch(tx, id, session.person, context))
      const url = new URL(launchUri)
      url.searchParams.set('iss', audiences()[0])
      url.searchParams.set('launch', launch)
      return url.href
    },
    registrationToken: (caller) => clients.permit(caller),
    rotateSigningKey: (caller) => keys.rotate(caller),
    revokeSigningKey: (caller, kid) => keys.revoke(caller, kid),
    origins: async () => {
      const all = (await clients.list()).flatMap(({ redirectUris, launchUri = '' }) => [...redirectUris, launchUri])
      return [...new Set([issuer(), ...all].map((uri) => URL.parse(uri)?.origin ?? 'null'))].filter(
        (origin) => origin !== 'null',
      )
    },
    async care() {
      await keys.care()
      await control.rows(tidyArtifacts(at(nowMs())))
      await contexts.tidy()
    },
  }
}

type Answer = (caller: Caller, request: IncomingMessage, response: ServerResponse) => Promise<void>
