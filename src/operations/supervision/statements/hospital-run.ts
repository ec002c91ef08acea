import { type Sql, sql } from '#foundation/sql.ts'

export const runStarted = (): Sql<{ id: string }> =>
  sql<{ id: string }>`INSERT INTO operations.hospital_run DEFAULT VALUES RETURNING id`

export const runEnded = (id: string, exitCode: number | null, signal: string | null): Sql =>
  sql`UPDATE operations.hospital_run SET ended = now(), exit_code = ${exitCode}, signal = ${signal} WHERE id = ${id}::bigint`
