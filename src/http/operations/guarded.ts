/** What only those are answered who are let in at operations, each by a permission of theirs. */
import type { Registry } from 'prom-client'
import { type Routes, together } from '../routes.ts'
import { type AlertsDoor, alertsRoutes } from './alerts.ts'
import { type AuditDoor, auditRoutes } from './audit.ts'
import { trailRoutes } from './audit-events.ts'
import { reportRoutes } from './audit-report.ts'
import { type IdOf, searchRoutes } from './audit-search.ts'
import type { Browsers } from './browser.ts'
import { clientRoutes } from './clients.ts'
import { type HealthDoor, healthRoutes, healthSign } from './health.ts'
import { type IdentityDoor, identityRoutes } from './identity.ts'
import { liveRoutes } from './live.ts'
import { type LogsDoor, logRoutes } from './logs.ts'
import type { OAuthDoor } from './oauth.ts'
import { type PerformanceDoor, performanceRoutes } from './performance.ts'
import { allMay, may } from './permit.ts'
import { type ProceduresDoor, procedureRoutes } from './procedures.ts'
import { providerAdminRoutes } from './providers-admin.ts'
import { runbookRoutes } from './runbooks.ts'
import { type SamplesDoor, samplesRoutes } from './samples.ts'

interface Doors {
  readonly audit: AuditDoor
  readonly identity: IdentityDoor
  readonly oauth: OAuthDoor & Pick<IdentityDoor, 'record'>
  readonly health: HealthDoor
  readonly browsers: Pick<Browsers, 'isStillIn'>
  readonly logs: LogsDoor
  readonly performance: PerformanceDoor
  readonly procedures: ProceduresDoor
  readonly metrics: Registry
  readonly samples: SamplesDoor
  readonly alerts: AlertsDoor
  /** Ends what would otherwise be followed for ever. */
  readonly closing: AbortSignal
}

const idIn =
  ({ identity }: IdentityDoor): IdOf =>
  async (userName) =>
    (await identity.people.named(userName))?.id

export const guardedRoutes = (doors: Doors): Routes => {
  const { audit, identity, oauth, health, browsers, logs, performance, procedures, metrics, samples, alerts } = doors
  const { closing } = doors
  const signs = { health: () => healthSign(health), alerts: () => alerts.sign() }
  return together(
    auditRoutes(audit),
    searchRoutes(audit, idIn(identity), closing),
    reportRoutes(audit),
    identityRoutes(identity),
    clientRoutes(oauth),
    providerAdminRoutes(identity),
    healthRoutes(health),
    runbookRoutes(),
    liveRoutes({ signs, isStillIn: browsers.isStillIn, closing }),
    samplesRoutes(samples),
    alertsRoutes(alerts, audit),
    logRoutes(logs),
    performanceRoutes(performance),
    procedureRoutes(procedures, audit),
    {
      '/metrics': {
        GET: may('metrics:read', async (_request, reply) =>
          reply.header('content-type', metrics.contentType).send(await metrics.metrics()),
        ),
      },
    },
  )
}

/** The trail as FHIR has it, which takes bodies and refuses in its own way. */
export const guardedTrail = (audit: AuditDoor): Routes => allMay('audit:read', trailRoutes(audit))
