import { type Sql, sql } from '#foundation/sql.ts'

/** One at a time decides about a log; held to the end of the transaction. */
export const claimOrigin = (origin: string): Sql =>
  sql`SELECT pg_advisory_xact_lock(hashtextextended(${`omnicare audit witness ${origin}`}, 0))`

export const lastWitnessed = (origin: string) => sql<{ size: string; root: string }>`
  SELECT size, root FROM audit.witnessed WHERE origin = ${origin} ORDER BY size DESC LIMIT 1`

export const addWitnessed = (origin: string, size: number, root: Buffer): Sql =>
  sql`INSERT INTO audit.witnessed (origin, size, root) VALUES (${origin}, ${size}, ${root})`
