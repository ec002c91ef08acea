/** How the databases and the hospital fare, as numbers over time. */
export { AVAILABILITY_METRICS, watchAvailability } from './availability.ts'
export { startMetering } from './metering.ts'
export { DATABASE_METRICS } from './metrics.ts'
