import { entriesIn } from '#audit'
import { copyLine } from '#foundation/copy.ts'
import { join, name, type Sql, sql } from '#foundation/sql.ts'
import type { Row } from '../index/row.ts'
import type { RangeColumns, Table } from '../index/table.ts'
import { storedInstant } from '../time.ts'

/** A version about to be stored. */
export interface NewVersion {
  readonly id: string
  readonly version: number
  /** RFC 3339, UTC, milliseconds. */
  readonly updated: string
  readonly body: string
  readonly row: Row
}

const chartColumns = ({ patient, code }: Table): Sql[] => [
  ...(patient.size > 0 ? [name('patient')] : []),
  ...(patient.size > 0 && code !== undefined ? [name('code'), name('more_codes')] : []),
]

const rangeColumns = ({ ranges }: Table): Sql[] =>
  [...ranges.values()]
    .flatMap(({ low, high, all }) => [low, high, ...(all === undefined ? [] : [all])])
    .map((one) => name(one))

/** The columns a row fills, in the order in which `valuesOf` gives them. */
const columnsOf = (table: Table): Sql =>
  join([sql`id, version, updated, body, tokens, present`, ...chartColumns(table), ...rangeColumns(table)], ', ')

function valuesOf({ id, version, updated, body, row }: NewVersion): unknown[] {
  const { table } = row
  const values: unknown[] = [
    id,
    version,
    updated,
    body,
    `{${[...row.tokens].join(',')}}`,
    `{${[...row.present].join(',')}}`,
  ]
  if (table.patient.size > 0) {
    values.push(row.patient)
    if (table.code !== undefined) values.push(row.code, row.moreCodes)
  }
  for (const columns of table.ranges.values()) values.push(...rangeValues(columns, row.ranges.get(columns)))
  return values
}

function rangeValues({ kind, all }: RangeColumns, pairs: readonly number[] | undefined): unknown[] {
  const none = all === undefined ? [] : [null]
  if (pairs === undefined) return [null, null, ...none]
  const say = kind === 'timestamptz' ? storedInstant : String
  if (pairs.length === 2) return [say(pairs[0] as number), say(pairs[1] as number), ...none]
  // Not Math.min(...pairs): there may be more of them than a call can have arguments.
  const low = pairs.reduce((least, one, index) => (index % 2 === 0 ? Math.min(least, one) : least), Infinity)
  const high = pairs.reduce((most, one, index) => (index % 2 === 1 ? Math.max(most, one) : most), -Infinity)
  return [say(low), say(high), ...(all === undefined ? [] : [`{${pairs.map((one) => `"${say(one)}"`).join(',')}}`])]
}

/** A parameter for each column; which values they get is said later. */
const tuple = (table: Table): Sql => {
  const count = 6 + chartColumns(table).length + rangeColumns(table).length
  return sql`(${join(
    Array.from({ length: count }, () => sql`${null}`),
    ', ',
  )})`
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
 * Gives: the id of each row stored. With `claimed` ids, which a client chose, a row is left out when its id is taken;
 * without, a taken id fails (23505), which for the ids the server makes never happens.
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
      versions.map(() => tuple(table)),
      ', ',
    )
    const unless = claimed ? sql` ON CONFLICT (id) DO NOTHING` : sql``
    const insert = sql`INSERT INTO ${name('fhir', table.type)} (${columnsOf(table)}) VALUES ${rows}${unless} RETURNING id`
    // A client's id may be taken: then there is nothing to tell.
    const from = claimed ? sql`stored` : undefined
    const found = table.strings ? sql`, found_by AS (${strings(table.type, 'stored')})` : sql``
    return sql`WITH stored AS (${insert})${found}${telling(told, from)} SELECT id FROM stored`
  })
  const found = table.strings ? stringValues(versions) : []
  return made.with([...versions.flatMap(valuesOf), ...found, ...rowValue(told)])
}

/** Where `versionLines` go: first versions of new resources under ids that the server made. */
export const copyVersions = (table: Table): Sql =>
  sql`COPY ${name('fhir', table.type)} (${columnsOf(table)}) FROM STDIN`
export const versionLines = (versions: readonly NewVersion[]): string =>
  versions.map((version) => copyLine(valuesOf(version))).join('')

/** Where `stringLines` go: what these are found by. */
export const copyStrings = ({ type }: Table): Sql => sql`COPY ${name('fhir_string', type)} (id, code, value) FROM STDIN`
export const stringLines = (versions: readonly NewVersion[]): string =>
  versions.flatMap(({ id, row }) => row.strings.map(({ code, value }) => copyLine([id, code, value]))).join('')

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
export const lockCriteria = (key: string): Sql => sql`SELECT pg_advisory_xact_lock(${key}::bigint)`
