/** How a version stands in the columns of its table: as parameters of a statement, and as a row of a binary COPY. */
import { bigintArray, type CopyRows, intArray } from '#foundation/copy-rows.ts'
import { join, name, type Sql, sql } from '#foundation/sql.ts'
import { bigintOf, bytesOf } from '../index/hash.ts'
import type { Row } from '../index/row.ts'
import type { RangeColumns, Table } from '../index/table.ts'
import { FIRST, LAST, storedInstant } from '../time.ts'

/** A version about to be stored. */
export interface NewVersion {
  readonly id: string
  readonly version: number
  /** RFC 3339, UTC, milliseconds. */
  readonly updated: string
  readonly body: string
  readonly row: Row
}

export const chartColumns = ({ patient, code }: Table): Sql[] => [
  ...(patient.size > 0 ? [name('patient')] : []),
  ...(patient.size > 0 && code !== undefined ? [name('code'), name('more_codes')] : []),
]

export const rangeColumns = ({ ranges }: Table): Sql[] =>
  [...ranges.values()]
    .flatMap(({ low, high, all }) => [low, high, ...(all === undefined ? [] : [all])])
    .map((one) => name(one))

/** The columns a row fills, in the order in which `valuesOf` and `addTo` give them. */
export const columnsOf = (table: Table): Sql =>
  join([sql`id, version, updated, body, tokens, present`, ...chartColumns(table), ...rangeColumns(table)], ', ')

export const columnCount = (table: Table): number => 6 + chartColumns(table).length + rangeColumns(table).length

export function valuesOf({ id, version, updated, body, row }: NewVersion): unknown[] {
  const { table } = row
  const values: unknown[] = [id, version, updated, body, bigintArray(bytesOf(row.tokens)), intArray(row.present)]
  if (table.patient.size > 0) {
    values.push(row.patient)
    if (table.code !== undefined) values.push(row.code === null ? null : bigintOf(row.code), row.moreCodes)
  }
  for (const columns of table.ranges.values()) {
    const pairs = row.ranges.get(columns)
    if (pairs !== undefined) values.push(...rangeValues(columns, pairs))
    else if (columns.all === undefined) values.push(null, null)
    else values.push(null, null, null)
  }
  return values
}

function rangeValues({ kind, all }: RangeColumns, pairs: readonly number[]): unknown[] {
  const say = kind === 'timestamptz' ? storedInstant : String
  const { low, high } = outermost(pairs)
  if (all === undefined) return [say(low), say(high)]
  return [say(low), say(high), pairs.length === 2 ? null : `{${pairs.map((one) => `"${say(one)}"`).join(',')}}`]
}

/** The lowest and highest of `low, high` pairs. Not Math.min(...pairs): there may be more than a call can have arguments. */
function outermost(pairs: readonly number[]): { readonly low: number; readonly high: number } {
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (let at = 0; at < pairs.length; at += 2) {
    low = Math.min(low, pairs[at] as number)
    high = Math.max(high, pairs[at + 1] as number)
  }
  return { low, high }
}

/** Adds the version to the rows of a COPY of its table; `fields` is `columnCount`. */
export function addTo(rows: CopyRows, fields: number, { id, version, updated, body, row }: NewVersion): void {
  const { table } = row
  rows.row(fields).ascii(id).int4(version).time(Date.parse(updated)).text(body).bigints(row.tokens).ints(row.present)
  if (table.patient.size > 0) {
    if (row.patient === null) rows.nothing()
    else rows.ascii(row.patient)
    if (table.code !== undefined) {
      if (row.code === null) rows.nothing()
      else rows.ascii(row.code)
      rows.boolean(row.moreCodes)
    }
  }
  for (const columns of table.ranges.values()) {
    const pairs = row.ranges.get(columns)
    if (pairs !== undefined) addRange(rows, columns, pairs)
    else if (columns.all === undefined) rows.nothing().nothing()
    else rows.nothing().nothing().nothing()
  }
}

function addRange(rows: CopyRows, { kind, all }: RangeColumns, pairs: readonly number[]): void {
  const { low, high } = outermost(pairs)
  if (kind === 'timestamptz') rows.time(within(low)).time(within(high))
  else rows.float8(low).float8(high)
  if (all === undefined) return
  if (pairs.length === 2) rows.nothing()
  else if (kind === 'timestamptz') rows.times(pairs.map(within))
  else rows.float8s(pairs)
}

/** What lies outside of FHIR's four-digit years has no end, as in `storedInstant`. */
const within = (ms: number): number =>
  ms > LAST ? Number.POSITIVE_INFINITY : ms < FIRST ? Number.NEGATIVE_INFINITY : ms
