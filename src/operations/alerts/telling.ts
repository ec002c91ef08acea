/**
 * What the two who know of alerts say, put together: one episode for each fingerprint, which is open for as long as either says
 * so. Everything of one telling is done in one transaction, and nobody else changes alerts meanwhile.
 */
import type { Queries } from '#foundation/database.ts'
import { newId } from '#foundation/ids.ts'
import type { Severity } from '#foundation/severity.ts'
import { at, instant } from '#foundation/timestamp.ts'
import type { Labels } from '#promql'
import { type AlertRow, changeAlone, openAlerts, putAlerts, removeAlerts } from './statements/alerts.ts'
import type { Alert, AlertChange, AlertSource } from './terms.ts'

/** What one of the two says of one alert. */
export interface Told {
  readonly source: AlertSource
  readonly fingerprint: string
  /** `over`: it says nothing of it any more. */
  readonly state: 'pending' | 'firing' | 'over'
  readonly labels: Labels
  readonly severity: Severity
  readonly summary: string
  readonly runbook: string
  readonly sinceMs: number
  readonly firedMs?: number
  readonly value?: number
}

/** More than these are not open at a time; what comes then is left out, and counted. */
const MOST_OPEN = 2_000
/** Alertmanager repeats what fires: what it has not told for so long is over, or it is. */
const FORGOTTEN_AFTER_MS = 2 * 3_600_000

export interface Went {
  readonly changes: readonly AlertChange[]
  readonly left: number
}

/** Within a transaction. */
export async function tell(tx: Queries, told: readonly Told[], nowMs: number): Promise<Went> {
  await tx.rows(changeAlone())
  const open = new Map((await tx.rows(openAlerts())).map((row) => [row.fingerprint, row]))
  const changed = new Map<string, { row: AlertRow; from: AlertRow['state'] | undefined }>()
  let [begun, left] = [0, 0]
  const change = (row: AlertRow) => {
    const from = changed.has(row.fingerprint) ? changed.get(row.fingerprint)?.from : open.get(row.fingerprint)?.state
    changed.set(row.fingerprint, { row, from })
  }
  for (const row of open.values())
    if (row.alertmanager_told !== null && msOf(row.alertmanager_told) < nowMs - FORGOTTEN_AFTER_MS)
      change(settled({ ...row, alertmanager: null, alertmanager_told: null }, nowMs))
  for (const one of told) {
    const before = changed.get(one.fingerprint)?.row ?? open.get(one.fingerprint)
    if (one.state === 'over' && (before === undefined || before.state === 'resolved')) continue
    if (before === undefined && open.size + begun >= MOST_OPEN) left++
    else {
      if (before === undefined) begun++
      // What this very telling would have ended goes on when it is told of again: Alertmanager was late, the alert was not over.
      change(settled(said(before, one, nowMs), nowMs))
    }
  }
  const all = [...changed.values()]
  const isOver = ({ row }: { row: AlertRow }) => row.state === 'resolved'
  const neverFired = all.filter((one) => isOver(one) && one.row.fired === null)
  await tx.rows(removeAlerts(neverFired.map(({ row }) => row.id)))
  await tx.rows(putAlerts(all.filter((one) => !neverFired.includes(one)).map(({ row }) => row)))
  return {
    changes: all.flatMap(({ row, from }) => (row.state === from ? [] : [{ alert: alertOf(row), from, to: row.state }])),
    left,
  }
}

const msOf = (timestamp: string): number => Temporal.Instant.from(timestamp).epochMilliseconds

function said(before: AlertRow | undefined, told: Told, nowMs: number): AlertRow {
  const row = before ?? beginning(told)
  const fired = told.state === 'firing' ? (row.fired ?? at(told.firedMs ?? nowMs)) : row.fired
  if (told.source === 'alertmanager') {
    const fires = told.state === 'firing'
    return { ...row, fired, alertmanager: fires ? 'firing' : null, alertmanager_told: fires ? at(nowMs) : null }
  }
  const { state } = told
  return {
    ...row,
    fired,
    summary: told.summary,
    runbook: told.runbook,
    built_in: state === 'over' ? null : state,
    value: told.value === undefined || !Number.isFinite(told.value) ? row.value : String(told.value),
  }
}

const beginning = ({ fingerprint, labels, severity, summary, runbook, sinceMs }: Told): AlertRow => ({
  id: newId(),
  fingerprint,
  name: labels.alertname ?? '',
  severity,
  labels: JSON.stringify(labels),
  summary,
  runbook,
  built_in: null,
  alertmanager: null,
  alertmanager_told: null,
  state: 'pending',
  value: null,
  since: at(sinceMs),
  fired: null,
  resolved: null,
  acknowledged: null,
  acknowledged_by: null,
  reason: null,
})

/** By what both say. */
function settled(row: AlertRow, nowMs: number): AlertRow {
  const { built_in, alertmanager } = row
  const state = built_in === null && alertmanager === null ? 'resolved' : row.fired === null ? 'pending' : 'firing'
  return { ...row, state, resolved: state === 'resolved' ? at(nowMs) : null }
}

export const alertOf = (row: AlertRow, silencedUntil?: string): Alert => ({
  id: row.id,
  fingerprint: row.fingerprint,
  name: row.name,
  severity: row.severity,
  state: row.state,
  labels: JSON.parse(row.labels) as Labels,
  summary: row.summary,
  runbook: row.runbook,
  sources: [
    ...(row.built_in === null ? [] : ['built-in' as const]),
    ...(row.alertmanager === null ? [] : ['alertmanager' as const]),
  ],
  ...(row.value !== null && { value: Number(row.value) }),
  since: instant(row.since),
  ...(row.fired !== null && { fired: instant(row.fired) }),
  ...(row.resolved !== null && { resolved: instant(row.resolved) }),
  ...(row.acknowledged !== null && {
    acknowledged: {
      at: instant(row.acknowledged),
      by: row.acknowledged_by ?? '',
      reason: row.reason ?? '',
    },
  }),
  ...(silencedUntil !== undefined && { silencedUntil }),
})
