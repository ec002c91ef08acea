/**
 * What stands around oidc-provider: SMART's own words are put into OAuth's before it, and after it the launch context is told
 * and what was given or refused is written down, before any of it leaves.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { decodeJwt } from 'jose'
import type { KoaContextWithOIDC, Provider } from 'oidc-provider'
import type { Log } from '#foundation/log.ts'
import { type Access, scopesOf } from '../access.ts'
import type { IdentityAction, Person } from '../terms.ts'
import type { Caller, Deed, RecordDeed } from '../tools.ts'
import type { Contexts } from './contexts.ts'

interface Needs {
  readonly issuer: string
  readonly record: RecordDeed
  readonly log: Log
  readonly contexts: Contexts
  /** Whom a signed token of ours lets in; undefined when it counts no more, or never did. */
  readonly check: (token: string) => Promise<Access | undefined>
  readonly person: (id: string) => Promise<Person | undefined>
  readonly isLive: (session: string, person: string) => Promise<boolean>
}

type Body = Readonly<Record<string, unknown>>

interface Route {
  readonly action: IdentityAction
  readonly did: string
}

/** What is written down, by the library's name of the route. */
const TOLD: Readonly<Record<string, Route>> = {
  authorization: { action: 'sign-in', did: 'program let in' },
  resume: { action: 'sign-in', did: 'program let in' },
  token: { action: 'sign-in', did: 'token given' },
  revocation: { action: 'sign-out', did: 'token revoked' },
  introspection: { action: 'credential', did: 'token looked at' },
  registration: { action: 'credential', did: 'program registered' },
  userinfo: { action: 'account', did: 'own account looked at' },
}

/** Why a grant was refused, where that tells of somebody else than a clumsy program. */
const SUSPICIOUS: Readonly<Record<string, string>> = {
  'refresh token already used': 'refresh token used again: all of its family were revoked',
  'authorization code already consumed': 'code used again: all that it gave was revoked',
  'already used': 'used twice at once',
  'client mismatch': 'shown by another program than it was given to',
}

export function watched(provider: Provider, { issuer, record, log, contexts, check, person, isLive }: Needs) {
  const callers = new WeakMap<IncomingMessage, Caller>()
  const why = new WeakMap<object, Why>()
  const { protocol, host, pathname } = new URL(issuer)

  provider.on('grant.error', (ctx, error) => void why.set(ctx, error))
  provider.on('authorization.error', (ctx, error) => void why.set(ctx, error))
  provider.on('server_error', (_ctx: unknown, error: Error) => log.error({ err: error }, 'an OAuth request failed'))

  const tell = async (ctx: KoaContextWithOIDC): Promise<void> => {
    const route = TOLD[ctx.oidc.route]
    const caller = callers.get(ctx.req)
    if (route === undefined || caller === undefined) return
    const deed = deedOf(ctx, route, why.get(ctx))
    // A step of an authorization on its way says nothing yet.
    if (deed !== undefined) await record(callerOf(ctx, caller), deed)
  }
  /** Of a signed token, which the library looks at for nobody. */
  const introspected = async (ctx: KoaContextWithOIDC): Promise<Body> => {
    const { client, params } = ctx.oidc
    const token = String(params?.token)
    const access = await check(token)
    if (access === undefined) return { active: false }
    const { subject, session } = access
    if (client?.clientAuthMethod === 'none' && access.client !== client.clientId) return { active: false }
    const payload = decodeJwt(token)
    const goesOn = scopesOf(String(payload.scope)).plain.includes('offline_access')
    const isOver =
      (subject.kind === 'person' && (await person(subject.id)) === undefined) ||
      (session !== undefined && !goesOn && !(await isLive(session, subject.id)))
    return isOver ? { active: false } : { active: true, token_type: 'Bearer', ...payload }
  }

  provider.use(async (untyped, next) => {
    const ctx = untyped as unknown as KoaContextWithOIDC
    inOAuthsWords(ctx)
    await next()
    if (ctx.oidc === undefined) return
    const body = bodyOf(ctx)
    if (ctx.oidc.route === 'token' && ctx.status === 200)
      ctx.body = { ...body, ...scopeIn(body), ...(await launched(ctx, contexts)) }
    if (ctx.oidc.route === 'introspection' && body.error === 'unsupported_token_type') {
      ctx.status = 200
      ctx.body = await introspected(ctx)
    }
    // The session of our own pages is the only one.
    if (cameBack(ctx) !== undefined) await ctx.oidc.session?.destroy()
    try {
      await tell(ctx)
    } catch (error) {
      log.error({ err: error }, 'an OAuth answer could not be recorded, and was not given')
      ctx.remove('location')
      ctx.status = 503
      ctx.body = { error: 'temporarily_unavailable', error_description: 'this can not be recorded now' }
    }
  })
  const callback = provider.callback()
  return {
    async answer(caller: Caller, request: IncomingMessage, response: ServerResponse): Promise<void> {
      callers.set(request, caller)
      // Where we are mounted, as Express says it: links are made with it.
      Object.assign(request, { baseUrl: pathname })
      Object.assign(request.headers, { 'x-forwarded-proto': protocol.slice(0, -1), 'x-forwarded-host': host })
      await callback(request, response)
    },
  }
}

const bodyOf = (ctx: KoaContextWithOIDC): Body =>
  typeof ctx.body === 'object' && ctx.body !== null && !Buffer.isBuffer(ctx.body) ? (ctx.body as Body) : {}

/**
 * `aud` is what OAuth calls `resource` (RFC 8707). To ask for offline_access is to ask for consent, which programs of SMART
 * leave out: https://openid.net/specs/openid-connect-core-1_0.html#OfflineAccess
 */
function inOAuthsWords(ctx: KoaContextWithOIDC): void {
  if (ctx.path !== '/auth' || ctx.method !== 'GET') return
  const { aud, resource, scope, prompt } = ctx.query
  const isOffline = typeof scope === 'string' && scope.split(' ').includes('offline_access')
  ctx.query = {
    ...ctx.query,
    ...(aud !== undefined && resource === undefined && { resource: aud }),
    ...(isOffline && prompt === undefined && { prompt: 'consent' }),
  }
}

/** All that was granted, as the token has it: https://www.rfc-editor.org/rfc/rfc6749.html#section-5.1 */
function scopeIn({ access_token: token }: Body): Body {
  const { scope } = typeof token === 'string' ? decodeJwt(token) : {}
  return scope === undefined ? {} : { scope }
}

/** https://hl7.org/fhir/smart-app-launch/STU2.2/scopes-and-launch-context.html#launch-context-arrives-with-your-access_token */
async function launched({ oidc }: KoaContextWithOIDC, contexts: Contexts): Promise<Body> {
  const grantId = oidc.entities.AccessToken?.grantId
  const context = grantId === undefined ? undefined : await contexts.of(grantId)
  if (context === undefined) return {}
  const { patient, encounter } = context
  return {
    ...(patient !== undefined && { patient, need_patient_banner: true }),
    ...(encounter !== undefined && { encounter }),
  }
}

/** What the program is sent back with, once an authorization is over: a code, or an error. */
function cameBack(ctx: KoaContextWithOIDC): URLSearchParams | undefined {
  const location = ctx.response.get('location')
  const url = location === '' ? null : URL.parse(location, 'http://operations')
  return url !== null && (url.searchParams.has('code') || url.searchParams.has('error')) ? url.searchParams : undefined
}

interface Why {
  readonly error?: string | undefined
  readonly error_detail?: string | undefined
}

function deedOf(ctx: KoaContextWithOIDC, { action, did }: Route, why: Why = {}): Deed | undefined {
  const { oidc, status } = ctx
  const isAuthorization = oidc.route === 'authorization' || oidc.route === 'resume'
  const back = isAuthorization ? cameBack(ctx) : undefined
  if (isAuthorization && status < 400 && back === undefined) return undefined
  const error = back?.get('error') ?? bodyOf(ctx).error ?? why.error
  const isRefused = status >= 400 || (error !== undefined && error !== null)
  const accountId =
    oidc.account?.accountId ?? oidc.entities.RefreshToken?.accountId ?? oidc.entities.AuthorizationCode?.accountId
  const resources = [
    ...(oidc.client === undefined ? [] : [`client/${oidc.client.clientId}`]),
    ...(accountId === undefined ? [] : [`person/${accountId}`]),
  ]
  if (!isRefused) return { action, resources, patients: [], status, reason: did }
  return {
    action,
    resources,
    patients: [],
    outcome: status >= 500 ? 'failed' : 'refused',
    status: Math.max(status, 400),
    code: `oauth/${/^[a-z_]{1,40}$/.test(String(error)) ? error : 'refused'}`,
    reason: SUSPICIOUS[why.error_detail ?? ''] ?? `not done: ${did}`,
  }
}

/** Who asks here is a program. */
const callerOf = ({ oidc }: KoaContextWithOIDC, caller: Caller): Caller =>
  oidc.client === undefined
    ? caller
    : {
        ...caller,
        actor: {
          kind: 'client',
          id: oidc.client.clientId,
          ...(oidc.client.clientName !== undefined && { name: oidc.client.clientName }),
        },
        role: 'client',
      }
