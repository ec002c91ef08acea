import { type Sql, sql } from '#foundation/sql.ts'

/** The answer that was given under an Idempotency-Key; no row when none was. Uses: primary key. */
export const keptAnswer = (key: string): Sql<{ body: string }> =>
  sql<{ body: string }>`SELECT body FROM record.answer WHERE key = ${key}`

/** Whether nobody else is at work under the key; held until the transaction ends. */
export const claimAnswer = (key: string): Sql<{ claimed: boolean }> =>
  sql<{ claimed: boolean }>`SELECT pg_try_advisory_xact_lock(hashtextextended(${key}, 0)) AS claimed`

/** Keeps an answer; the first one stays. */
export const keepAnswer = (key: string, body: string): Sql =>
  sql`INSERT INTO record.answer (key, body) VALUES (${key}, ${body}) ON CONFLICT (key) DO NOTHING`
