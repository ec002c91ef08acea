/** The logs of both planes: searched and followed, kept for as long as they must be, and checked. */
export { type CheckOptions, checkLogs } from './check.ts'
export { keepRetention } from './retention.ts'
export { searchLogs } from './search.ts'
export * from './terms.ts'
