/** The operations door: how the whole is, for load balancers, monitors and people on call. */
import Fastify from 'fastify'
import type { Registry } from 'prom-client'
import { nowMilliseconds } from '#foundation/clock.ts'
import { Fault, KINDS } from '#foundation/fault.ts'
import type { Log } from '#foundation/log.ts'
import { bearer } from '../bearer.ts'

export interface OperationsOptions {
  readonly host: string
  readonly port: number
  readonly log: Log
  readonly metrics: Registry
  readonly token: string
  readonly hospital: { readonly address: string; readonly restarts: () => number }
  /** Rejects when the control database does not answer. */
  readonly ask: () => Promise<void>
}

interface Part {
  readonly name: string
  readonly status: 'pass' | 'warn' | 'fail'
  readonly output?: string
  readonly observedValue?: number
  readonly observedUnit?: string
}

const PATIENCE_MS = 3_000
const HEALTH_JSON = 'application/health+json; charset=utf-8'

/** Opens the door; resolves when it listens. */
export async function openOperations(
  options: OperationsOptions,
): Promise<{ readonly address: string } & AsyncDisposable> {
  const { host, port, log, metrics, token, hospital, ask } = options
  const app = Fastify({ keepAliveTimeout: 72_000, requestTimeout: 30_000, bodyLimit: 1024 * 1024 })

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

  app.get('/health/live', async (_request, reply) => reply.type(HEALTH_JSON).send({ status: 'pass' }))
  app.get('/health/ready', async (_request, reply) => {
    const part = await database()
    return reply
      .code(part.status === 'pass' ? 200 : 503)
      .type(HEALTH_JSON)
      .send({ status: part.status })
  })
  app.get('/health', async (_request, reply) => {
    const parts = await Promise.all([database(), hospitalPart(), restartsPart()])
    const status = parts.some((part) => part.status === 'fail') ? 'fail' : 'pass'
    const time = new Date(nowMilliseconds()).toISOString()
    const checks = Object.fromEntries(parts.map(({ name, ...part }) => [name, [{ ...part, time }]]))
    return reply
      .code(status === 'pass' ? 200 : 503)
      .type(HEALTH_JSON)
      .send({ status, description: 'OmniCare', checks })
  })

  app.register(async (guarded) => {
    const check = bearer(token)
    guarded.addHook('onRequest', (request, _reply, done) => done(check(request.headers.authorization)))
    guarded.get('/metrics', async (_request, reply) => reply.type(metrics.contentType).send(await metrics.metrics()))
  })

  app.setErrorHandler((error, _request, reply) => {
    const known = error instanceof Fault
    const { http: status } = KINDS[known ? error.kind : 'broken']
    if (!known) log.error({ err: error }, 'an operations request failed')
    const detail = known ? `${error.message} ${error.remedy}` : 'Unexpected failure; the log has more.'
    return reply
      .code(status)
      .headers(status === 401 ? { 'www-authenticate': 'Bearer' } : {})
      .type('application/problem+json')
      .send({ type: 'about:blank', status, title: known ? error.code : 'unexpected', detail })
  })
  const address = await app.listen({ host, port })
  return { address, [Symbol.asyncDispose]: () => app.close() }
}
