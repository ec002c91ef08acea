import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { Registry } from 'prom-client'
import type { Audit } from '#audit'
import { nowMilliseconds, systemClock } from '#foundation/clock.ts'
import { Fault, KINDS } from '#foundation/fault.ts'
import type { Log } from '#foundation/log.ts'
import { loggedRequest } from '#foundation/logged-request.ts'
import type { KeptPair } from '#foundation/tls/keep.ts'
import { netOf, type Trust } from '#identity/entry'
import type { HealthRecord } from '#record'
import type { AtWork } from './at-work.ts'
import { bearer } from './bearer.ts'
import { takeBodies } from './body.ts'
import { guard, knowCallers, openCallers, requireOperator } from './caller.ts'
import { compressed, isLarge } from './compress.ts'
import { letBrowsersIn } from './cors.ts'
import { openCrowd, STRANGERS } from './crowd.ts'
import type { Trail } from './fhir/audit-events.ts'
import { openBase } from './fhir/door.ts'
import { interactionOf } from './fhir/interaction.ts'
import { asFault, refuse } from './fhir/outcome.ts'
import { fhirRoutes, learningRoutes } from './fhir/routes.ts'
import { smartRoutes } from './fhir/smart.ts'
import { healthRoutes, type Phase } from './health.ts'
import { type Exchanges, malformed } from './malformed.ts'
import { openMeter } from './meter.ts'
import { requestId } from './request-id.ts'
import { hangOut, hangOutNothing, wrongMethod } from './routes.ts'
import type { Load } from './saturation.ts'
import { comeSecurely, followPair, headersFor, serverOptions } from './secure.ts'
import { tellRefusal } from './tell-refusal.ts'

export interface ServerOptions {
  readonly record: HealthRecord
  readonly audit: Audit
  readonly log: Log
  readonly metrics: Registry
  readonly token: string
  readonly version: string
  readonly phase: Phase
  /** How busy this process is; absent where nobody looks. */
  readonly load?: () => Load
  readonly atWork: AtWork
  readonly publicUrl?: string
  /** Addresses or networks of proxies, whose word for who asks is taken. */
  readonly trustedProxies?: readonly string[]
  readonly bodyLimitBytes: number
  /** For the whole request to arrive; the headers have a quarter of it. */
  readonly requestTimeoutMs: number
  /** For the record to answer whether it is there. */
  readonly patienceMs: number
  /** Where AuditEvents are asked for; without it nowhere. */
  readonly trail?: Trail
  /** Whom signed tokens and API keys let in; without it they let in nobody. */
  readonly trust?: Trust
  /** Without it plain HTTP is spoken. */
  readonly tls?: KeptPair
}

const NO_TRAIL: Trail = { address: () => undefined, key: undefined }
/** Longer than the idle time of usual load balancers (60 s): they, not we, hang up, and no request meets a closed door. */
const KEEP_ALIVE_MS = 72_000
const MOST_HEADER_BYTES = 32 * 1024

/** The hospital's HTTP server, not yet listening. */
export function openServer(options: ServerOptions): FastifyInstance {
  const { record, audit, log, metrics, token, version, phase, atWork, publicUrl, bodyLimitBytes, requestTimeoutMs } =
    options
  const { trail = NO_TRAIL, trust, tls } = options
  const headers = headersFor(comeSecurely(tls, publicUrl))
  const meter = openMeter(metrics)
  const countMalformed = meter('unknown', 'malformed')
  const caller = openCallers('TREAT')
  const exchanges: Exchanges = new WeakMap()

  /** Every request that ends in a fault ends here; gives the fault to answer with. */
  const told = atWork.counted((error: unknown, request: FastifyRequest): Promise<Fault> => {
    const fault = asFault(error, request.id)
    const facts = {
      'http.request.id': loggedRequest(request.id),
      'http.request.method': request.method,
      // The route's pattern: the address itself may name a patient.
      'url.path': request.routeOptions.url ?? 'none',
      'event.code': fault.code,
    }
    // What a fault has to tell stands in its code; only of what nobody expected the log needs the error itself.
    if (KINDS[fault.kind].http >= 500)
      log.error({ ...facts, err: error instanceof Fault ? error.cause : error }, 'a request failed')
    else if (fault.kind === 'unknown') log.info(facts, 'a request without a valid token was refused')
    else log.debug(facts, 'a request was refused')
    return tellRefusal(audit, caller(request), interactionOf(request), fault)
  })

  const { trustedProxies = [] } = options
  const app = Fastify({
    trustProxy: trustedProxies.length === 0 ? false : [...trustedProxies],
    ...serverOptions(tls, {
      maxHeaderSize: MOST_HEADER_BYTES,
      headersTimeout: requestTimeoutMs / 4,
      connectionsCheckingInterval: requestTimeoutMs / 8,
    }),
    requestTimeout: requestTimeoutMs,
    keepAliveTimeout: KEEP_ALIVE_MS,
    bodyLimit: bodyLimitBytes,
    exposeHeadRoutes: false,
    genReqId: requestId,
    requestIdHeader: false,
    // Requests that come in while the server drains are still answered; each answer says that the connection ends.
    return503OnClosing: false,
    routerOptions: {
      ignoreTrailingSlash: true,
      // An id too long is told so by those who know ids, instead of getting lost on the way.
      maxParamLength: MOST_HEADER_BYTES,
      // Query strings are read where they are wanted, in order and with repeats.
      querystringParser: () => NO_QUERY,
    },
    clientErrorHandler: malformed({ audit, log, count: countMalformed, exchanges }),
    frameworkErrors: (error, request, reply) => {
      reply.headers(headers).header('x-request-id', request.id)
      told(error, request as FastifyRequest).then(
        (fault) => {
          countMalformed(KINDS[fault.kind].http, 0)
          refuse(request as FastifyRequest, reply as FastifyReply, fault)
        },
        (failure) => reply.raw.destroy(failure),
      )
    },
  })

  followPair(app.server, tls, metrics)
  app.server.on('request', (request, response) => exchanges.set(request.socket, { request, response }))
  knowCallers(app)
  if (trust !== undefined) letBrowsersIn(app, trust.knowsOrigin)
  takeBodies(app, bodyLimitBytes)
  app.setErrorHandler(async (error, request, reply) => {
    const fault = await told(error, request)
    // What could not be written down does not even say that there was a version.
    if (fault !== error) for (const name of OF_A_VERSION) reply.removeHeader(name)
    return refuse(request, reply, fault)
  })
  app.setNotFoundHandler(wrongMethod(app.supportedMethods))
  app.addHook('onSend', (request, reply, payload, done) => {
    reply.headers(headers).header('x-request-id', request.id)
    if (phase.current === 'draining') reply.header('connection', 'close')
    if (!isLarge(payload)) return done(null, payload)
    compressed(request, reply, payload).then((sent) => done(null, sent), done)
  })

  app.addHook('onRoute', (route) => {
    const { handler } = route
    route.handler = atWork.counted((request: FastifyRequest, reply: FastifyReply) => handler.call(app, request, reply))
  })
  hangOut(
    app,
    meter,
    healthRoutes({
      record,
      spooled: audit.spooled,
      phase,
      load: options.load,
      version,
      patienceMs: options.patienceMs,
    }),
  )
  hangOut(app, meter, smartRoutes(trust))
  const check = bearer(token, trust)
  const door = { record, audit, caller, base: openBase(publicUrl, tls === undefined ? 'http' : 'https') }
  app.register(async (learning) => {
    const crowd = openCrowd(STRANGERS, nowMilliseconds)
    guard(learning, check, ({ ip }) => crowd(netOf(ip)))
    // From whichever page, as the SMART configuration is: whoever asks has no origin that is known yet.
    learning.addHook('onRequest', async (_request, reply) => {
      if (!reply.hasHeader('access-control-allow-origin')) reply.header('access-control-allow-origin', '*')
    })
    const since = systemClock().toString({ fractionalSecondDigits: 3 })
    hangOut(learning, meter, learningRoutes(door, { version, since, issuer: () => trust?.issuer() }))
  })
  app.register(async (guarded) => {
    guard(guarded, check)
    hangOut(guarded, meter, fhirRoutes(door, trail))
    hangOut(guarded, meter, {
      '/metrics': {
        GET: async (request, reply) => {
          requireOperator(request)
          return reply.header('content-type', metrics.contentType).send(await metrics.metrics())
        },
      },
    })
    hangOutNothing(guarded, meter)
  })
  return app
}

const NO_QUERY = {}
const OF_A_VERSION = ['etag', 'last-modified'] as const
