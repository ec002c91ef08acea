import { type Sql, sql } from '#foundation/sql.ts'
import type { Verdict } from '../terms.ts'

export interface ChangeRow {
  probe: string
  at: string
  was: Verdict | null
  verdict: Verdict
  says: string | null
}

interface Changes {
  readonly probes: readonly string[]
  readonly at: readonly string[]
  readonly was: readonly (string | null)[]
  readonly verdicts: readonly string[]
  readonly says: readonly (string | null)[]
}

export const addChanges = ({ probes, at, was, verdicts, says }: Changes): Sql => sql`
  INSERT INTO operations.probe_change (probe, at, was, verdict, says)
  SELECT * FROM unnest(${probes}::text[], ${at}::timestamptz[], ${was}::text[], ${verdicts}::text[], ${says}::text[])`

/** The newest first. */
export const listChanges = (most: number) => sql<ChangeRow>`
  SELECT probe, at, was, verdict, says FROM operations.probe_change ORDER BY at DESC, id DESC LIMIT ${most}::int`

interface Watched {
  readonly probes: readonly string[]
  readonly watched: readonly number[]
  readonly failed: readonly number[]
}

export const addWatched = (day: string, { probes, watched, failed }: Watched): Sql => sql`
  INSERT INTO operations.probe_day AS known (day, probe, watched_ms, failed_ms)
  SELECT ${day}::date, * FROM unnest(${probes}::text[], ${watched}::bigint[], ${failed}::bigint[])
  ON CONFLICT (day, probe) DO UPDATE
  SET watched_ms = known.watched_ms + excluded.watched_ms, failed_ms = known.failed_ms + excluded.failed_ms`

/** Of one probe, from a day on. */
export const sumWatched = (probe: string, from: string) => sql<{ watched: string; failed: string }>`
  SELECT coalesce(sum(watched_ms), 0)::text AS watched, coalesce(sum(failed_ms), 0)::text AS failed
  FROM operations.probe_day WHERE probe = ${probe} AND day >= ${from}::date`

/** What is from before. */
export const forgetChanges = (before: string): Sql => sql`DELETE FROM operations.probe_change WHERE at < ${before}`
export const forgetWatched = (before: string): Sql => sql`DELETE FROM operations.probe_day WHERE day < ${before}::date`
