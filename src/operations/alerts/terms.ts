/** The words of alerts, shared with every door. Imports types only; the web app may import it. */
import type { Severity } from '../../foundation/severity.ts'

/** `pending`: its condition holds, but not yet for as long as its rule wants. */
export type AlertState = 'pending' | 'firing' | 'resolved'

/** Who says so: what judges here by our own samples, or a Prometheus by its Alertmanager. */
export type AlertSource = 'built-in' | 'alertmanager'

/** One alert from its beginning to its end. */
export interface Alert {
  readonly id: string
  /** Of its labels, as Alertmanager has it. */
  readonly fingerprint: string
  /** Of its rule, as in `ServiceDown`. */
  readonly name: string
  readonly severity: Severity
  readonly state: AlertState
  readonly labels: Readonly<Record<string, string>>
  readonly summary: string
  /** As in `docs/runbooks/service-down.md`. */
  readonly runbook: string
  /** Who says so now; of what is resolved, nobody. */
  readonly sources: readonly AlertSource[]
  /** What its rule measured last, where that is known. */
  readonly value?: number
  /** RFC 3339: since when its condition holds. */
  readonly since: string
  readonly fired?: string
  readonly resolved?: string
  readonly acknowledged?: { readonly at: string; readonly by: string; readonly reason: string }
  /** Until when nobody is told of it. */
  readonly silencedUntil?: string
}

export interface Silence {
  readonly id: string
  /** It silences alerts that have all of these. */
  readonly labels: Readonly<Record<string, string>>
  readonly made: string
  readonly by: string
  readonly reason: string
  readonly until: string
}

/** GET /api/operations/alerts: what fires first, then what is pending; the worst of each first. */
export interface AlertsAnswer {
  readonly alerts: readonly Alert[]
  readonly silences: readonly Silence[]
  /** Whether rules are judged here; else only Alertmanager tells. */
  readonly judgedHere: boolean
  /** When rules were judged last, wherever. */
  readonly judged?: string
}

/** GET /api/operations/alerts/history: what is over, the newest first. */
export interface AlertHistory {
  readonly alerts: readonly Alert[]
  /** To be sent as `before` for those that ended earlier; absent when there are none. */
  readonly next?: string
}

/** An alert became something else: `undefined` before it began. */
export interface AlertChange {
  readonly alert: Alert
  readonly from: AlertState | undefined
  readonly to: AlertState
}
