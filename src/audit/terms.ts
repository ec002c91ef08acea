/** The words of the audit trail, shared with every door. Imports nothing; the web app may import it. */

export const PLANES = ['hospital', 'operations'] as const
export type Plane = (typeof PLANES)[number]

export const ACTOR_KINDS = ['person', 'client', 'system', 'nobody'] as const
export type ActorKind = (typeof ACTOR_KINDS)[number]

export const OUTCOMES = ['success', 'refused', 'failed', 'cancelled'] as const
export type Outcome = (typeof OUTCOMES)[number]

export const ACTIONS = [
  'read',
  'vread',
  'search',
  'history',
  'create',
  'update',
  'patch',
  'delete',
  'transaction',
  'batch',
  'capabilities',
  'export',
  'operation',
  'sign-in',
  // Of identity: src/identity/terms.ts.
  'sign-out',
  'second-factor',
  'account',
  'credential',
  'api-key',
  'oversight',
  // Of the ledger itself: its source was restored to an earlier time; what came in its place of an entry was unreadable;
  // keys were changed or destroyed.
  'restored',
  'malformed',
  'rotate-key',
  'destroy-key',
  'verify',
] as const
export type Action = (typeof ACTIONS)[number]

/** More references than this are counted, not listed. */
export const MOST_REFERENCES = 1_000

export interface Actor {
  readonly kind: ActorKind
  readonly id: string
  readonly name?: string
}

/** Who asks, and from where: what all entries of a request have in common. Made once for each request. */
export interface Caller {
  /** Request id. */
  readonly request: string
  readonly actor: Actor
  readonly role: string
  /** v3 PurposeOfUse: TREAT, HOPERAT …; empty when it isn't known. */
  readonly purpose: string
  readonly address: string
  readonly agent: string
  readonly breakGlass: boolean
  readonly reason?: string
  /** Whether whoever asked has hung up: what has not left by now never will. */
  readonly gone?: boolean
}

/** One thing that a caller did, was refused or failed at. */
export interface Deed {
  readonly action: Action
  /** As in `Patient/1/_history/3`; `Patient` when nothing of that type was found, or none was named. Any number. */
  readonly resources: readonly string[]
  /** Whose data it is, as in `Patient/1`. Any number. */
  readonly patients: readonly string[]
  readonly query?: string | undefined
  /** `success` when absent. */
  readonly outcome?: Outcome
  /** HTTP status. */
  readonly status: number
  /** Fault code. */
  readonly code?: string
  readonly reason?: string
}

/** What a refusal with this status is: the caller's to mend, or the server's. */
export const outcomeOfRefusal = (status: number): Outcome => (status >= 500 ? 'failed' : 'refused')

/** A half-open range of ledger indexes. */
export interface IndexRange {
  readonly from: number
  readonly upto: number
}

/** One thing that was done, refused or failed. Written as one JSON object into `audit.intake`. */
export interface AuditEntry {
  readonly v: 1
  /** UUIDv7. */
  readonly id: string
  /** RFC 3339, UTC, milliseconds. */
  readonly at: string
  readonly plane: Plane
  /** Request id. */
  readonly request: string
  readonly actor: Actor
  readonly role: string
  /** v3 PurposeOfUse: TREAT, HOPERAT … */
  readonly purpose: string
  readonly action: Action
  /** As in `Patient/1/_history/3`, or `Patient`; at most 1,000. */
  readonly resources: readonly string[]
  /** As in `Patient/1`; at most 1,000. */
  readonly patients: readonly string[]
  /** How many references there are beyond those listed. */
  readonly more?: number
  /** Values of parameters that identify patients are hashed. */
  readonly query?: string
  readonly outcome: Outcome
  /** HTTP status. */
  readonly status: number
  /** Fault code. */
  readonly code?: string
  readonly address: string
  readonly agent: string
  readonly breakGlass: boolean
  readonly reason?: string
  /** Of `restored`: which entries of that source are of the time that was undone. */
  readonly lost?: { readonly source: string; readonly ranges: readonly IndexRange[] }
  /** The entry whose references go on here: one that is too long for the ledger is kept in several. */
  readonly continues?: string
}
