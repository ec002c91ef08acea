/** Who asks operations for what, written down before anything is read or done. */
import { createHash } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import type { Action, Doer, Intake } from '#audit'
import { nowMilliseconds } from '#foundation/clock.ts'
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

interface About {
  readonly resources?: readonly string[]
  readonly patients?: readonly string[]
  readonly query?: Query
}

/** Resolves once it is durable; rejects when it can't be, and then nothing must be answered. */
export function told(intake: Intake, doer: Doer, action: Action, about: About): Promise<void> {
  const { query = {}, patients = query.patient === undefined ? [] : [query.patient] } = about
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
    outcome: 'success',
    status: 200,
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
