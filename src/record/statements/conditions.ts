/** Conditions on a row `r` of a resource's table. */
import { name, type Sql, sql } from '#foundation/sql.ts'
import { bigintOf, bigintsOf } from '../index/hash.ts'
import type { RangeColumns } from '../index/table.ts'

export type Prefix = 'eq' | 'ne' | 'gt' | 'lt' | 'ge' | 'le' | 'sa' | 'eb' | 'ap'

export const isPresent = (key: number): Sql => sql`r.present @> ARRAY[${key}::int]`

/** Any of the keys. Uses: the GIN index, which is over the whole hospital. */
export const keysByIndex = (wanted: readonly string[]): Sql =>
  wanted.length === 1
    ? sql`r.tokens @> ${bigintsOf(wanted)}::bigint[]`
    : sql`r.tokens && ${bigintsOf(wanted)}::bigint[]`

/**
 * Any of the keys, in a form that no index serves: within a chart the rows are found by patient, and a plan that is
 * prepared for every patient must not be led to look for the code in the whole hospital.
 */
export const keysByRow = (wanted: readonly string[]): Sql =>
  wanted.length === 1
    ? sql`${bigintOf(wanted[0] as string)}::bigint = ANY(r.tokens)`
    : sql`EXISTS (SELECT FROM unnest(r.tokens) t WHERE t = ANY(${bigintsOf(wanted)}::bigint[]))`

/** None of the keys. Not an index condition: it goes over what the other conditions leave. */
export const hasNone = (wanted: readonly string[]): Sql => sql`NOT r.tokens && ${bigintsOf(wanted)}::bigint[]`

/** Escapes what LIKE gives a meaning. */
const likeText = (text: string): string => text.replace(/[\\%_]/g, '\\$&')

/**
 * A folded string begins with, or contains, `folded`.
 *
 * Uses: `(code, value)` of the string table: a range of it for a beginning; for `contains` all strings of that parameter.
 */
export function stringLike(type: string, code: string, folded: string, contains: boolean): Sql {
  const pattern = contains ? `%${likeText(folded)}%` : `${likeText(folded)}%`
  // The bounds say what LIKE says, in the form that a B-tree in C collation can use with a parameter.
  const range = contains ? sql`` : sql` AND s.value >= ${folded} AND s.value < ${`${folded}\u{10ffff}`}`
  return sql`r.id IN (SELECT s.id FROM ${name('fhir_string', type)} s WHERE s.code = ${code}${range} AND s.value LIKE ${pattern})`
}

/**
 * The value of a row, [low, high), against the searched one, [from, to). https://hl7.org/fhir/R4/search.html#prefix
 *
 * With several values in a row, any one of them. The outer bounds come first: they are what an index is on.
 */
export function rangeHolds(columns: RangeColumns, prefix: Prefix, from: unknown, to: unknown): Sql {
  const low = sql`r.${name(columns.low)}`
  const high = sql`r.${name(columns.high)}`
  const [a, b] =
    columns.kind === 'timestamptz'
      ? [sql`${from}::timestamptz`, sql`${to}::timestamptz`]
      : [sql`${from}::float8`, sql`${to}::float8`]
  const one = holds(prefix, low, high, a, b, columns.low === columns.high || columns.kind === 'float8')
  if (columns.all === undefined) return one
  const all = sql`r.${name(columns.all)}`
  const each = holds(prefix, sql`${all}[i]`, sql`${all}[i + 1]`, a, b, columns.kind === 'float8')
  const several = sql`EXISTS (SELECT FROM generate_series(1, cardinality(${all}), 2) i WHERE ${each})`
  return sql`(${coarse(prefix, low, high, a, b)} AND CASE WHEN ${all} IS NULL THEN ${one} ELSE ${several} END)`
}

/** `moment`: low and high are one value that belongs to the interval, not its open end. */
function holds(prefix: Prefix, low: Sql, high: Sql, from: Sql, to: Sql, moment: boolean): Sql {
  const within = moment ? sql`${low} >= ${from} AND ${high} < ${to}` : sql`${low} >= ${from} AND ${high} <= ${to}`
  const after = moment ? sql`${high} >= ${to}` : sql`${high} > ${to}`
  switch (prefix) {
    case 'eq':
      return sql`(${within})`
    case 'ne':
      return sql`(${low} < ${from} OR ${after})`
    case 'gt':
      return sql`(${after})`
    case 'lt':
      return sql`(${low} < ${from})`
    case 'ge':
      return sql`(${high} >= ${from} AND (${after} OR ${low} >= ${from}))`
    case 'le':
      return sql`(${low} < ${to} AND (${low} < ${from} OR NOT ${after}))`
    case 'sa':
      return sql`(${low} >= ${to})`
    case 'eb':
      return moment ? sql`(${high} < ${from})` : sql`(${high} <= ${from})`
    case 'ap':
      return moment ? sql`(${low} < ${to} AND ${high} >= ${from})` : sql`(${low} < ${to} AND ${high} > ${from})`
  }
}

/** What must be true of the lowest and highest value for any value to fit. */
function coarse(prefix: Prefix, low: Sql, high: Sql, from: Sql, to: Sql): Sql {
  switch (prefix) {
    case 'ne':
      return sql`${low} IS NOT NULL`
    case 'gt':
    case 'sa':
      return sql`${high} >= ${to}`
    case 'lt':
    case 'eb':
      return sql`${low} <= ${from}`
    case 'ge':
      return sql`${high} >= ${from}`
    case 'le':
      return sql`${low} <= ${to}`
    default:
      return sql`${high} >= ${from} AND ${low} <= ${to}`
  }
}
