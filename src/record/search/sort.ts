/** The order of a search's matches: what is sorted by, and where a page begins. */
import { join, name, type Sql, sql } from '#foundation/sql.ts'
import type { Table } from '../index/table.ts'
import { type MatchRow, smallestString } from '../statements/search.ts'
import { LAST_UPDATED } from './conditions.ts'
import type { Query } from './query.ts'

/** One column of the order. Rows without a value come last, whichever the direction. */
export interface SortKey {
  readonly expression: Sql
  /** The row's column that the expression reads, apart from its id. */
  readonly column?: Sql
  readonly cast: Sql
  readonly descending: boolean
  readonly nullable: boolean
}

const ID: SortKey = { expression: sql`r.id`, cast: sql`text`, descending: false, nullable: false }

/** What a search is sorted by, with the parts of its statement that follow from it. Made once for each order that is asked for. */
export interface Order {
  readonly keys: readonly SortKey[]
  readonly forwards: Sql
  readonly backwards: Sql
  /** The values by which a page begins, but for the id, which each row has anyway. */
  readonly places: readonly Sql[]
  /** Columns of the row that these read. */
  readonly columns: readonly Sql[]
}

const MOST_ORDERS = 1_000
const orders = new Map<string, Order>()

/** The order of `query`: what was asked for, then the id, so that it is total and pages can't overlap. */
export function orderOf(table: Table, query: Query): Order {
  let asked = table.type
  for (const { parameter, descending } of query.sort) asked += `${descending ? ' -' : ' '}${parameter.code}`
  const known = orders.get(asked)
  if (known !== undefined) return known
  const keys = keysOf(table, query)
  const made: Order = {
    keys,
    forwards: orderBy(keys, false),
    backwards: orderBy(keys, true),
    places: keys.filter(isStored).map(({ expression }) => expression),
    columns: keys.flatMap(({ column }) => column ?? []),
  }
  if (orders.size < MOST_ORDERS) orders.set(asked, made)
  return made
}

function keysOf(table: Table, query: Query): SortKey[] {
  const wanted = query.sort.flatMap(({ parameter, descending }): SortKey[] => {
    const { code, type } = parameter
    if (code === '_id') return [{ ...ID, descending }]
    const columns = code === '_lastUpdated' ? LAST_UPDATED : table.ranges.get(code)
    if (columns !== undefined) {
      const column = descending ? columns.high : columns.low
      // The chart index is on the beginning; a moment's beginning and end sort alike.
      const indexed = columns === table.chartDate ? columns.low : column
      const cast = columns.kind === 'timestamptz' ? sql`timestamptz` : sql`float8`
      const expression = sql`r.${name(indexed)}`
      return [{ expression, column: expression, cast, descending, nullable: columns !== LAST_UPDATED }]
    }
    if (type === 'string')
      return [{ expression: smallestString(table.type, code), cast: sql`text`, descending, nullable: true }]
    return []
  })
  return wanted.some(({ expression }) => expression === ID.expression)
    ? wanted
    : [...wanted, { ...ID, descending: wanted[0]?.descending ?? false }]
}

const orderBy = (order: readonly SortKey[], backwards: boolean): Sql =>
  join(
    order.map(({ expression, descending, nullable }) => {
      const down = descending !== backwards
      const nulls = nullable ? (backwards ? sql` NULLS FIRST` : sql` NULLS LAST`) : sql``
      return sql`${expression} ${down ? sql`DESC` : sql`ASC`}${nulls}`
    }),
    ', ',
  )

const isStored = ({ expression }: SortKey): boolean => expression !== ID.expression

/** The sort values of a row, each as text or null: where a page begins or ends. */
export type Place = readonly (string | null)[]

/** Where `row` stands; its values are named in the order of `places`. */
export function placeOf({ keys }: Order, row: MatchRow): Place {
  let at = 0
  return keys.map((key) => (isStored(key) ? (row[`p${at++}`] ?? null) : row.id))
}

/** Rows after `place` in the order, or before it when `backwards`. */
export function beyond(order: readonly SortKey[], place: Place, backwards: boolean): Sql {
  const [first, ...rest] = order
  if (first === undefined) return sql`false`
  const { expression, cast, descending } = first
  const held = place[0] ?? null
  const later = rest.length === 0 ? undefined : beyond(rest, place.slice(1), backwards)
  if (held === null) {
    // The place is among the rows without a value, which come last.
    const same = later === undefined ? sql`false` : sql`(${expression} IS NULL AND ${later})`
    return backwards ? sql`(${expression} IS NOT NULL OR ${same})` : same
  }
  const down = descending !== backwards
  const further = down ? sql`${expression} < ${held}::${cast}` : sql`${expression} > ${held}::${cast}`
  const none = first.nullable && !backwards ? sql` OR ${expression} IS NULL` : sql``
  if (later === undefined) return sql`(${further}${none})`
  return sql`(${further}${none} OR (${expression} = ${held}::${cast} AND ${later}))`
}
