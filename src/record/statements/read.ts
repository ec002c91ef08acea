import { entryEnd, SEPARATOR } from '#audit'
import { filledIn, join, literal, name, type Sql, sql } from '#foundation/sql.ts'
import { tableOf } from '../index/table.ts'
import { whereCurrent } from './access.ts'

/** A version as stored. `body` is the exact JSON text, null when the version is a deletion. */
export interface VersionRow {
  id: string
  version: number
  /** Commit order within a resource; `2026-11-24 11:03:43.123+00`. */
  updated: string
  body: string | null
  /** Id of the patient in whose chart it is; only of current versions, of types that have charts. */
  patient?: string | null
}

const COLUMNS = sql`id, version, updated, body`
const COLUMNS_WITH_PATIENT = sql`id, version, updated, body, patient`
const currentColumns = (type: string): Sql => (tableOf(type).patient.size > 0 ? COLUMNS_WITH_PATIENT : COLUMNS)

/** PostgreSQL's text for an array of ids, which hold nothing to escape; in quotes, as `null` is an id like any other. */
const idArray = (ids: readonly string[]): string => (ids.length === 0 ? '{}' : `{"${ids.join('","')}"}`)

/**
 * The newest versions of several resources of one type, deleted ones too, in no order.
 *
 * Uses: primary key, one probe each. Ids never used have no row.
 */
export const currentVersions = (type: string, ids: readonly string[]): Sql<VersionRow> =>
  sql<VersionRow>`SELECT ${currentColumns(type)} FROM ${name('fhir', type)} WHERE id = ANY(${idArray(ids)}::text[])`

/** The newest version of a resource if it is there and meets `condition`. Uses: primary key. */
export const currentWithin = (type: string, id: string, condition: Sql): Sql<VersionRow> =>
  sql<VersionRow>`SELECT ${currentColumns(type)} FROM ${name('fhir', type)} r WHERE id = ${id} AND body IS NOT NULL AND ${condition}`

/** A version that was read and told of, with which of the ids it is for, from 1; `told` is false when the entry is still to be made. */
export interface ToldRow extends VersionRow {
  at: string
  told: boolean
}

/** One of several reads that share a statement: `opening` is the beginning of its entry, `values` are of its condition. */
export interface ToldAsk {
  readonly id: string
  readonly opening: string
  readonly values: readonly unknown[]
}

/**
 * Makes the statement that reads the newest versions of several resources of one type and writes an entry for each that is
 * there, in the order of what is asked. With `condition`, of which only the text counts, those are found that meet it with
 * the values of whoever asks, and no deleted ones. Only where the row doesn't say whose data it is, and the text may, the
 * entry is left to be made.
 *
 * The values must be text without `SEPARATOR`. Uses: primary key, one probe each. Ids never used have no row.
 */
export function toldVersions(type: string, condition?: Sql): (asked: readonly ToldAsk[]) => Sql<ToldRow> {
  const { patient: chart, compartment } = tableOf(type)
  const patient = type === 'Patient' ? sql`id` : chart.size > 0 ? sql`patient` : sql`NULL::text`
  const isClear = type === 'Patient' || compartment.size === 0
  const known = isClear ? sql`` : sql` AND (${patient} IS NOT NULL OR position('Patient' IN body) = 0)`
  const columns = condition?.values.map((_, index) => `v${index}`) ?? []
  const lists = columns.map(() => sql`, string_to_array(${null}, ${SEPARATOR})`)
  const names = columns.map((column) => sql`, ${name(column)}`)
  const within = condition === undefined ? sql`` : sql` AND body IS NOT NULL AND ${filledIn(condition, 'a', columns)}`
  const made = sql<ToldRow>`WITH found AS MATERIALIZED (
      SELECT a.at, a.opening, r.*, body IS NOT NULL${known} AS told
        FROM unnest(${null}::text[], string_to_array(${null}, ${SEPARATOR})${join(lists, '')})
             WITH ORDINALITY AS a (id, opening${join(names, '')}, at)
       CROSS JOIN LATERAL (SELECT ${currentColumns(type)} FROM ${name('fhir', type)} r WHERE r.id = a.id${within} LIMIT 1) r
    ), told AS (
      INSERT INTO audit.intake (entry)
      SELECT string_agg(${entryEnd(sql`opening`, sql`${`${type}/`} || id || '/_history/' || version`, patient)}, E'\n')
        FROM found WHERE told HAVING count(*) > 0
    ) SELECT at, told, ${currentColumns(type)} FROM found`
  return (asked) =>
    made.with([
      idArray(asked.map(({ id }) => id)),
      asked.map(({ opening }) => opening).join(SEPARATOR),
      SEPARATOR,
      ...columns.flatMap((_, index) => [asked.map(({ values }) => values[index]).join(SEPARATOR), SEPARATOR]),
      `${type}/`,
    ])
}

/** The same, locked until the transaction ends, in the order of their ids: two transactions can't wait for each other. */
export const lockedVersions = (type: string, ids: readonly string[]): Sql<VersionRow> =>
  sql<VersionRow>`SELECT ${currentColumns(type)} FROM ${name('fhir', type)} WHERE id = ANY(${idArray(ids)}::text[]) ORDER BY id FOR UPDATE`

/** The same of those that are there and meet `condition`. */
export const lockedWithin = (type: string, ids: readonly string[], condition: Sql): Sql<VersionRow> =>
  sql<VersionRow>`SELECT ${currentColumns(type)} FROM ${name('fhir', type)} r WHERE id = ANY(${idArray(ids)}::text[])
    AND body IS NOT NULL AND ${condition} ORDER BY id FOR UPDATE OF r`

/** One version, from wherever it is kept; no row when it never was. Uses: both primary keys. */
export const oneVersion = (type: string, id: string, version: number): Sql<VersionRow> => sql<VersionRow>`
  SELECT ${COLUMNS} FROM ${name('fhir', type)} WHERE id = ${id} AND version = ${version}
  UNION ALL
  SELECT ${COLUMNS} FROM ${name('fhir_history', type)} WHERE id = ${id} AND version = ${version}`

/** Which of these ids exist, are not deleted, and meet `condition`. Uses: primary key. */
export const existing = (type: string, ids: readonly string[], condition?: Sql): Sql<{ id: string }> =>
  sql<{
    id: string
  }>`SELECT id FROM ${name('fhir', type)} r WHERE id = ANY(${idArray(ids)}::text[]) AND body IS NOT NULL${
    condition === undefined ? sql`` : sql` AND ${condition}`
  }`

export interface HistoryRow extends VersionRow {
  type: string
  /** Whether there was no such resource before it: a first version, or one after a deletion. */
  created: boolean
  /** Whether it came by POST: a first version under an id of the server's. */
  posted: boolean
}

/** Which versions are asked for; all of them when nothing is said. */
export interface HistoryFilter {
  readonly id?: string
  /** Lowest `updated`, inclusive. */
  readonly since?: string
  /** Versions that were the current one at some moment between the two, both inclusive. */
  readonly current?: { readonly from: string; readonly until: string }
  /** What the current version of a type must meet; undefined: anything, also a deletion. */
  readonly within?: (type: string) => Sql | undefined
}

export interface HistoryWindow extends HistoryFilter {
  /** Versions at or before this place, in the order of history; the place is exclusive. */
  readonly before?: { readonly updated: string; readonly id: string; readonly version: number }
  readonly most: number
}

const SCHEMAS = ['fhir', 'fhir_history'] as const
type Kept = readonly [schema: (typeof SCHEMAS)[number], type: string]

const tablesOf = (type: string): Kept[] => SCHEMAS.map((schema) => [schema, type] as const)

function conditionsOf([schema, type]: Kept, { id, since, current, within }: HistoryFilter): Sql[] {
  const conditions = [sql`true`]
  const condition = within?.(type)
  if (condition !== undefined) conditions.push(whereCurrent(type, condition))
  if (id !== undefined) conditions.push(sql`v.id = ${id}`)
  if (since !== undefined) conditions.push(sql`v.updated >= ${since}::timestamptz`)
  if (current !== undefined) conditions.push(sql`v.updated <= ${current.until}::timestamptz`)
  // A version in the past was current until the next one came, which is in the past too, or is the current one.
  if (current !== undefined && schema === 'fhir_history')
    conditions.push(sql`coalesce(
      (SELECT n.updated FROM ${name('fhir_history', type)} n WHERE n.id = v.id AND n.version = v.version + 1),
      (SELECT n.updated FROM ${name('fhir', type)} n WHERE n.id = v.id)) > ${current.from}::timestamptz`)
  return conditions
}

/** How a version came to be. Uses: both primary keys, one probe for each version that is given. */
const origin = (type: string): Sql => sql`
  v.version = 1 OR EXISTS (SELECT FROM ${name('fhir_history', type)} b
    WHERE b.id = v.id AND b.version = v.version - 1 AND b.body IS NULL) AS created,
  v.version = 1 AND (SELECT c.claimed IS NULL FROM ${name('fhir', type)} c WHERE c.id = v.id) AS posted`

/** Versions of the window in `tables`, newest first; each table gives its own newest, and those of all are kept. */
function newestOf<Row>(tables: readonly Kept[], columns: (type: string) => Sql, window: HistoryWindow) {
  const { before, most } = window
  const further =
    before === undefined
      ? []
      : [sql`(v.updated, v.id, v.version) < (${before.updated}::timestamptz, ${before.id}, ${before.version}::int)`]
  const page = sql`ORDER BY updated DESC, id DESC, version DESC LIMIT ${literal(most)}`
  const each = tables.map(([schema, type]) => {
    const where = join([...conditionsOf([schema, type], window), ...further], ' AND ')
    return sql`(SELECT ${columns(type)}, ${type}::text AS type FROM ${name(schema, type)} v WHERE ${where} ${page})`
  })
  return sql<Row>`${join(each, ' UNION ALL ')} ${page}`
}

/**
 * Versions of one type, newest first, current and past.
 *
 * Uses: the indexes on (updated, id) of both tables, or their primary keys when `id` is given. Stable while writes go on:
 * what comes later is before the first page.
 */
export const historyOf = (type: string, window: HistoryWindow): Sql<HistoryRow> =>
  newestOf<HistoryRow>(tablesOf(type), () => sql`${COLUMNS}, ${origin(type)}`, window)

/** Where a version is, without its text. */
export type Place = Pick<HistoryRow, 'type' | 'id' | 'version' | 'updated'>

/**
 * The same of several types, without the texts: which of them are wanted shows only when all types have been asked.
 *
 * Locks: two tables a type and their indexes, weakly, out of a number that all connections share: name a few types at a time.
 */
export const placesOf = (types: readonly string[], window: HistoryWindow): Sql<Place> =>
  newestOf<Place>(types.flatMap(tablesOf), () => sql`id, version, updated`, window)

/** Versions by id and number, in no order, from wherever they are kept. Uses: both primary keys. */
export function versionsAt(type: string, places: readonly Place[]): Sql<HistoryRow> {
  const ids = places.map(({ id }) => id)
  const versions = places.map(({ version }) => version)
  const from = (schema: string) => sql`SELECT v.id, v.version, v.updated, v.body, ${origin(type)}, ${type}::text AS type
    FROM unnest(${ids}::text[], ${versions}::int[]) AS p (id, version) JOIN ${name(schema, type)} v USING (id, version)`
  return sql<HistoryRow>`${from('fhir')} UNION ALL ${from('fhir_history')}`
}

/**
 * How many versions of `types` there are, current and past. Counts the indexes on updated, or with `id` the primary keys.
 *
 * Locks: as `placesOf`.
 */
export function historyCount(types: readonly string[], filter: HistoryFilter): Sql<{ n: string }> {
  const each = types
    .flatMap(tablesOf)
    .map((kept) => sql`(SELECT count(*) FROM ${name(...kept)} v WHERE ${join(conditionsOf(kept, filter), ' AND ')})`)
  return sql<{ n: string }>`SELECT ${join(each, ' + ')} AS n`
}
