/** Who asked operations for what, and how it went: written down before anything of it leaves. */
import { createHash } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import type { Action, AuditEntry, Doer, Intake } from '#audit'
import { nowMilliseconds } from '#foundation/clock.ts'
import { type Fault, KINDS } from '#foundation/fault.ts'
import { newId } from '#foundation/ids.ts'

export type Query = Readonly<Record<string, string | undefined>>

export const doerOf = (request: FastifyRequest): Doer => ({
  // There is one token so far, that of the administrator.
  actor: { kind: 'person', id: 'administrator' },
  role: 'administrator',
  request: request.id,
  address: request.ip,
  agent: String(request.headers['user-agent'] ?? '').slice(0, 500),
})

export type Went = Pick<AuditEntry, 'outcome' | 'status' | 'code'>

export const SUCCESS: Went = { outcome: 'success', status: 200 }
/** Whoever asked has hung up: nothing has left, and nothing will. */
const CANCELLED: Went = { outcome: 'cancelled', status: 499 }

export function refusedBy({ kind, code }: Fault): Went {
  const { http: status } = KINDS[kind]
  return { outcome: status >= 500 ? 'failed' : 'refused', status, code }
}

interface About {
  readonly resources?: readonly string[]
  readonly patients?: readonly string[]
  readonly query?: Query
  /** When it is not the one who sent the request. */
  readonly doer?: Doer
}

/**
 * Does what is asked, and gives it once it is written down that it was done. What throws is written down where every
 * refusal is.
 */
export async function told<T>(
  intake: Intake,
  request: FastifyRequest,
  action: Action,
  about: About | ((done: T) => About),
  work: () => Promise<T>,
): Promise<T> {
  const done = await work()
  const went = request.raw.socket.destroyed ? CANCELLED : SUCCESS
  await tell(intake, request, action, typeof about === 'function' ? about(done) : about, went)
  return done
}

/** Resolves once it is durable; rejects when it can't be, and then nothing must be answered. */
export function tell(intake: Intake, request: FastifyRequest, action: Action, about: About, went: Went): Promise<void> {
  const { query = {}, patients = query.patient === undefined ? [] : [query.patient], doer = doerOf(request) } = about
  const { resources = action === 'search' ? ['AuditEvent'] : [] } = about
  return intake.record({
    v: 1,
    id: newId(),
    at: new Date(nowMilliseconds()).toISOString(),
    plane: 'operations',
    ...doer,
    purpose: 'HOPERAT',
    action,
    resources,
    patients: patients.map((patient) => patient.slice(0, 100)),
    ...(Object.keys(query).length > 0 && { query: hashedQuery(query) }),
    ...went,
    breakGlass: false,
  })
}

/** Parameters whose values name patients. */
const NAMING = /^(?:patient|entity)(?::|$)/

/** Names of patients don't belong into a query that is kept; the entry has them where they are found. */
function hashedQuery(query: Query): string {
  const hashed = Object.entries(query).map(([name, value = '']) => [
    name,
    NAMING.test(name) ? createHash('sha256').update(value).digest('hex').slice(0, 16) : value.slice(0, 200),
  ])
  return String(new URLSearchParams(hashed))
}
