import { type Sql, sql } from '#foundation/sql.ts'

export interface MonthKeyRow {
  month: string
  /** Id of the master key that wraps it. */
  master: string
  /** Null once destroyed. */
  wrapped: string | null
  made: string
  destroyed: string | null
}

export interface SigningKeyRow {
  /** As signed notes write a public key. */
  verifier: string
  master: string
  wrapped: string | null
  made: string
  retired: string | null
}

export const monthKeys = () => sql<MonthKeyRow>`
  SELECT month, master, wrapped, made, destroyed FROM audit.month_key ORDER BY month`

/** Gives no row when another has made the month's key meanwhile. */
export const addMonthKey = (month: string, master: string, wrapped: Buffer) => sql<{ month: string }>`
  INSERT INTO audit.month_key (month, master, wrapped) VALUES (${month}, ${master}, ${wrapped})
  ON CONFLICT DO NOTHING RETURNING month`

export const rewrapMonthKey = (month: string, master: string, wrapped: Buffer): Sql => sql`
  UPDATE audit.month_key SET master = ${master}, wrapped = ${wrapped} WHERE month = ${month} AND destroyed IS NULL`

/** Gives no row when there is no key to destroy. */
export const destroyMonthKey = (month: string) => sql<{ month: string }>`
  UPDATE audit.month_key SET wrapped = NULL, destroyed = now() WHERE month = ${month} AND destroyed IS NULL
  RETURNING month`

/** Oldest first; the last that isn't retired signs. */
export const signingKeys = (kind: 'log' | 'witness') => sql<SigningKeyRow>`
  SELECT verifier, master, wrapped, made, retired FROM audit.signing_key WHERE kind = ${kind} ORDER BY made, verifier`

export const addSigningKey = (kind: 'log' | 'witness', verifier: string, master: string, wrapped: Buffer): Sql => sql`
  INSERT INTO audit.signing_key (kind, verifier, master, wrapped, made)
  VALUES (${kind}, ${verifier}, ${master}, ${wrapped}, clock_timestamp())`

export const rewrapSigningKey = (verifier: string, master: string, wrapped: Buffer): Sql => sql`
  UPDATE audit.signing_key SET master = ${master}, wrapped = ${wrapped} WHERE verifier = ${verifier} AND retired IS NULL`

/** The secret part goes at once: what it has signed is verified without it. */
export const retireSigningKeys = (kind: 'log' | 'witness'): Sql => sql`
  UPDATE audit.signing_key SET wrapped = NULL, retired = now() WHERE kind = ${kind} AND retired IS NULL`

/** Removes from the disk what the rows of keys were before. Waits for whoever reads keys. */
export const rewriteKeys = (): Sql => sql`SELECT audit.rewrite_keys()`

/** One at a time changes keys; held to the end of the transaction. */
export const lockKeys = (): Sql => sql`SELECT pg_advisory_xact_lock(hashtextextended('omnicare audit keys', 0))`
