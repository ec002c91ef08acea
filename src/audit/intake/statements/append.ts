import { type Sql, sql } from '#foundation/sql.ts'

/** Adds entries, each as one JSON text. Needs no right but to add. */
export const appendEntries = (entries: readonly string[]): Sql =>
  sql`INSERT INTO audit.intake (entry) SELECT unnest(${entries}::text[])`
