import { type Sql, sql } from '#foundation/sql.ts'

export const dropRecoveryCodes = (person: string): Sql =>
  sql`DELETE FROM identity.recovery_code WHERE person = ${person}`

export const addRecoveryCodes = (person: string, hashes: readonly Buffer[], now: string): Sql => sql`
  INSERT INTO identity.recovery_code (person, hash, made)
  SELECT ${person}::uuid, hash, ${now}::timestamptz FROM unnest(${hashes}::bytea[]) AS hash`

/** Of two who send the same code, one gets the row. */
export const takeRecoveryCode = (person: string, hash: Buffer, now: string) => sql<{ person: string }>`
  UPDATE identity.recovery_code SET used = ${now} WHERE person = ${person} AND hash = ${hash} AND used IS NULL
  RETURNING person`
