/** How the databases fare, as numbers over time. */
export { startMetering } from './metering.ts'
export { DATABASE_METRICS } from './metrics.ts'
