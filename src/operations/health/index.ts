/** How the house is: questions about its own state, asked on a schedule, and what the answers mean together. */
export { recentErrors } from './errors.ts'
export { keepHistory } from './history.ts'
export { serviceVerdict } from './judge.ts'
export { HEALTH_METRICS } from './metrics.ts'
export type { Probe } from './probe.ts'
export { databaseProbes } from './probes/database.ts'
export { backupProbe, diskProbe, memoryProbe, turnProbe } from './probes/machine.ts'
export { ntpProbe } from './probes/ntp.ts'
export {
  auditLogsProbe,
  certificateProbe,
  mailProbe,
  proceduresProbe,
  type Sealing,
  sealingProbe,
  type Waiting,
} from './probes/queues.ts'
export { type HospitalLife, pagesProbe, serviceProbes } from './probes/services.ts'
export { reportHealth } from './report.ts'
export { meterSla, SLA_DAYS, SLA_PERCENT, slaOf, WATCHED } from './sla.ts'
export type * from './terms.ts'
export { openWatch, type Watch } from './watch.ts'
