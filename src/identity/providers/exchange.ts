/**
 * OpenID Connect as its relying party: authorization code with PKCE, the ID token verified by the provider's keys.
 * https://openid.net/specs/openid-connect-core-1_0.html, https://www.rfc-editor.org/rfc/rfc9700
 */
import { hash } from 'node:crypto'
import * as client from 'openid-client'
import type { Fault } from '#foundation/fault.ts'
import { identityFaults } from '../faults.ts'
import { askingOf, PATIENCE_SECONDS, Unanswered } from './asking.ts'
import { type Claims, mayBeAsked } from './rules.ts'

/** What OmniCare is at a provider. */
export interface Registration {
  readonly id: string
  readonly issuer: string
  readonly clientId: string
  readonly secret: string | undefined
  readonly scopes: readonly string[]
  readonly acr: readonly string[]
}

export interface Proved {
  readonly subject: string
  /** Of the ID token. */
  readonly claims: Claims
  /** With what userinfo adds; nothing there replaces what is signed. */
  readonly all: () => Promise<Claims>
}

/** Why something of a provider is refused, in fixed words for who looks after it. */
export interface Refused {
  readonly fault: Fault
  readonly why: string
}

const METADATA_MS = 10 * 60_000
/** Not everybody who comes waits for a provider that is away, nor asks it. */
const FAILED_MS = 5_000
/** Of what a token endpoint says, these are told; anything else may be anything. */
const TOLD = ['invalid_client', 'invalid_grant', 'unauthorized_client', 'invalid_scope', 'invalid_request']

/** By one secret that only the browser has: what goes to the provider tells nothing of it, nor of each other. */
const derived = (secret: string, what: string): string =>
  hash('sha256', `omnicare provider v1 ${what} ${secret}`, 'base64url')
export const stateOf = (secret: string): string => derived(secret, 'state')
const nonceOf = (secret: string): string => derived(secret, 'nonce')
const verifierOf = (secret: string): string => derived(secret, 'verifier')

export function openExchange(nowMs: () => number) {
  /** What was asked, answered or not: one question serves all who come at once. */
  const known = new Map<string, { readonly config: Promise<client.Configuration>; untilMs: number }>()

  const discover = async ({ issuer, clientId, secret }: Registration): Promise<client.Configuration> => {
    const auth = secret === undefined ? client.None() : undefined
    const isPlain = issuer.startsWith('http:')
    const config = await client
      .discovery(new URL(issuer), clientId, secret, auth, {
        ...askingOf(issuer),
        timeout: PATIENCE_SECONDS,
        // The ID token comes from the token endpoint by TLS; its signature is checked all the same.
        execute: [client.enableNonRepudiationChecks, ...(isPlain ? [client.allowInsecureRequests] : [])],
      })
      .catch((error) => {
        throw unansweredIn(error) ?? new Unanswered('says of itself what can not be used', error)
      })
    const { issuer: said, authorization_endpoint: door = '' } = config.serverMetadata()
    // Some providers answer for all their tenants under one address: ours is one of them, and no other counts.
    if (new URL(said).href !== new URL(issuer).href) throw new Unanswered('is another issuer')
    if (!mayBeAsked(door, issuer)) throw new Unanswered('names an address that is not asked')
    return config
  }
  const configOf = (given: Registration): Promise<client.Configuration> => {
    const held = known.get(given.id)
    if (held !== undefined && held.untilMs > nowMs()) return held.config
    const asked = { config: discover(given), untilMs: nowMs() + METADATA_MS }
    known.set(given.id, asked)
    asked.config.catch(() => {
      asked.untilMs = nowMs() + FAILED_MS
    })
    return asked.config
  }

  return {
    forget: (id: string) => void known.delete(id),
    /** Asks anew what the provider says of itself. */
    async test(given: Registration) {
      const {
        issuer,
        authorization_endpoint: signsInAt = '',
        token_endpoint: tokensAt = '',
      } = (await discover(given)).serverMetadata()
      return { issuer, signsInAt, tokensAt }
    },
    /** Where the browser is to go. */
    async address(given: Registration, secret: string, redirectUri: string): Promise<string> {
      const url = client.buildAuthorizationUrl(await configOf(given), {
        redirect_uri: redirectUri,
        scope: given.scopes.join(' '),
        state: stateOf(secret),
        nonce: nonceOf(secret),
        code_challenge: await client.calculatePKCECodeChallenge(verifierOf(secret)),
        code_challenge_method: 'S256',
        ...(given.acr.length > 0 && { acr_values: given.acr.join(' ') }),
      })
      return url.href
    },
    /** Who came back, by the whole address that they came back by. */
    async proved(given: Registration, secret: string, address: string): Promise<Proved> {
      const config = await configOf(given)
      const tokens = await client.authorizationCodeGrant(config, new URL(address), {
        pkceCodeVerifier: verifierOf(secret),
        expectedState: stateOf(secret),
        expectedNonce: nonceOf(secret),
        idTokenExpected: true,
      })
      const claims = tokens.claims() as Claims & { readonly sub: string }
      return {
        subject: claims.sub,
        claims,
        async all() {
          if (config.serverMetadata().userinfo_endpoint === undefined) return claims
          const { email, email_verified, ...more } = await client.fetchUserInfo(config, tokens.access_token, claims.sub)
          const both = { ...more, ...claims }
          // An address and whether it is verified belong together: both are taken from the same place.
          return Object.hasOwn(claims, 'email') ? both : { ...both, email, email_verified }
        },
      }
    },
  }
}

/** What is thrown here and by the library. */
export function refusedBy(error: unknown): Refused {
  const unanswered = unansweredIn(error)
  if (unanswered !== undefined) return { fault: identityFaults['provider-away'](), why: unanswered.why }
  if (error instanceof client.AuthorizationResponseError)
    return { fault: identityFaults['provider-said-no'](), why: 'has let nobody in' }
  if (error instanceof client.ResponseBodyError) {
    const why = TOLD.includes(error.error) ? `refuses the code: ${error.error}` : 'refuses the code'
    return { fault: identityFaults['provider-not-believed'](), why }
  }
  const { code = 'unexpected', cause } = error as { code?: string; cause?: { cause?: { claim?: unknown } } }
  if (!(error instanceof client.ClientError) && code === 'unexpected') throw error
  const claim = cause?.cause?.claim
  const why = typeof claim === 'string' && /^[a-z_]{1,20}$/.test(claim) ? `${code}: ${claim}` : code
  return { fault: identityFaults['provider-not-believed'](), why }
}

function unansweredIn(error: unknown): Unanswered | undefined {
  for (let at = error; at instanceof Error; at = at.cause) if (at instanceof Unanswered) return at
  return undefined
}
