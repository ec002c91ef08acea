/** What only those are answered who are let in at operations, each by a permission of theirs. */
import type { Registry } from 'prom-client'
import { type Routes, together } from '../routes.ts'
import { type AuditDoor, auditRoutes } from './audit.ts'
import { trailRoutes } from './audit-events.ts'
import { reportRoutes } from './audit-report.ts'
import { type IdOf, searchRoutes } from './audit-search.ts'
import { clientRoutes } from './clients.ts'
import { type HealthDoor, healthRoutes } from './health.ts'
import { type IdentityDoor, identityRoutes } from './identity.ts'
import { type LogsDoor, logRoutes } from './logs.ts'
import type { OAuthDoor } from './oauth.ts'
import { type PerformanceDoor, performanceRoutes } from './performance.ts'
import { allMay, may } from './permit.ts'
import { providerAdminRoutes } from './providers-admin.ts'

interface Doors {
  readonly audit: AuditDoor
  readonly identity: IdentityDoor
  readonly oauth: OAuthDoor & Pick<IdentityDoor, 'record'>
  readonly health: HealthDoor
  readonly logs: LogsDoor
  readonly performance: PerformanceDoor
  readonly metrics: Registry
  /** Ends what would otherwise be followed for ever. */
  readonly closing: AbortSignal
}

const idIn =
  ({ identity }: IdentityDoor): IdOf =>
  async (userName) =>
    (await identity.people.named(userName))?.id

export const guardedRoutes = ({ audit, identity, oauth, health, logs, performance, metrics, closing }: Doors): Routes =>
  together(
    auditRoutes(audit),
    searchRoutes(audit, idIn(identity), closing),
    reportRoutes(audit),
    identityRoutes(identity),
    clientRoutes(oauth),
    providerAdminRoutes(identity),
    healthRoutes(health),
    logRoutes(logs),
    performanceRoutes(performance),
    {
      '/metrics': {
        GET: may('metrics:read', async (_request, reply) =>
          reply.header('content-type', metrics.contentType).send(await metrics.metrics()),
        ),
      },
    },
  )

/** The trail as FHIR has it, which takes bodies and refuses in its own way. */
export const guardedTrail = (audit: AuditDoor): Routes => allMay('audit:read', trailRoutes(audit))
