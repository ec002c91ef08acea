import { type Sql, sql } from '#foundation/sql.ts'

/** One row for all, each on a line of its own: JSON has no raw newline. */
export const rowOf = (entries: readonly string[]): string => entries.join('\n')

/** Adds entries, each one JSON text. Needs no right but to add. */
export const appendEntries = (entries: readonly string[]): Sql =>
  sql`INSERT INTO audit.intake (entry) VALUES (${rowOf(entries)})`

/** Adds nothing; fails as adding would: behind a lock, on a disk that is full, on a standby. */
export const appendNothing: Sql = sql`INSERT INTO audit.intake (entry) SELECT ${null}::text WHERE false`

/** Between openings in one parameter: a character that JSON does not have. */
export const SEPARATOR = '\x1e'

/**
 * Completes the text of an entry within a statement: `opening` is its beginning (`Audit.opening`), `resource` what it is
 * about, `patient` the id of whose data that is, or null.
 */
export const entryEnd = (opening: Sql, resource: Sql, patient: Sql): Sql => sql`${opening} || ',"resources":["'
  || ${resource} || '"],"patients":[' || coalesce('"Patient/' || ${patient} || '"', '') || ']}'`

/**
 * The same as a part of the statement that makes the change, for its WITH: `told AS (…)`. Its one parameter is a row.
 * `from`: another part of that statement; without a row of that nothing is added.
 */
export const entriesIn = (from?: Sql): Sql =>
  from === undefined
    ? sql`told AS (INSERT INTO audit.intake (entry) VALUES (${null}::text))`
    : sql`told AS (INSERT INTO audit.intake (entry) SELECT ${null}::text FROM ${from})`
