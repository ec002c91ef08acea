/**
 * How oidc-provider is set up: OAuth 2.1's rules (PKCE always, refresh tokens rotate), SMART's scopes and launches on top.
 * https://hl7.org/fhir/smart-app-launch/STU2.2/ · Why: docs/decisions/0014-oauth.md
 */
import type { JWK } from 'jose'
import type {
  AccessToken,
  Adapter,
  ClientCredentials,
  Configuration,
  FindAccount,
  InteractionResults,
  KoaContextWithOIDC,
  Provider as LibraryProvider,
  interactionPolicy as Policies,
  RefreshToken,
} from 'oidc-provider'
import { CLIENT_SIGNATURES, PLAIN_SCOPES, scopesOf } from '../access.ts'
import type { Person } from '../terms.ts'
import { COMES_BACK, mayComeBack, scopeMetadata } from './clients.ts'
import type { Contexts } from './contexts.ts'
import { errors, interactionPolicy, Provider } from './library.ts'
import { grantable, needsPatient } from './scopes.ts'

export interface ProviderNeeds {
  readonly issuer: string
  /** FHIR bases by which the hospital is known; tokens name the first. */
  readonly audiences: () => readonly [string, ...string[]]
  readonly refreshDays: number
  readonly keys: readonly JWK[]
  readonly adapter: (kind: string) => Adapter
  readonly contexts: Contexts
  /** The account, when somebody may sign in to it. */
  readonly person: (id: string) => Promise<Person | undefined>
  readonly isLive: (session: string, person: string) => Promise<boolean>
}

export const ACCESS_SECONDS = 5 * 60
/** What the page of an interaction has to send along: it was begun in this browser. */
const INTERACTION_COOKIE = 'omnicare-interaction'
const STEPS = { login: '/sign-in', patient: '/pick-patient', consent: '/consent' } as const
const DAY_SECONDS = 86_400
const REFRESHED: ReadonlySet<string> = new Set(['offline_access', 'online_access'])

/** What the steps of an interaction have found out so far. */
export interface Result extends InteractionResults {
  readonly session?: string
  readonly patient?: string
  readonly encounter?: string
}

const resultOf = (ctx: KoaContextWithOIDC): Result | undefined => ctx.oidc.result as Result | undefined

export function openProvider(needs: ProviderNeeds): LibraryProvider {
  const { issuer, keys, adapter } = needs
  const provider = new Provider(issuer, { ...configurationOf(needs), adapter, jwks: { keys: keys as JWK[] } as never })
  // The issuer is the address by which we are reached, whatever proxies say (oauth.ts sets what they would).
  provider.proxy = true
  return provider
}

function policy(): Policies.DefaultPolicy {
  const { Check, Prompt, base } = interactionPolicy
  const steps = base()
  // Who is signed in the cookie of our own pages says, asked each time: there is one session, and it ends everywhere.
  steps
    .get('login')
    ?.checks.add(new Check('session', 'somebody has to sign in', (ctx) => ctx.oidc.result?.login === undefined))
  steps.add(
    new Prompt(
      { name: 'patient', requestable: false },
      new Check('patient', 'a patient has to be chosen', (ctx) => {
        const { params } = ctx.oidc
        return (
          resultOf(ctx)?.patient === undefined && params?.launch === undefined && needsPatient(String(params?.scope))
        )
      }),
    ),
    1,
  )
  return steps
}

function configurationOf(needs: ProviderNeeds): Configuration {
  const { issuer, audiences, refreshDays, contexts } = needs
  const secure = issuer.startsWith('https:')
  const cookie = { httpOnly: true, sameSite: 'lax', secure, path: '/oauth' } as const
  const days = refreshDays * DAY_SECONDS
  const findAccount: FindAccount = async (_ctx, sub, token) => {
    const person = await needs.person(sub)
    if (person === undefined) return undefined
    const bound = token !== undefined && 'grantId' in token && !token.scopes.has('offline_access')
    const context = bound ? await contexts.of(String(token.grantId)) : undefined
    if (context !== undefined && !(await needs.isLive(context.session, sub))) return undefined
    return {
      accountId: sub,
      claims: async () => ({
        sub,
        name: person.displayName,
        preferred_username: person.userName,
        ...(person.fhir !== undefined && { fhirUser: `${audiences()[0]}/${person.fhir}` }),
      }),
    }
  }
  /** Whether a token that was not taken back counts: those that it was given for may have ended. */
  const counts = async (ctx: KoaContextWithOIDC, token: RefreshToken | AccessToken | ClientCredentials) => {
    if ((await ctx.oidc.provider.Client.find(String(token.clientId))) === undefined) return false
    const { accountId } = token as Partial<RefreshToken>
    return accountId === undefined || (await findAccount(ctx, accountId, token as RefreshToken)) !== undefined
  }
  return {
    scopes: [...PLAIN_SCOPES],
    claims: { openid: ['sub'], profile: ['name', 'preferred_username'], fhirUser: ['fhirUser'] },
    // SMART has fhirUser in the ID token.
    conformIdTokenClaims: false,
    responseTypes: ['code'],
    subjectTypes: ['public'],
    clientAuthMethods: ['none', 'private_key_jwt', 'client_secret_basic', 'client_secret_post'],
    clientDefaults: { id_token_signed_response_alg: 'ES256', token_endpoint_auth_method: 'none' },
    enabledJWA: {
      idTokenSigningAlgValues: ['ES256'],
      clientAuthSigningAlgValues: [...CLIENT_SIGNATURES],
      userinfoSigningAlgValues: ['ES256'],
    },
    extraClientMetadata: { properties: ['smart_scope', 'launch_uri'], validator: checkMetadata },
    clientBasedCORS: (_ctx, origin, client) =>
      (client.redirectUris ?? []).some((uri) => URL.parse(uri)?.origin === origin),
    pkce: { required: () => true },
    rotateRefreshToken: true,
    issueRefreshToken: async (_ctx, client, code) =>
      client.grantTypeAllowed('refresh_token') && [...code.scopes].some((scope) => REFRESHED.has(scope)),
    // Our own sessions decide, each time an account is looked up.
    expiresWithSession: async () => false,
    loadExistingGrant: async (ctx) => {
      const granted = ctx.oidc.result?.consent?.grantId
      return granted === undefined ? undefined : ctx.oidc.provider.Grant.find(granted)
    },
    extraParams: ['launch', 'aud'],
    cookies: {
      names: { session: 'omnicare-oauth', interaction: 'omnicare-oauth-step', resume: 'omnicare-oauth-resume' },
      long: cookie,
      short: cookie,
    },
    interactions: {
      policy: policy(),
      url: async (ctx, { uid, prompt }) => {
        ctx.cookies.set(INTERACTION_COOKIE, uid, { ...cookie, path: `/api/interaction/${uid}`, overwrite: false })
        return `${STEPS[prompt.name as keyof typeof STEPS]}?interaction=${uid}`
      },
    },
    ttl: {
      AccessToken: ACCESS_SECONDS,
      ClientCredentials: ACCESS_SECONDS,
      AuthorizationCode: 60,
      IdToken: 3_600,
      Interaction: 1_800,
      Session: 3_600,
      Grant: days,
      RefreshToken: days,
    } as NonNullable<Configuration['ttl']>,
    features: {
      devInteractions: { enabled: false },
      dPoP: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      clientCredentials: { enabled: true },
      // Who can't keep a secret learns of its own tokens only; a gateway that can learns of all it is shown.
      introspection: {
        enabled: true,
        allowedPolicy: async (ctx, client, token) =>
          (client.clientAuthMethod !== 'none' || token.clientId === client.clientId) && (await counts(ctx, token)),
      },
      revocation: { enabled: true, allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId },
      registration: {
        enabled: true,
        initialAccessToken: true,
        issueRegistrationAccessToken: false,
        idFactory: () => crypto.randomUUID(),
        policies: { smart: (_ctx, properties) => standardScope(properties as Record<string, unknown>) },
      },
      resourceIndicators: {
        enabled: true,
        defaultResource: async (ctx, _client, oneOf) => oneOf?.[0] ?? unnamedResource(ctx, audiences()[0]),
        useGrantedResource: async () => true,
        getResourceServerInfo: async (ctx, resource, client) => {
          if (!audiences().includes(resource))
            throw new errors.InvalidTarget('aud is not the FHIR base of this hospital')
          const { smart_scope: registered = '' } = client as { smart_scope?: string }
          const byItself = ctx.oidc.params?.grant_type === 'client_credentials'
          return {
            scope: grantable(askedIn(ctx), registered, byItself)
              .map(({ text }) => text)
              .join(' '),
            audience: audiences()[0],
            accessTokenFormat: 'jwt',
            accessTokenTTL: ACCESS_SECONDS,
            jwt: { sign: { alg: 'ES256' } },
          }
        },
      },
    },
    findAccount,
    formats: {
      customizers: {
        jwt: (ctx, _token, parts) => {
          const plain = plainGranted(ctx)
          if (plain.length > 0)
            Object.assign(parts.payload, { scope: [...plain, parts.payload.scope].join(' ').trim() })
        },
      },
    },
    extraTokenClaims: async (_ctx, token) => (token.kind === 'AccessToken' ? claimsOf(needs, token) : undefined),
    renderError: async (ctx, out) => {
      ctx.type = 'text/plain; charset=utf-8'
      ctx.body = `This program could not be let in: ${out.error}${out.error_description ? `, ${out.error_description}` : ''}.\n`
    },
  }
}

async function claimsOf({ contexts, person: find }: ProviderNeeds, token: AccessToken) {
  const context = token.grantId === undefined ? undefined : await contexts.of(token.grantId)
  const person = context === undefined ? undefined : await find(context.person)
  if (context === undefined || person === undefined) throw new errors.InvalidGrant('the account has ended')
  return personClaims(person, context)
}

/** What an access token says of a person. */
export const personClaims = (
  person: Pick<Person, 'userName' | 'roles' | 'fhir'>,
  context: { session: string; patient?: string },
) => ({
  sid: context.session,
  roles: person.roles,
  name: person.userName,
  ...(person.fhir !== undefined && { fhirUser: person.fhir }),
  ...(context.patient !== undefined && { patient: context.patient }),
})

/**
 * What was granted beside resources. The library leaves it out of tokens for a resource, and programs look for it: that of
 * SMART in JavaScript asks for no other token unless `offline_access` or `online_access` stands in the answer.
 */
function plainGranted({ oidc }: KoaContextWithOIDC): string[] {
  const { AuthorizationCode: code, RefreshToken: refresh, Grant: grant } = oidc.entities
  const narrowed = refresh !== undefined && typeof oidc.params?.scope === 'string' ? oidc.params.scope : undefined
  const asked = scopesOf(narrowed ?? (code ?? refresh)?.scope ?? '').plain
  return grant === undefined || asked.length === 0 ? [] : grant.getOIDCScopeFiltered(new Set(asked)).split(' ')
}

/** Those asked for now, and those that a code or refresh token was given for. */
function askedIn({ oidc }: KoaContextWithOIDC): string {
  const { AuthorizationCode: code, RefreshToken: refresh } = oidc.entities
  return [oidc.params?.scope, code?.scope, refresh?.scope].filter((one) => typeof one === 'string').join(' ')
}

/** A program by itself can only mean us; one that sends a person must say whom it means, so that nobody else takes the token. */
function unnamedResource(ctx: KoaContextWithOIDC, base: string): string {
  const { route, params } = ctx.oidc
  if (route === 'token' || scopesOf(String(params?.scope ?? '')).smart.length === 0) return base
  throw new errors.InvalidRequest('aud must name the FHIR base')
}

function checkMetadata(_ctx: unknown, key: string, value: unknown): void {
  if (value === undefined) return
  if (key === 'smart_scope' && typeof value === 'string' && scopesOf(value).unknown.length === 0) return
  if (key === 'launch_uri' && typeof value === 'string' && /^https?:$/.test(URL.parse(value)?.protocol ?? '')) return
  throw new errors.InvalidClientMetadata(`${key} is not well-formed`)
}

/**
 * `scope` of RFC 7591, as it is kept here. What a program may do without anybody being there, an administrator registers
 * by name: who may register itself doesn't give itself that.
 */
function standardScope(properties: Record<string, unknown>): void {
  const { scope, grant_types: grants = [] } = properties
  const byItself = scopesOf(String(scope ?? '')).smart.some(({ context }) => context === 'system')
  if (byItself || (grants as readonly unknown[]).includes('client_credentials'))
    throw new errors.InvalidClientMetadata('programs that act by themselves are registered by an administrator')
  const { redirect_uris: uris = [] } = properties
  if (!(uris as readonly unknown[]).every((uri) => typeof uri !== 'string' || mayComeBack(uri)))
    throw new errors.InvalidClientMetadata(COMES_BACK)
  for (const name of ['scope', 'smart_scope']) delete properties[name]
  try {
    Object.assign(properties, scopeMetadata(String(scope ?? '')))
  } catch {
    throw new errors.InvalidClientMetadata('scope must name scopes as in launch/patient or patient/Observation.rs')
  }
}
