/** The words of performance, shared with every door. Imports types only; the web app may import it. */
import type { Severity } from '../../foundation/severity.ts'

export type DatabaseName = 'record' | 'control'

/** What a finding is about; permanent, runbooks refer to it. */
export type PerformanceFindingKind =
  | 'not-measured'
  | 'slow-statement'
  | 'missing-index'
  | 'unused-index'
  | 'duplicate-index'
  | 'broken-index'
  | 'bloated-table'
  | 'stale-statistics'
  | 'connection-leak'
  | 'connections-used-up'
  | 'long-transaction'
  | 'waits-for-lock'
  | 'cache-too-small'
  | 'slow-endpoint'
  | 'failing-endpoint'
  | 'busy-event-loop'

export interface PerformanceFinding {
  readonly kind: PerformanceFindingKind
  readonly severity: Severity
  readonly database?: DatabaseName
  /** What it is about: an index, a table, a program, an endpoint. */
  readonly about: string
  /** What was measured, in a sentence. */
  readonly says: string
  /** What to do now, exactly: a command, a statement, a setting. */
  readonly next: string
}

/** One statement's sums since the statistics began. Never a value that anybody sent: `text` is without literals. */
export interface StatementLoad {
  /** PostgreSQL's query id. */
  readonly id: string
  readonly text: string
  readonly user: string
  readonly calls: number
  readonly meanMs: number
  readonly maxMs: number
  readonly totalMs: number
  /** Rows given or changed at each call, on average. */
  readonly rows: number
  /** Part of the pages that came from memory, 0 to 1. */
  readonly cached: number
}

export interface ActiveSession {
  readonly pid: number
  readonly user: string
  /** `application_name`, as the program says it. */
  readonly program: string
  readonly state: string
  /** Since when it is in that state. */
  readonly seconds: number
  /** Of its transaction; absent outside of one. */
  readonly transactionSeconds?: number
  readonly waitsFor?: string
  /** Those that hold it up. */
  readonly blockedBy: readonly number[]
  /** Without literals. */
  readonly text: string
}

export interface IndexUse {
  /** `schema.index`. */
  readonly index: string
  /** `schema.table`. */
  readonly table: string
  readonly scans: number
  readonly bytes: number
  readonly isUnique: boolean
  readonly isValid: boolean
  /** The other index that does the same, when there is one. */
  readonly sameAs?: string
}

export interface TableUse {
  readonly table: string
  readonly rows: number
  readonly dead: number
  readonly bytes: number
  readonly seqScans: number
  /** Rows that each of them has read, on average. */
  readonly seqRows: number
  readonly indexScans: number
  readonly changedSinceAnalyze: number
  /** RFC 3339; absent when never. */
  readonly analyzed?: string
  readonly vacuumed?: string
}

/** Sessions of one program. */
export interface ProgramSessions {
  readonly program: string
  readonly user: string
  readonly sessions: number
  readonly idle: number
  readonly idleInTransaction: number
  /** Idle for longer than a pool leaves them so. */
  readonly forgotten: number
  /** Of those that are idle: since when the longest is. */
  readonly longestIdleSeconds: number
}

export interface DatabasePerformance {
  readonly database: DatabaseName
  readonly version: string
  /** Since when statements, indexes and tables are counted. RFC 3339. */
  readonly since: string
  readonly bytes: number
  readonly connections: { readonly used: number; readonly most: number }
  /** Part of the pages that came from memory since then. */
  readonly cached: number
  /** Those that took the most time altogether. Absent where they are not counted: a finding says how to turn it on. */
  readonly statements?: readonly StatementLoad[]
  readonly active: readonly ActiveSession[]
  readonly programs: readonly ProgramSessions[]
  /** The largest that nobody has used. */
  readonly indexes: readonly IndexUse[]
  /** The largest. */
  readonly tables: readonly TableUse[]
}

export interface EndpointLoad {
  readonly method: string
  readonly endpoint: string
  readonly requests: number
  /** Answered 5xx. */
  readonly failed: number
  readonly meanMs: number
  /** From the buckets of the histogram. */
  readonly p95Ms: number
  readonly p99Ms: number
}

/** What the hospital's processes say of themselves, since they were started. */
export interface HospitalPerformance {
  readonly endpoints: readonly EndpointLoad[]
  readonly requests: number
  readonly failed: number
  readonly eventLoop: { readonly meanMs: number; readonly p99Ms: number }
  readonly cpuSeconds: number
  readonly memoryBytes: number
}

/** The answer of `GET /api/operations/performance`. */
export interface PerformanceReport {
  /** RFC 3339. */
  readonly made: string
  readonly well: boolean
  /** The worst first. */
  readonly findings: readonly PerformanceFinding[]
  readonly databases: readonly DatabasePerformance[]
  /** Absent when the hospital does not answer: a finding says so. */
  readonly hospital?: HospitalPerformance
}

export type OptimizeStepKind = 'analyze' | 'vacuum' | 'reindex' | 'drop-broken' | 'tune-vacuum'

/** One step of `omnicare database optimize`. */
export interface OptimizeStep {
  readonly kind: OptimizeStepKind
  readonly database: DatabaseName
  /** Table or index. */
  readonly about: string
  /** The measure that says so. */
  readonly because: string
  /** As it is sent to PostgreSQL. */
  readonly statement: string
  /** What it holds up meanwhile. */
  readonly holds: string
}

/** How a step went. */
export interface OptimizeDone extends OptimizeStep {
  readonly seconds: number
  /** Size of what it was about, where that may have changed. */
  readonly bytes?: { readonly before: number; readonly after: number }
  /** Absent when it went well. A sentence without data. */
  readonly failure?: string
}

/** The answer of `GET /api/operations/performance/optimize`: what would be done. */
export interface OptimizePlan {
  readonly made: string
  readonly steps: readonly OptimizeStep[]
  /** What could not be measured, and how that is mended. */
  readonly notes: readonly string[]
}
