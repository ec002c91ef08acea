import { join, literal, name, type Sql, sql } from '#foundation/sql.ts'
import { bigintOf, bigintsOf } from '../index/hash.ts'
import { tableOf } from '../index/table.ts'
import { keysByRow } from './conditions.ts'

/** A resource as a search finds it. `patient`: of types that have charts. */
export interface FoundRow {
  id: string
  version: number
  body: string
  patient?: string | null
}

/** A match with its sort values `p0`, `p1` … as text, null where the row has none. */
export type MatchRow = FoundRow & { [place: `p${number}`]: string | null }

const COLUMNS = sql`r.id, r.version, r.body`
const COLUMNS_WITH_PATIENT = sql`r.id, r.version, r.body, r.patient`
const columnsOf = (type: string): Sql => (tableOf(type).patient.size > 0 ? COLUMNS_WITH_PATIENT : COLUMNS)

export interface Selection {
  readonly type: string
  readonly conditions: readonly Sql[]
  readonly places: readonly Sql[]
  /** Columns of the row that places and order read. */
  readonly sorted: readonly Sql[]
  readonly order: Sql
  readonly most: number
}

/** The first of a resource's strings for a parameter, which it sorts by. Uses: the string table's index on id. */
export const smallestString = (type: string, code: string): Sql =>
  sql`(SELECT min(s.value) FROM ${name('fhir_string', type)} s WHERE s.id = r.id AND s.code = ${code})`

const where = (conditions: readonly Sql[]): Sql => join([sql`r.body IS NOT NULL`, ...conditions], ' AND ')

/** Sort values by name: `p0`, `p1` … each as text. */
const placeColumns = madeOnce((places: readonly Sql[]) =>
  join(
    places.map((place, index) => sql`, (${place})::text AS ${name(`p${index}`)}`),
    '',
  ),
)

const sortColumns = madeOnce((sorted: readonly Sql[]) =>
  join(
    sorted.map((column) => sql`, ${column}`),
    '',
  ),
)

/** For parts that are the same objects from one search to the next. */
function madeOnce(make: (of: readonly Sql[]) => Sql): (of: readonly Sql[]) => Sql {
  const known = new WeakMap<readonly Sql[], Sql>()
  return (of) => {
    let made = known.get(of)
    if (made === undefined) {
      made = make(of)
      known.set(of, made)
    }
    return made
  }
}

/** A page of matches. Uses: whichever index serves the conditions; see docs/decisions/0004-search-index.md. */
export const matches = ({ type, conditions, places, order, most }: Selection): Sql<MatchRow> =>
  sql<MatchRow>`SELECT ${columnsOf(type)}${placeColumns(places)} FROM ${name('fhir', type)} r
       WHERE ${where(conditions)} ORDER BY ${order} LIMIT ${literal(most)}`

/**
 * A page of one patient's resources with one main code.
 *
 * The first coding has a column in the index (patient, code, date); resources with further codings have an index of
 * their own, (patient, date), and are looked through. Both come in order, so that only a page of each is read.
 */
export function chartMatches(
  { type, conditions, places, sorted, order, most }: Selection,
  codes: readonly string[],
): Sql<MatchRow> {
  const first =
    codes.length === 1
      ? sql`r.code = ${bigintOf(codes[0] as string)}::bigint`
      : sql`r.code = ANY(${bigintsOf(codes)}::bigint[])`
  const from = sql`(SELECT ${columnsOf(type)}${sortColumns(sorted)} FROM ${name('fhir', type)} r WHERE ${where(conditions)} AND `
  const page = sql` ORDER BY ${order} LIMIT ${literal(most)}`
  const branch = (condition: Sql) => sql`${from}${condition}${page})`
  return sql<MatchRow>`SELECT ${columnsOf(type)}${placeColumns(places)} FROM (
      ${branch(first)} UNION ALL ${branch(sql`r.more_codes AND NOT coalesce(${first}, false) AND ${keysByRow(codes)}`)}
    ) r${page}`
}

/** A patient, as a condition names one. */
export const onePatient = (id: string): Sql => sql`${id}::text`

/** How many match. Reads every match. */
export const countMatches = (type: string, conditions: readonly Sql[]): Sql<{ n: string }> =>
  sql<{ n: string }>`SELECT count(*) AS n FROM ${name('fhir', type)} r WHERE ${where(conditions)}`

/** Ids of at most `most` matches: enough to tell none, one and several apart. */
export const matchingIds = (type: string, conditions: readonly Sql[], most: number): Sql<{ id: string }> =>
  sql<{ id: string }>`SELECT r.id FROM ${name('fhir', type)} r WHERE ${where(conditions)} LIMIT ${literal(most)}`

/** Resources by id that meet all conditions, without those deleted. */
export const presentOnes = (type: string, ids: readonly string[], conditions: readonly Sql[]): Sql<FoundRow> =>
  sql<FoundRow>`SELECT ${columnsOf(type)} FROM ${name('fhir', type)} r
    WHERE ${where([sql`r.id = ANY(${ids}::text[])`, ...conditions])} ORDER BY r.id`

/** Resources for which `any` holds and all conditions do, at most `most`. */
export const anyOf = (type: string, any: Sql, conditions: readonly Sql[], most: number): Sql<FoundRow> =>
  sql<FoundRow>`SELECT ${columnsOf(type)} FROM ${name('fhir', type)} r
    WHERE ${where([sql`(${any})`, ...conditions])} ORDER BY r.id LIMIT ${literal(most)}`
