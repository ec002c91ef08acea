import { type Sql, sql } from '#foundation/sql.ts'

/** The answer that was given under an Idempotency-Key, null while a batch is at work; no row when none was. Uses: primary key. */
export const keptAnswer = (key: string): Sql<{ asked: string; body: string | null }> =>
  sql<{ asked: string; body: string | null }>`SELECT asked, body FROM record.answer WHERE key = ${key}`

/** Whether nobody else is at work under the key; held until the transaction ends. */
export const claimAnswer = (key: string): Sql<{ claimed: boolean }> =>
  sql<{ claimed: boolean }>`SELECT pg_try_advisory_xact_lock(hashtextextended(${key}, 0)) AS claimed`

/**
 * Claims a key for a batch, whose entries commit by themselves; no row when it is somebody else's. What claimed it longer
 * than `minutes` ago has died before it answered.
 */
export const claimForBatch = (key: string, asked: string, minutes: number): Sql<{ key: string }> => sql<{
  key: string
}>`
  INSERT INTO record.answer AS a (key, asked) VALUES (${key}, ${asked})
  ON CONFLICT (key) DO UPDATE SET at = now()
    WHERE a.body IS NULL AND a.asked = excluded.asked AND a.at < now() - make_interval(mins => ${minutes}::int)
  RETURNING key`

/** Answers under a claimed key. */
export const answerClaim = (key: string, body: string): Sql =>
  sql`UPDATE record.answer SET body = ${body}, at = now() WHERE key = ${key} AND body IS NULL`

/** Keeps an answer, with a digest of what was asked; the first one stays. */
export const keepAnswer = (key: string, asked: string, body: string): Sql =>
  sql`INSERT INTO record.answer (key, asked, body) VALUES (${key}, ${asked}, ${body}) ON CONFLICT (key) DO NOTHING`

/** Deletes up to `most` answers older than `days`; what somebody else is deleting is left to them. Uses: the index on at. */
export const forgetOldAnswers = (days: number, most: number): Sql<{ key: string }> => sql<{ key: string }>`
  DELETE FROM record.answer WHERE key IN (
    SELECT key FROM record.answer WHERE at < now() - make_interval(days => ${days}::int)
     ORDER BY at LIMIT ${most}::int FOR UPDATE SKIP LOCKED) RETURNING key`
