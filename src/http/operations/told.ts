/** Who asked operations for what, and how it went: written down before anything of it leaves. */
import { createHash } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { type Action, type Audit, type Caller, type Deed, outcomeOfRefusal } from '#audit'
import { type Fault, KINDS } from '#foundation/fault.ts'

export type Query = Readonly<Record<string, string | undefined>>

export interface Telling {
  readonly audit: Audit
  readonly caller: (request: FastifyRequest) => Caller
}

export type Went = Pick<Deed, 'outcome' | 'status' | 'code'>

export const SUCCESS: Went = { status: 200 }

export function refusedBy({ kind, code }: Fault): Went {
  const { http: status } = KINDS[kind]
  return { outcome: outcomeOfRefusal(status), status, code }
}

interface About {
  readonly resources?: readonly string[]
  readonly patients?: readonly string[]
  readonly query?: Query
  /** When it is not the one who sent the request. */
  readonly asker?: Caller
}

/**
 * Does what is asked, and gives it once it is written down that it was done. What throws is written down where every
 * refusal is.
 */
export async function told<T>(
  telling: Telling,
  request: FastifyRequest,
  action: Action,
  about: About | ((done: T) => About),
  work: () => Promise<T>,
): Promise<T> {
  request.asks = deedOf(action, typeof about === 'function' ? {} : about)
  const done = await work()
  await tell(telling, request, action, typeof about === 'function' ? about(done) : about, SUCCESS)
  return done
}

/** Resolves once it is durable; rejects when it can't be, and then nothing must be answered. */
export const tell = (
  { audit, caller }: Telling,
  request: FastifyRequest,
  action: Action,
  about: About,
  went: Went,
): Promise<void> => audit.record(about.asker ?? caller(request), { ...deedOf(action, about), ...went })

function deedOf(action: Action, about: About): Pick<Deed, 'action' | 'resources' | 'patients' | 'query'> {
  const { query = {}, patients = query.patient === undefined ? [] : [query.patient] } = about
  const { resources = action === 'search' ? ['AuditEvent'] : [] } = about
  return {
    action,
    resources,
    patients: patients.map((patient) => patient.slice(0, 100)),
    ...(Object.keys(query).length > 0 && { query: hashedQuery(query) }),
  }
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
