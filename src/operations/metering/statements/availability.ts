import { type Sql, sql } from '#foundation/sql.ts'

/** Adds to what is known of the hour. Once for each reading: said twice it counts twice. */
export const addAvailability = (hour: string, upMs: number, downMs: number): Sql => sql`
  INSERT INTO operations.availability AS a (hour, up_ms, down_ms) VALUES (${hour}, ${upMs}::bigint, ${downMs}::bigint)
  ON CONFLICT (hour) DO UPDATE SET up_ms = a.up_ms + excluded.up_ms, down_ms = a.down_ms + excluded.down_ms`

/** Both null when nothing is known. At most 721 rows are read. */
export const availabilitySince = (since: string) => sql<{ up: string | null; down: string | null }>`
  SELECT sum(up_ms)::text AS up, sum(down_ms)::text AS down FROM operations.availability WHERE hour >= ${since}`

export const forgetAvailability = (before: string): Sql =>
  sql`DELETE FROM operations.availability WHERE hour < ${before}`
