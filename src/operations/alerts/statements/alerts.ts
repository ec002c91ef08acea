import type { Severity } from '#foundation/severity.ts'
import { type Sql, sql } from '#foundation/sql.ts'
import type { AlertState } from '../terms.ts'

export interface AlertRow {
  id: string
  fingerprint: string
  name: string
  severity: Severity
  /** JSON. */
  labels: string
  summary: string
  runbook: string
  built_in: 'pending' | 'firing' | null
  alertmanager: 'firing' | null
  alertmanager_told: string | null
  state: AlertState
  value: string | null
  since: string
  fired: string | null
  resolved: string | null
  acknowledged: string | null
  acknowledged_by: string | null
  reason: string | null
}

const COLUMNS = sql`id, fingerprint, name, severity, labels, summary, runbook, built_in, alertmanager, alertmanager_told,
  state, value, since, fired, resolved, acknowledged, acknowledged_by, reason`

/** Whoever changes alerts does so one after the other, in whichever process. */
export const changeAlone = (): Sql => sql`SELECT pg_advisory_xact_lock(hashtext('operations.alert'))`

/** What is not over. */
export const openAlerts = () =>
  sql<AlertRow>`SELECT ${COLUMNS} FROM operations.alert WHERE state <> 'resolved' ORDER BY id`

export const putAlerts = (rows: readonly AlertRow[]): Sql => sql`
  INSERT INTO operations.alert (${COLUMNS})
  SELECT ${COLUMNS} FROM jsonb_to_recordset(${JSON.stringify(rows.map((row) => ({ ...row, labels: JSON.parse(row.labels) })))}::jsonb) AS r (id uuid, fingerprint text, name text,
    severity text, labels jsonb, summary text, runbook text, built_in text, alertmanager text, alertmanager_told timestamptz,
    state text, value double precision, since timestamptz, fired timestamptz, resolved timestamptz,
    acknowledged timestamptz, acknowledged_by text, reason text)
  ON CONFLICT (id) DO UPDATE SET built_in = EXCLUDED.built_in, alertmanager = EXCLUDED.alertmanager,
    alertmanager_told = EXCLUDED.alertmanager_told, state = EXCLUDED.state, value = EXCLUDED.value, since = EXCLUDED.since,
    fired = EXCLUDED.fired, resolved = EXCLUDED.resolved, summary = EXCLUDED.summary, runbook = EXCLUDED.runbook`

/** Of those that were pending and never fired nothing is remembered. */
export const removeAlerts = (ids: readonly string[]): Sql =>
  sql`DELETE FROM operations.alert WHERE id = ANY(${ids}::uuid[])`

/** Those that are over, the newest first; with `before` those after that one. */
export const endedAlerts = (before: string | undefined, name: string | undefined, most: number) => sql<AlertRow>`
  SELECT ${COLUMNS} FROM operations.alert
  WHERE state = 'resolved'
    AND (${before ?? null}::uuid IS NULL
      OR (resolved, id) < (SELECT b.resolved, b.id FROM operations.alert b WHERE b.id = ${before ?? null}::uuid))
    AND (${name ?? null}::text IS NULL OR name = ${name ?? null}::text)
  ORDER BY resolved DESC, id DESC LIMIT ${most}::int`

export const findAlert = (id: string) =>
  sql<AlertRow>`SELECT ${COLUMNS} FROM operations.alert WHERE id = ${id}::uuid FOR UPDATE`

export const acknowledgeAlert = (id: string, now: string, by: string, reason: string) => sql<AlertRow>`
  UPDATE operations.alert SET acknowledged = ${now}, acknowledged_by = ${by}, reason = ${reason}
  WHERE id = ${id}::uuid RETURNING ${COLUMNS}`

export const forgetAlerts = (before: string): Sql =>
  sql`DELETE FROM operations.alert WHERE state = 'resolved' AND resolved < ${before}::timestamptz`

export interface SilenceRow {
  id: string
  /** JSON. */
  labels: string
  made: string
  made_by: string
  reason: string
  until: string
}

export const currentSilences = (now: string) => sql<SilenceRow>`
  SELECT id, labels, made, made_by, reason, until FROM operations.silence WHERE until > ${now}::timestamptz ORDER BY until`

export const addSilence = ({ id, labels, made, made_by, reason, until }: SilenceRow): Sql => sql`
  INSERT INTO operations.silence (id, labels, made, made_by, reason, until)
  VALUES (${id}::uuid, ${labels}::jsonb, ${made}, ${made_by}, ${reason}, ${until})`

/** Gives a row when it was one that counts still. */
export const endSilence = (id: string, now: string) => sql<{ id: string }>`
  UPDATE operations.silence SET until = ${now} WHERE id = ${id}::uuid AND until > ${now}::timestamptz RETURNING id`

export const forgetSilences = (before: string): Sql =>
  sql`DELETE FROM operations.silence WHERE until < ${before}::timestamptz`

export const judgedAt = () => sql<{ judged: string | null }>`SELECT judged FROM operations.watch WHERE name = 'samples'`

export const noteJudged = (now: string): Sql => sql`UPDATE operations.watch SET judged = ${now} WHERE name = 'samples'`
