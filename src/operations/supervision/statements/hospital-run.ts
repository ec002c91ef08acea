import { type Sql, sql } from '#foundation/sql.ts'

export const runStarted = (): Sql<{ id: string }> =>
  sql<{ id: string }>`INSERT INTO operations.hospital_run DEFAULT VALUES RETURNING id`

export const runEnded = (id: string, exitCode: number | null, signal: string | null): Sql =>
  sql`UPDATE operations.hospital_run SET ended = now(), exit_code = ${exitCode}, signal = ${signal} WHERE id = ${id}::bigint`

/** Those that began or ended within, the newest first. */
export const runsWithin = (from: string, to: string, most: number) => sql<{
  started: string
  ended: string | null
  exit_code: number | null
  signal: string | null
}>`
  SELECT started, ended, exit_code, signal FROM operations.hospital_run
  WHERE (started >= ${from} AND started <= ${to}) OR (ended >= ${from} AND ended <= ${to})
  ORDER BY id DESC LIMIT ${most}::int`
