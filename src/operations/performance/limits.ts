/** From where on something is a finding. */

export interface Limits {
  /** Of a statement: mean milliseconds, at so many calls at least. */
  readonly slowMs: number
  readonly slowCalls: number
  /** A table that is read in full is no trouble while it is smaller. */
  readonly fullScanRows: number
  /** An index that has not been used in so many days, and is at least so large. */
  readonly unusedDays: number
  readonly unusedBytes: number
  /** Longer than pools leave connections idle; and so many of them at one program are a leak. */
  readonly forgottenSeconds: number
  readonly forgottenSessions: number
  /** Parts, 0 to 1. */
  readonly connectionsUsed: number
  readonly deadRows: number
  readonly leastDeadRows: number
  readonly leastCached: number
  readonly transactionSeconds: number
  readonly waitSeconds: number
  /** Of an endpoint that is asked at least so often. */
  readonly endpointP95Ms: number
  readonly endpointFailed: number
  readonly endpointRequests: number
  readonly eventLoopP99Ms: number
}

/** A response over 2 s and over 5 % of errors are the manuals'. */
export const LIMITS: Limits = {
  slowMs: 100,
  slowCalls: 5,
  fullScanRows: 10_000,
  unusedDays: 7,
  unusedBytes: 8 * 1024 * 1024,
  forgottenSeconds: 600,
  forgottenSessions: 10,
  connectionsUsed: 0.8,
  deadRows: 0.2,
  leastDeadRows: 10_000,
  leastCached: 0.9,
  transactionSeconds: 300,
  waitSeconds: 10,
  endpointP95Ms: 2_000,
  endpointFailed: 0.05,
  endpointRequests: 20,
  eventLoopP99Ms: 200,
}
