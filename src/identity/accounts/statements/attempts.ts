import { type Sql, sql } from '#foundation/sql.ts'

export interface AttemptRow {
  key: string
  /** A decimal number as text. */
  failures: string
  last: string
  until: string
}

/** The tries of each key, made when there are none, locked to the end of the transaction in the order of the keys. */
export const lockAttempts = (keys: readonly string[], now: string) => sql<AttemptRow>`
  INSERT INTO identity.attempt AS a (key, last, until)
  SELECT key, ${now}::timestamptz, ${now}::timestamptz FROM unnest(${keys}::text[]) AS key ORDER BY key
  ON CONFLICT (key) DO UPDATE SET key = a.key RETURNING a.key, a.failures, a.last, a.until`

export const setAttempt = (key: string, failures: number, last: string, until: string): Sql => sql`
  UPDATE identity.attempt SET failures = ${failures}::float8, last = ${last}, until = ${until} WHERE key = ${key}`

/** The tries were no failures after all. */
export const forgetAttempts = (keys: readonly string[]): Sql =>
  sql`DELETE FROM identity.attempt WHERE key = ANY(${keys}::text[])`

/** One failure less, and no wait by it. */
export const refundAttempt = (key: string): Sql => sql`
  UPDATE identity.attempt SET failures = greatest(0, failures - 1), until = least(until, last) WHERE key = ${key}`

/** Removes what is forgotten, and beyond `most` rows what has failed least and longest ago. */
export const tidyAttempts = (before: string, most: number): Sql => sql`
  DELETE FROM identity.attempt WHERE last < ${before} OR key IN (
    SELECT key FROM identity.attempt ORDER BY failures DESC, last DESC OFFSET ${most}::int)`

export const isKnownNet = (person: string, net: string) =>
  sql<{ known: boolean }>`SELECT true AS known FROM identity.known_net WHERE person = ${person} AND net = ${net}`

/** Remembers where somebody signs in from: the last `most` networks. */
export const knowNet = (person: string, net: string, now: string, most: number): Sql => sql`
  WITH known AS (
    INSERT INTO identity.known_net (person, net, last) VALUES (${person}, ${net}, ${now})
    ON CONFLICT (person, net) DO UPDATE SET last = excluded.last RETURNING net)
  DELETE FROM identity.known_net WHERE person = ${person} AND net IN (
    SELECT net FROM identity.known_net WHERE person = ${person} AND net <> ${net}
    ORDER BY last DESC OFFSET ${most - 1}::int)`
