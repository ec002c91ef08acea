import { type Sql, sql } from '#foundation/sql.ts'

/** The answer that was given under an Idempotency-Key; no row when none was. Uses: primary key. */
export const keptAnswer = (key: string): Sql<{ asked: string; body: string }> =>
  sql<{ asked: string; body: string }>`SELECT asked, body FROM record.answer WHERE key = ${key}`

/** Whether nobody else is at work under the key; held until the transaction ends. */
export const claimAnswer = (key: string): Sql<{ claimed: boolean }> =>
  sql<{ claimed: boolean }>`SELECT pg_try_advisory_xact_lock(hashtextextended(${key}, 0)) AS claimed`

/** Keeps an answer, with a digest of what was asked; the first one stays. */
export const keepAnswer = (key: string, asked: string, body: string): Sql =>
  sql`INSERT INTO record.answer (key, asked, body) VALUES (${key}, ${asked}, ${body}) ON CONFLICT (key) DO NOTHING`
