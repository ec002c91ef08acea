/** The operations door: how the whole is, for load balancers, monitors and people on call. */
import Fastify, { type FastifyReply, type FastifyRequest } from 'fastify'
import type { Registry } from 'prom-client'
import type { SealingState } from '#audit'
import { nowMilliseconds } from '#foundation/clock.ts'
import { Fault, KINDS } from '#foundation/fault.ts'
import type { Log } from '#foundation/log.ts'
import type { OAuth } from '#identity'
import { bearer } from '../bearer.ts'
import { takeBodies } from '../body.ts'
import { guard, knowCallers, openCallers } from '../caller.ts'
import { httpFaults } from '../faults.ts'
import { asFault, headersOf, refuse as refuseInFhir } from '../fhir/outcome.ts'
import { openMeter } from '../meter.ts'
import { requestId } from '../request-id.ts'
import { hangOut, hangOutNothing, wrongMethod } from '../routes.ts'
import { SECURITY_HEADERS } from '../security-headers.ts'
import { tellRefusal } from '../tell-refusal.ts'
import { type AuditDoor, auditRoutes, publicAuditRoutes, witnessRoutes } from './audit.ts'
import { trailRoutes } from './audit-events.ts'
import { reportRoutes } from './audit-report.ts'
import { searchRoutes } from './audit-search.ts'
import { clientRoutes } from './clients.ts'
import { type IdentityDoor, identityRoutes } from './identity.ts'
import { interactionRoutes, leaveBodies, oauthRoutes } from './oauth.ts'
import { guardForHospital, hospitalRoutes } from './oauth-hospital.ts'

export interface OperationsOptions {
  readonly host: string
  readonly port: number
  readonly log: Log
  readonly metrics: Registry
  readonly token: string
  readonly hospital: { readonly address: string; readonly restarts: () => number }
  /** Rejects when the control database does not answer. */
  readonly ask: () => Promise<void>
  readonly identity: Omit<IdentityDoor, 'caller'>
  readonly oauth: OAuth
  readonly audit: Omit<AuditDoor, 'caller'> & {
    readonly sealing: () => readonly SealingState[]
    /** Why audit.log can't be written; nothing when it can. */
    readonly logs: () => string | undefined
  }
}

interface Part {
  readonly name: string
  readonly status: 'pass' | 'warn' | 'fail'
  readonly output?: string
  readonly observedValue?: number
  readonly observedUnit?: string
}

const BODY_LIMIT = 1024 * 1024
const PATIENCE_MS = 3_000
/** What is refused here is told by its fault. */
const UNNAMED = { action: 'operation', resources: [], patients: [] } as const
/** https://www.rfc-editor.org/rfc/rfc9457 */
const PROBLEM_JSON = 'application/problem+json; charset=utf-8'
const MOST_SEALING_LAG_SECONDS = 5
const FAILED_SEALING_LAG_SECONDS = 60
const HEALTH_JSON = 'application/health+json; charset=utf-8'

/** Opens the door; resolves when it listens. */
export async function openOperations(
  options: OperationsOptions,
): Promise<{ readonly address: string } & AsyncDisposable> {
  const { host, port, log, metrics, token, hospital, ask } = options
  const caller = openCallers('HOPERAT')
  const audit = { ...options.audit, caller }
  const identity = { ...options.identity, caller }
  const oauth = { ...identity, oauth: options.oauth }
  const meter = openMeter(metrics)
  const app = Fastify({
    keepAliveTimeout: 72_000,
    requestTimeout: 30_000,
    bodyLimit: BODY_LIMIT,
    exposeHeadRoutes: false,
    genReqId: requestId,
    requestIdHeader: false,
    frameworkErrors: (error, request, reply) => {
      reply.headers(SECURITY_HEADERS).header('x-request-id', request.id)
      refuse(error, request as FastifyRequest, reply as FastifyReply).catch((failure) => reply.raw.destroy(failure))
    },
  })

  /** Every request that ends in a fault ends here; gives the fault to answer with. */
  const told = (error: unknown, request: FastifyRequest): Promise<Fault> => {
    const refusal = asFault(error, request.id)
    if (KINDS[refusal.kind].http >= 500)
      log.error(
        {
          'http.request.id': request.id,
          'event.code': refusal.code,
          err: error instanceof Fault ? error.cause : error,
        },
        'an operations request failed',
      )
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

  const database = async (): Promise<Part> =>
    ask().then(
      () => ({ name: 'control:database', status: 'pass' }) as const,
      () => ({ name: 'control:database', status: 'fail', output: 'The control database does not answer.' }) as const,
    )
  const hospitalPart = async (): Promise<Part> => {
    const name = 'hospital:ready'
    try {
      const { ok, status } = await fetch(`${hospital.address}/health/ready`, {
        signal: AbortSignal.timeout(PATIENCE_MS),
      })
      return ok ? { name, status: 'pass' } : { name, status: 'fail', output: `The hospital answers ${status}.` }
    } catch {
      return { name, status: 'fail', output: 'The hospital does not answer.' }
    }
  }
  const restartsPart = (): Part => ({
    name: 'hospital:restarts',
    status: 'pass',
    observedValue: hospital.restarts(),
    observedUnit: 'since operations started',
  })

  const sealingPart = (): Part => {
    const name = 'audit:sealing'
    const states = audit.sealing()
    const lag = Math.max(0, ...states.map(({ lagSeconds }) => lagSeconds))
    const failure = states.find((state) => state.failure !== undefined)?.failure
    const observed = { observedValue: Math.round(lag * 1000) / 1000, observedUnit: 's' }
    if (lag <= MOST_SEALING_LAG_SECONDS) return { name, status: 'pass', ...observed }
    const output = failure ?? 'What was recorded waits longer than it should to be sealed.'
    return { name, status: lag <= FAILED_SEALING_LAG_SECONDS ? 'warn' : 'fail', output, ...observed }
  }

  const logsPart = (): Part => {
    const failure = audit.logs()
    return { name: 'audit:logs', ...(failure === undefined ? { status: 'pass' } : { status: 'warn', output: failure }) }
  }

  const say = (reply: FastifyReply, code: number, body: object) =>
    reply.code(code).header('content-type', HEALTH_JSON).send(JSON.stringify(body))

  const closing = new AbortController()
  app.addHook('preClose', (done) => {
    closing.abort()
    done()
  })
  knowCallers(app)
  app.setErrorHandler(refuse)
  app.setNotFoundHandler(wrongMethod(app.supportedMethods))
  app.addHook('onSend', (request, reply, payload, done) => {
    reply.headers(SECURITY_HEADERS).header('x-request-id', request.id)
    done(null, payload)
  })
  hangOut(app, meter, {
    '/health/live': { GET: async (_request, reply) => say(reply, 200, { status: 'pass' }) },
    '/health/ready': {
      GET: async (_request, reply) => {
        const { status } = await database()
        return say(reply, status === 'pass' ? 200 : 503, { status })
      },
    },
    '/health': {
      GET: async (_request, reply) => {
        const parts = await Promise.all([database(), hospitalPart(), restartsPart(), sealingPart(), logsPart()])
        const status = (['fail', 'warn'] as const).find((bad) => parts.some((part) => part.status === bad)) ?? 'pass'
        const time = new Date(nowMilliseconds()).toISOString()
        const checks = Object.fromEntries(parts.map(({ name, ...part }) => [name, [{ ...part, time }]]))
        return say(reply, status === 'fail' ? 503 : 200, { status, description: 'OmniCare', checks })
      },
    },
  })
  hangOut(app, meter, publicAuditRoutes(audit))
  app.register(async (witnessing) => {
    // What is submitted to a witness is text, whatever its sender calls it.
    witnessing.removeAllContentTypeParsers()
    witnessing.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body))
    hangOut(witnessing, meter, witnessRoutes(audit))
  })
  app.register(async (open) => {
    leaveBodies(open)
    hangOut(open, meter, oauthRoutes(oauth))
  })
  hangOut(app, meter, interactionRoutes(oauth))
  app.register(async (hospitals) => {
    guardForHospital(hospitals, audit.relayKey)
    hangOut(hospitals, meter, hospitalRoutes(oauth))
  })
  app.register(async (guarded) => {
    guard(guarded, bearer(token))
    hangOut(guarded, meter, {
      ...auditRoutes(audit),
      ...searchRoutes(audit, closing.signal),
      ...reportRoutes(audit),
      ...identityRoutes(identity),
      ...clientRoutes(oauth),
    })
    guarded.register(async (fhir) => {
      takeBodies(fhir, BODY_LIMIT)
      fhir.setErrorHandler(async (error, request, reply) => refuseInFhir(request, reply, await told(error, request)))
      hangOut(fhir, meter, trailRoutes(audit))
    })
    hangOut(guarded, meter, {
      '/metrics': {
        GET: async (_request, reply) => reply.header('content-type', metrics.contentType).send(await metrics.metrics()),
      },
    })
    hangOutNothing(guarded, meter, httpFaults['no-operations-endpoint'])
  })
  const address = await app.listen({ host, port })
  return { address, [Symbol.asyncDispose]: () => app.close() }
}
