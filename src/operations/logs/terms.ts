/** The words of logs, shared with every door. Imports nothing; the web app may import it. */

/** From the least severe on. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'fatal'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

export const LOG_PLANES = ['hospital', 'operations'] as const
export type LogPlane = (typeof LOG_PLANES)[number]

/** `application`: what the processes say of themselves; `backup`: what was backed up; `audit`: `audit.log`, `phi-access.log`. */
export const LOG_KINDS = ['application', 'backup', 'audit'] as const
export type LogKind = (typeof LOG_KINDS)[number]

/** One line of a log, read. */
export interface LogLine {
  /** RFC 3339, UTC. */
  readonly at: string
  readonly level: LogLevel
  readonly plane: LogPlane
  /** Which process wrote it: `hospital`, `hospital-2`, `operations`. */
  readonly log: string
  readonly message: string
  /** Request id. */
  readonly request?: string
  /** Fault code. */
  readonly code?: string
  /** Class and message of an error, and the places in our code that it came from. */
  readonly error?: { readonly type: string; readonly message: string; readonly places: readonly string[] }
  /** Whatever else was logged beside it, under the names of the Elastic Common Schema. */
  readonly facts: Readonly<Record<string, unknown>>
}

export interface LogFilter {
  /** This or a worse one. */
  readonly level?: LogLevel
  readonly plane?: LogPlane
  /** Milliseconds since the epoch, both included. */
  readonly fromMs?: number
  readonly toMs?: number
  /** Request id. */
  readonly request?: string
  /** Somewhere in a value of the line, whatever the case of its letters. */
  readonly text?: string
}

/** Which lines, and how many at most. Without a cursor: the newest. */
export interface LogQuery extends LogFilter {
  readonly most: number
  /** `older` of a page: what came before it. */
  readonly older?: string
  /** `newer` of a page: what has been written since. */
  readonly newer?: string
}

/** The answer of `GET /api/operations/logs`. Cursors outlive the rotation of the files and a restart. */
export interface LogPage {
  /** Newest first; asked for by `newer`: oldest first. */
  readonly lines: readonly LogLine[]
  /** Where earlier lines are asked for; absent when there are none, or none were asked for. */
  readonly older?: string
  /** Where later ones are asked for, as often as wanted. Absent when `older` was given. */
  readonly newer?: string
  /** When not everything could be looked at in one answer: up to which time it was. The cursor goes on from there. */
  readonly searchedTo?: string
}

/** What is kept of a kind of logs, and how much of it lies there. */
export interface KeptLogs {
  readonly kind: LogKind
  /** Days after which a past day is removed. Of audit logs: the keeper of audit.log does that, never this job. */
  readonly keepDays: number
  readonly files: number
  readonly bytes: number
  /** The earliest day that is there, as in 2026-11-01. */
  readonly oldest?: string
}

/** What the check of the rotation found. `says` and `remedy` are sentences. */
export interface LogFinding {
  readonly kind: LogKind
  readonly file?: string
  readonly says: string
  readonly remedy: string
}

/** The answer of `GET /api/operations/logs/check`, the manual's "Log Rotation Check". */
export interface LogCheck {
  /** RFC 3339. */
  readonly at: string
  readonly well: boolean
  readonly kept: readonly KeptLogs[]
  readonly findings: readonly LogFinding[]
}
