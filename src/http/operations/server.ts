/** The operations door: how the whole is, for load balancers, monitors and people on call. */

import Fastify, { type FastifyReply, type FastifyRequest } from 'fastify'
import type { Registry } from 'prom-client'
import { nowMilliseconds } from '#foundation/clock.ts'
import { Fault, KINDS } from '#foundation/fault.ts'
import type { Log } from '#foundation/log.ts'
import { loggedRequest } from '#foundation/logged-request.ts'
import { LOOPBACK } from '#foundation/loopback.ts'
import type { KeptPair } from '#foundation/tls/keep.ts'
import { isTold } from '#foundation/told.ts'
import { netOf, type OAuth } from '#identity'
import { AUDIT_EVENTS } from '../audit-event-routes.ts'
import { bearer } from '../bearer.ts'
import { takeBodies } from '../body.ts'
import { knowCallers, openCallers } from '../caller.ts'
import { openCrowd, STRANGERS } from '../crowd.ts'
import { httpFaults } from '../faults.ts'
import { asFault, headersOf, refuse as refuseInFhir } from '../fhir/outcome.ts'
import { openMeter } from '../meter.ts'
import { hasKey } from '../relay.ts'
import { requestId } from '../request-id.ts'
import { hangOut, hangOutNothing, together, wrongMethod } from '../routes.ts'
import { comeSecurely, followPair, headersFor, serverOptions } from '../secure.ts'
import { tellRefusal } from '../tell-refusal.ts'
import { accountRoutes } from './account.ts'
import { asksOf } from './asks.ts'
import { type AuditDoor, publicAuditRoutes, witnessRoutes } from './audit.ts'
import { knowBrowsers, openBrowserCallers, openBrowsers } from './browser.ts'
import { openCookies } from './cookies.ts'
import { guardOperations, knowRights } from './entrance.ts'
import { guardedRoutes, guardedTrail } from './guarded.ts'
import { type HealthDoor, publicHealthRoutes } from './health.ts'
import type { IdentityDoor } from './identity.ts'
import type { LogsDoor } from './logs.ts'
import { interactionRoutes, leaveBodies, oauthRoutes } from './oauth.ts'
import { guardForHospital, hospitalRoutes } from './oauth-hospital.ts'
import { hangOutPages } from './pages.ts'
import type { PerformanceDoor } from './performance.ts'
import { allPermitted } from './permit.ts'
import { providerRoutes } from './providers.ts'
import { sessionRoutes } from './session.ts'

export interface OperationsOptions {
  readonly host: string
  readonly port: number
  readonly log: Log
  readonly metrics: Registry
  readonly token: string
  /** Addresses by which people come, when it isn't the one that is listened on. */
  readonly publicUrl?: string | undefined
  /** Without it plain HTTP is spoken. */
  readonly tls?: { readonly pair: KeptPair } | undefined
  /** Networks of proxies, whose word for who asks is taken. */
  readonly trustedProxies?: readonly string[]
  /** `base`: of FHIR, as pages of ours ask it. */
  readonly hospital: { readonly base: string }
  /** Whether it is the practice hospital. */
  readonly practice: boolean
  readonly health: HealthDoor
  /** With what is mailed, where anything is. */
  readonly identity: Omit<IdentityDoor, 'caller'>
  readonly oauth: OAuth
  readonly audit: Omit<AuditDoor, 'caller'>
  readonly logs: Omit<LogsDoor, 'audit' | 'caller'>
  readonly performance: Omit<PerformanceDoor, 'audit' | 'caller'>
}

const BODY_LIMIT = 1024 * 1024
/** A passkey's answer is the longest that a browser sends. */
const BROWSER_BODY_LIMIT = 64 * 1024
/** What is refused here is told by its fault. */
const UNNAMED = { action: 'operation', resources: [], patients: [] } as const
/** https://www.rfc-editor.org/rfc/rfc9457 */
const PROBLEM_JSON = 'application/problem+json; charset=utf-8'

/** Opens the door; resolves when it listens. */
export async function openOperations(
  options: OperationsOptions,
): Promise<{ readonly address: string } & AsyncDisposable> {
  const { host, port, log, metrics, token, hospital, health, publicUrl, trustedProxies = [] } = options
  const caller = openBrowserCallers(openCallers('HOPERAT'))
  const audit = { ...options.audit, caller }
  const identity = { ...options.identity, caller }
  const secure = comeSecurely(options.tls?.pair, publicUrl)
  const cookies = openCookies(secure)
  let origins: readonly string[] = []
  const browsers = openBrowsers({ sessions: options.identity.identity.sessions, cookies, origins: () => origins })
  const headers = headersFor(secure)
  const telling = { audit: audit.audit, caller }
  const logs = { ...options.logs, ...telling }
  const performance = { ...options.performance, ...telling }
  const oauth = { ...identity, oauth: options.oauth, headers }
  const meter = openMeter(metrics)
  const app = Fastify({
    ...serverOptions(options.tls?.pair, {}),
    trustProxy: trustedProxies.length === 0 ? false : [...trustedProxies],
    keepAliveTimeout: 72_000,
    requestTimeout: 30_000,
    bodyLimit: BODY_LIMIT,
    exposeHeadRoutes: false,
    genReqId: requestId,
    requestIdHeader: false,
    frameworkErrors: (error, request, reply) => {
      reply.headers(headers).header('x-request-id', request.id)
      refuse(error, request as FastifyRequest, reply as FastifyReply).catch((failure) => reply.raw.destroy(failure))
    },
  })

  /** Every request that ends in a fault ends here; gives the fault to answer with. */
  const told = async (error: unknown, request: FastifyRequest): Promise<Fault> => {
    const refusal = asFault(error, request.id)
    if (KINDS[refusal.kind].http >= 500)
      log.error(
        {
          'http.request.id': loggedRequest(request.id),
          'event.code': refusal.code,
          err: error instanceof Fault ? error.cause : error,
        },
        'an operations request failed',
      )
    if (isTold(error, request.id)) return refusal
    return tellRefusal(audit.audit, caller(request), request.asks ?? UNNAMED, refusal)
  }
  const refuse = async (error: unknown, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const fault = await told(error, request)
    const { http: status } = KINDS[fault.kind]
    return reply
      .code(status)
      .headers({ ...headersOf(fault), 'content-type': PROBLEM_JSON })
      .send(
        JSON.stringify({ type: 'about:blank', status, title: fault.code, detail: `${fault.message} ${fault.remedy}` }),
      )
  }

  followPair(app.server, options.tls?.pair, metrics)
  const closing = new AbortController()
  app.addHook('preClose', (done) => {
    closing.abort()
    done()
  })
  knowCallers(app)
  knowBrowsers(app)
  knowRights(app)
  // JSON only: what a form of another site can send is not read at all.
  app.removeContentTypeParser('text/plain')
  app.setErrorHandler(refuse)
  app.setNotFoundHandler(wrongMethod(app.supportedMethods))
  app.addHook('onSend', (request, reply, payload, done) => {
    reply.headers(headers).header('x-request-id', request.id)
    done(null, payload)
  })
  hangOut(app, meter, publicHealthRoutes(health))
  hangOut(app, meter, publicAuditRoutes(audit))
  hangOutPages(app, meter, { hospital: hospital.base })
  app.register(async (witnessing) => {
    // What is submitted to a witness is text, whatever its sender calls it.
    witnessing.removeAllContentTypeParsers()
    witnessing.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body))
    hangOut(witnessing, meter, witnessRoutes(audit))
  })
  app.register(async (open) => {
    const crowd = openCrowd(STRANGERS, nowMilliseconds)
    open.addHook('onRequest', async (request) => {
      request.asks = asksOf(request)
      crowd(netOf(request.ip))
      await browsers.know(request)
      browsers.refuseOthers(request)
    })
    open.addHook('onRoute', (route) => {
      route.bodyLimit = BROWSER_BODY_LIMIT
    })
    const mail = options.identity.outbox !== undefined
    const settings = () => ({ practice: options.practice, hospital: hospital.base, mail })
    const door = { ...identity, oauth: options.oauth, cookies, browsers, settings }
    hangOut(
      open,
      meter,
      together(sessionRoutes(door), providerRoutes(door), accountRoutes(door), interactionRoutes(oauth)),
    )
  })
  app.register(async (programs) => {
    leaveBodies(programs)
    const crowd = openCrowd(STRANGERS, nowMilliseconds)
    programs.addHook('onRequest', async (request) => crowd(netOf(request.ip)))
    hangOut(programs, meter, oauthRoutes(oauth))
  })
  app.register(async (hospitals) => {
    guardForHospital(hospitals, audit.relayKey)
    hangOut(hospitals, meter, hospitalRoutes(oauth))
  })
  app.register(async (guarded) => {
    // Questions for the trail that the hospital passes on carry tokens that are meant for it. They count for nothing else:
    // whoever has got into the hospital sees the tokens of all, and must not be able to administer by them.
    const owner = bearer(token)
    const relayed = bearer(token, options.oauth)
    const check = ({ headers: given, routeOptions: { url = '' } }: FastifyRequest) => {
      const isRelayed = url.startsWith(AUDIT_EVENTS) && hasKey(given, audit.relayKey)
      return (isRelayed ? relayed : owner)(given.authorization)
    }
    guardOperations(guarded, { check, browsers })
    hangOut(
      guarded,
      meter,
      allPermitted(
        guardedRoutes({ audit, identity, oauth, health, logs, performance, metrics, closing: closing.signal }),
      ),
    )
    guarded.register(async (fhir) => {
      takeBodies(fhir, BODY_LIMIT)
      fhir.setErrorHandler(async (error, request, reply) => refuseInFhir(request, reply, await told(error, request)))
      hangOut(fhir, meter, guardedTrail(audit))
    })
    hangOutNothing(guarded, meter, httpFaults['no-operations-endpoint'])
  })
  const address = await app.listen({ host, port })
  const { port: listening, protocol } = new URL(address)
  origins =
    publicUrl === undefined
      ? [address, ...LOOPBACK.map((name) => `${protocol}//${name}:${listening}`)]
      : [new URL(publicUrl).origin]
  return { address, [Symbol.asyncDispose]: () => app.close() }
}
