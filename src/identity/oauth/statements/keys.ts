import { type Sql, sql } from '#foundation/sql.ts'

export interface SigningKeyRow {
  kid: string
  /** JWK in JSON. */
  public: string
  /** As PostgreSQL prints bytes. */
  secret: string
  /** The identity key it is sealed by. */
  key: string
  made: string
  signs: string
}

/** Those that still count, newest first. */
export const signingKeys = (now: string) => sql<SigningKeyRow>`
  SELECT kid, public, secret, key, made, signs FROM identity.signing_key
  WHERE expires IS NULL OR expires > ${now} ORDER BY signs DESC, kid DESC`

export interface NewSigningKey {
  readonly kid: string
  readonly public: string
  readonly secret: Buffer
  readonly key: string
  readonly made: string
  readonly signs: string
}

export const addSigningKey = (one: NewSigningKey): Sql => sql`
  INSERT INTO identity.signing_key (kid, public, secret, key, made, signs)
  VALUES (${one.kid}, ${one.public}, ${one.secret}, ${one.key}, ${one.made}, ${one.signs})`

/** All but one count until then only. */
export const letOthersExpire = (kid: string, until: string): Sql =>
  sql`UPDATE identity.signing_key SET expires = ${until} WHERE kid <> ${kid} AND expires IS NULL`

export const sealSigningKeyAnew = (kid: string, secret: Buffer, key: string): Sql =>
  sql`UPDATE identity.signing_key SET secret = ${secret}, key = ${key} WHERE kid = ${kid}`

/** Gives no row when there is none. */
export const dropSigningKey = (kid: string) =>
  sql<{ kid: string }>`DELETE FROM identity.signing_key WHERE kid = ${kid} RETURNING kid`

export const dropSigningKeysToCome = (now: string): Sql => sql`DELETE FROM identity.signing_key WHERE signs > ${now}`

export const tidySigningKeys = (now: string): Sql => sql`DELETE FROM identity.signing_key WHERE expires <= ${now}`

/** One at a time looks whether there must be another one; held to the end of the transaction. */
export const lockSigningKeys = (): Sql =>
  sql`SELECT pg_advisory_xact_lock(hashtextextended('omnicare identity signing', 0))`
