import { entriesIn } from '#audit'
import { CopyRows } from '#foundation/copy-rows.ts'
import { join, name, type Sql, sql } from '#foundation/sql.ts'
import { bigintOf } from '../index/hash.ts'
import type { Table } from '../index/table.ts'
import { addTo, chartColumns, columnCount, columnsOf, type NewVersion, rangeColumns, valuesOf } from './columns.ts'

/** A parameter for each column, then `more`; which values they get is said later. */
const tuple = (table: Table, more: readonly Sql[] = []): Sql => {
  const own = Array.from({ length: columnCount(table) }, () => sql`${null}`)
  return sql`(${join([...own, ...more], ', ')})`
}

/**
 * What rows are found by, in one parameter a column, so that the statement's text doesn't depend on their number.
 * Only for the rows that `given` names.
 */
const strings = (type: string, given: string): Sql => sql`
    INSERT INTO ${name('fhir_string', type)} (id, code, value)
    SELECT id, code, value FROM unnest(${null}::text[], ${null}::text[], ${null}::text[]) AS s (id, code, value)
     WHERE id IN (SELECT id FROM ${name(given)})`

function stringValues(versions: readonly NewVersion[]): unknown[] {
  const all = versions.flatMap(({ id, row }) => row.strings.map(({ code, value }) => ({ id, code, value })))
  return [all.map((one) => one.id), all.map((one) => one.code), all.map((one) => one.value)]
}

const shapes = new Map<string, Sql<{ id: string }>>()

function shape(key: string, make: () => Sql): Sql<{ id: string }> {
  const known = shapes.get(key)
  if (known !== undefined) return known
  const made = make() as Sql<{ id: string }>
  shapes.set(key, made)
  return made
}

/** The row of entries that a statement stores beside its change, when it has one; only if there is a row `from`. */
const telling = (told: string | undefined, from?: Sql): Sql => (told === undefined ? sql`` : sql`, ${entriesIn(from)}`)
const rowValue = (told: string | undefined): string[] => (told === undefined ? [] : [told])

/**
 * Stores first versions of new resources of one type, all or none, and `told`, a row of entries; without it when the
 * transaction tells of them itself.
 *
 * Gives: the id of each row stored. With `claimed` ids, which a client chose, the row says so to the history, and is left
 * out when its id is taken; without, a taken id fails (23505), which for the ids the server makes never happens.
 * Locks: none beyond the rows themselves.
 */
export function insertVersions(
  table: Table,
  versions: readonly NewVersion[],
  claimed: boolean,
  told?: string,
): Sql<{ id: string }> {
  const made = shape(`insert ${table.type} ${versions.length} ${claimed} ${told !== undefined}`, () => {
    const rows = join(
      versions.map(() => tuple(table, claimed ? [sql`true`] : [])),
      ', ',
    )
    const mark = claimed ? sql`, claimed` : sql``
    const unless = claimed ? sql` ON CONFLICT (id) DO NOTHING` : sql``
    const insert = sql`INSERT INTO ${name('fhir', table.type)} (${columnsOf(table)}${mark}) VALUES ${rows}${unless} RETURNING id`
    // A client's id may be taken: then there is nothing to tell.
    const from = claimed ? sql`stored` : undefined
    const found = table.strings ? sql`, found_by AS (${strings(table.type, 'stored')})` : sql``
    return sql`WITH stored AS (${insert})${found}${telling(told, from)} SELECT id FROM stored`
  })
  const found = table.strings ? stringValues(versions) : []
  return made.with([...versions.flatMap(valuesOf), ...found, ...rowValue(told)])
}

/** First versions of new resources of one type, under ids that the server made, on their way into its tables by COPY. */
export class VersionRows {
  readonly #table: Table
  readonly #fields: number
  readonly #versions = new CopyRows(FIRST_BYTES)
  #strings: CopyRows | undefined

  constructor(table: Table) {
    this.#table = table
    this.#fields = columnCount(table)
  }

  add(version: NewVersion): void {
    addTo(this.#versions, this.#fields, version)
    const { id, row } = version
    if (row.strings.length === 0) return
    this.#strings ??= new CopyRows(FIRST_BYTES)
    for (const { code, value } of row.strings) this.#strings.row(3).ascii(id).ascii(code).text(value)
  }

  /** Each COPY with its rows. Nothing may be added any more. */
  end(): (readonly [into: Sql, rows: Buffer])[] {
    const { type } = this.#table
    const into = sql`COPY ${name('fhir', type)} (${columnsOf(this.#table)}) FROM STDIN (FORMAT binary)`
    const versions = [into, this.#versions.end()] as const
    if (this.#strings === undefined) return [versions]
    const found = sql`COPY ${name('fhir_string', type)} (id, code, value) FROM STDIN (FORMAT binary)`
    return [versions, [found, this.#strings.end()]]
  }
}
/** What is more makes the rows' room grow. */
const FIRST_BYTES = 16 * 1024

/**
 * Replaces version `was` of a resource and moves it to history, and stores `told`, a row of entries, in one statement.
 *
 * Gives: one row, or none when `was` is not the current version any more; then nothing has changed.
 */
export function replaceVersion(next: NewVersion, was: number, told?: string): Sql<{ id: string }> {
  const { table } = next.row
  const made = shape(`replace ${table.type} ${told !== undefined}`, () => {
    const found = table.strings ? sql`, found_by AS (${strings(table.type, 'old')})` : sql``
    return sql`${moved(table)}${found}${telling(told, sql`old`)}
    UPDATE ${name('fhir', table.type)} r SET (${columnsOf(table)}) = ROW ${tuple(table)} FROM old WHERE r.id = old.id RETURNING r.id`
  })
  const found = table.strings ? stringValues([next]) : []
  return made.with([next.id, was, ...found, ...rowValue(told), ...valuesOf(next)])
}

/** Like `replaceVersion`, with a deletion: the row stays, without text and found by nothing, so that its id is known. */
export function deleteVersion(
  table: Table,
  id: string,
  was: number,
  updated: string,
  told?: string,
): Sql<{ id: string }> {
  const made = shape(`delete ${table.type} ${told !== undefined}`, () => {
    const cleared = join(
      [...chartColumns(table), ...rangeColumns(table)].map((column) => sql`, ${column} = DEFAULT`),
      '',
    )
    return sql`${moved(table)}${telling(told, sql`old`)}
    UPDATE ${name('fhir', table.type)} r
       SET version = r.version + 1, updated = ${null}::timestamptz, body = NULL, tokens = '{}', present = '{}'${cleared}
      FROM old WHERE r.id = old.id RETURNING r.id`
  })
  return made.with([id, was, ...rowValue(told), updated])
}

/**
 * The old version goes to history; what it was found by goes away.
 *
 * What follows must take its row from `old`: a statement that does not could change the row before `old` has read it.
 */
function moved(table: Table): Sql {
  const history = sql`WITH old AS (
      SELECT id, version, updated, body FROM ${name('fhir', table.type)} WHERE id = ${null} AND version = ${null}::int FOR UPDATE
    ), kept AS (
      INSERT INTO ${name('fhir_history', table.type)} (id, version, updated, body) SELECT id, version, updated, body FROM old
    )`
  if (!table.strings) return history
  return sql`${history}, unfound AS (DELETE FROM ${name('fhir_string', table.type)} WHERE id IN (SELECT id FROM old))`
}

/** Others that ask for the same criteria wait until the transaction ends: of two conditional creates, one finds the other's. */
export const lockCriteria = (key: string): Sql => sql`SELECT pg_advisory_xact_lock(${bigintOf(key)}::bigint)`
