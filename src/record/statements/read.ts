import { join, literal, name, type Sql, sql } from '#foundation/sql.ts'

/** A version as stored. `body` is the exact JSON text, null when the version is a deletion. */
export interface VersionRow {
  id: string
  version: number
  /** Commit order within a resource; `2026-11-24 11:03:43.123+00`. */
  updated: string
  body: string | null
}

const COLUMNS = sql`id, version, updated, body`

/** PostgreSQL's text for an array of ids, which hold nothing that needs quoting. */
const idArray = (ids: readonly string[]): string => `{${ids.join(',')}}`

/**
 * The newest versions of several resources of one type, deleted ones too, in no order.
 *
 * Uses: primary key, one probe each. Ids never used have no row.
 */
export const currentVersions = (type: string, ids: readonly string[]): Sql<VersionRow> =>
  sql<VersionRow>`SELECT ${COLUMNS} FROM ${name('fhir', type)} WHERE id = ANY(${idArray(ids)}::text[])`

/** The same, locked until the transaction ends, in the order of their ids: two transactions can't wait for each other. */
export const lockedVersions = (type: string, ids: readonly string[]): Sql<VersionRow> =>
  sql<VersionRow>`SELECT ${COLUMNS} FROM ${name('fhir', type)} WHERE id = ANY(${idArray(ids)}::text[]) ORDER BY id FOR UPDATE`

/** One version, from wherever it is kept; no row when it never was. Uses: both primary keys. */
export const oneVersion = (type: string, id: string, version: number): Sql<VersionRow> => sql<VersionRow>`
  SELECT ${COLUMNS} FROM ${name('fhir', type)} WHERE id = ${id} AND version = ${version}
  UNION ALL
  SELECT ${COLUMNS} FROM ${name('fhir_history', type)} WHERE id = ${id} AND version = ${version}`

/** Which of these ids exist and are not deleted. Uses: primary key. */
export const existing = (type: string, ids: readonly string[]): Sql<{ id: string }> =>
  sql<{ id: string }>`SELECT id FROM ${name('fhir', type)} WHERE id = ANY(${idArray(ids)}::text[]) AND body IS NOT NULL`

export interface HistoryRow extends VersionRow {
  type: string
}

export interface HistoryWindow {
  readonly id?: string
  /** Lowest `updated`, inclusive. */
  readonly since?: string
  /** Versions at or before this place, in the order of history; the place is exclusive. */
  readonly before?: { readonly updated: string; readonly id: string; readonly version: number }
  /** Highest `updated`, inclusive. */
  readonly until?: string
  readonly most: number
}

/**
 * Versions of one type, newest first, current and past.
 *
 * Uses: the indexes on (updated, id) of both tables, or their primary keys when `id` is given. Stable while writes go on:
 * what comes later is before the first page.
 */
export function historyOf(type: string, { id, since, before, until, most }: HistoryWindow): Sql<HistoryRow> {
  const conditions = [sql`true`]
  if (id !== undefined) conditions.push(sql`id = ${id}`)
  if (since !== undefined) conditions.push(sql`updated >= ${since}::timestamptz`)
  if (until !== undefined) conditions.push(sql`updated <= ${until}::timestamptz`)
  if (before !== undefined)
    conditions.push(
      sql`(updated, id, version) < (${before.updated}::timestamptz, ${before.id}, ${before.version}::int)`,
    )
  const where = join(conditions, ' AND ')
  const from = (schema: string) => sql`
    (SELECT ${COLUMNS}, ${type}::text AS type FROM ${name(schema, type)} WHERE ${where}
      ORDER BY updated DESC, id DESC, version DESC LIMIT ${literal(most)})`
  return sql<HistoryRow>`${from('fhir')} UNION ALL ${from('fhir_history')}
    ORDER BY updated DESC, id DESC, version DESC LIMIT ${literal(most)}`
}

/** How many versions there are. Counts the index; `id` makes it a probe. */
export const historyCount = (type: string, id: string): Sql<{ n: number }> => sql<{ n: number }>`
  SELECT ((SELECT count(*) FROM ${name('fhir', type)} WHERE id = ${id})
        + (SELECT count(*) FROM ${name('fhir_history', type)} WHERE id = ${id}))::int AS n`
