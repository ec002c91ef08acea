/** The words of health, shared with every door. Imports types only; the web app may import it. */
import type { Severity } from '../../foundation/severity.ts'

export type Verdict = 'pass' | 'warn' | 'fail'

/** Where the morning check of the manuals has it. */
export type Section = 'cluster' | 'application' | 'database'

/**
 * What a bad answer means for those who use OmniCare. `service`: they can't work, or soon can't, and `/health` takes over its
 * verdict. `care`: they can; somebody has to see to it all the same.
 */
export type Bears = 'service' | 'care'

/** A question about the house's own state, as declared and as it was answered last. */
export interface ProbeState {
  /** Permanent: alerts, dashboards and runbooks refer to it. As in `record:database`. */
  readonly name: string
  readonly asks: string
  readonly section: Section
  readonly criticality: Severity
  readonly bears: Bears
  /** What depends on it, in words. */
  readonly carries: string
  /** Names of probes that can't be well while this one needs them and they are not. */
  readonly needs: readonly string[]
  readonly everySeconds: number
  readonly timeoutSeconds: number
  /** How many answers in a row change the verdict. */
  readonly steady: number
  /** Page of what to do, as a path in the repository. */
  readonly runbook: string
  /** Absent until it was answered for the first time. */
  readonly verdict?: Verdict
  /** RFC 3339: since when the verdict is this one. */
  readonly since?: string
  /** When it was answered last. */
  readonly asked?: string
  readonly tookSeconds?: number
  /** In fixed words: nothing of patients, files or secrets. */
  readonly says?: string
  /** For those who may read it at operations: files, processes. */
  readonly detail?: string
  readonly observed?: number
  readonly unit?: string
  /** The probe that explains why this one is bad. */
  readonly because?: string
}

export interface ProbeChange {
  readonly probe: string
  /** RFC 3339. */
  readonly at: string
  /** Absent for the first answer after a start of operations. */
  readonly from?: Verdict
  readonly to: Verdict
  readonly says?: string
}

/** Something that is wrong by itself, with everything that is wrong because of it. */
export interface Cause {
  readonly probe: string
  readonly verdict: 'warn' | 'fail'
  readonly since: string
  readonly says: string
  readonly carries: string
  /** Other probes that are bad because of this one. */
  readonly dependents: readonly string[]
  readonly runbook: string
}

/** For how much of the time that was watched the hospital could be worked with. */
export interface Availability {
  /** 100 when nothing failed; absent when nothing was watched. */
  readonly percent?: number
  readonly watchedSeconds: number
  readonly failedSeconds: number
}

export interface Sla {
  readonly targetPercent: number
  readonly lastDay: Availability
  readonly last30Days: Availability
  /** Why it is only of this run of operations; absent when it is whole. */
  readonly lacks?: string
}

/** Lines of the logs that say the same, of the last hour. */
export interface LoggedError {
  readonly service: string
  readonly level: string
  readonly message: string
  /** Of its fault, or of the system. */
  readonly code?: string
  readonly count: number
  /** RFC 3339, of the last one. */
  readonly last: string
}

export interface LoggedErrors {
  readonly count: number
  /** The newest first, at most 10. */
  readonly newest: readonly LoggedError[]
  /** What could not be read. */
  readonly lacks?: string
}

/** GET /api/operations/health */
export interface HealthReport {
  /** RFC 3339. */
  readonly at: string
  readonly region: string
  /** The worst of all probes: what is to be seen to. */
  readonly verdict: Verdict
  /** The worst of those that bear the service: what `/health` says. */
  readonly service: Verdict
  readonly causes: readonly Cause[]
  readonly probes: readonly ProbeState[]
  /** Changes of verdicts, the newest first. */
  readonly changes: readonly ProbeChange[]
  readonly errors: LoggedErrors
  readonly sla: Sla
}
