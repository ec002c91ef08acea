/** Every metric of both planes. `npm run generate` prints docs/metrics.md from it. */
import { AUDIT_METRICS } from '#audit'
import { MACHINE_METRICS } from '#foundation/machine.ts'
import type { Metric } from '#foundation/metric.ts'
import { POOL_METRICS } from '#foundation/pool-metrics.ts'
import { TLS_METRICS } from '#foundation/tls/metrics.ts'
import { IDENTITY_METRICS } from '#identity'
import { RECORD_METRICS } from '#record'
import { HTTP_METRICS } from './http/metrics.ts'
import { HOSPITAL_METRICS } from './metering-care.ts'
import { ALERT_METRICS } from './operations/alerts/index.ts'
import { HEALTH_METRICS } from './operations/health/index.ts'
import { DATABASE_METRICS } from './operations/metering/index.ts'
import { NOTIFICATION_METRICS } from './operations/notifications/index.ts'
import { PROCEDURE_METRICS } from './operations/procedures/index.ts'
import { SAMPLE_METRICS } from './operations/samples/index.ts'

const of = (...groups: readonly Readonly<Record<string, Metric>>[]): Metric[] =>
  groups.flatMap((group) => Object.values(group))

const { unrecorded, spooled, ...sealing } = AUDIT_METRICS
const { failures, ...entering } = IDENTITY_METRICS
const BOTH = of(HTTP_METRICS, { failures }, { unrecorded }, MACHINE_METRICS, POOL_METRICS, TLS_METRICS)

export const METRICS: Readonly<Record<'hospital' | 'operations', readonly Metric[]>> = {
  hospital: [...of(RECORD_METRICS), ...BOTH, ...of({ spooled })],
  operations: [
    ...of(HOSPITAL_METRICS, HEALTH_METRICS),
    ...BOTH,
    ...of(entering, sealing, NOTIFICATION_METRICS, ALERT_METRICS, SAMPLE_METRICS, PROCEDURE_METRICS),
    ...DATABASE_METRICS.map(({ declared }) => declared),
  ],
}
