import { type Sql, sql } from '#foundation/sql.ts'

export interface ArtifactRow {
  /** JSON. */
  payload: string
  /** Seconds since 1970; null while it has not been used up. */
  consumed: number | null
}

export interface NewArtifact {
  readonly kind: string
  readonly hash: Buffer
  readonly payload: string
  readonly grant: Buffer | null
  readonly expires: string | null
}

export const putArtifact = ({ kind, hash, payload, grant, expires }: NewArtifact): Sql => sql`
  INSERT INTO identity.oauth (kind, hash, payload, grant_hash, expires)
  VALUES (${kind}, ${hash}, ${payload}, ${grant}, ${expires})
  ON CONFLICT (kind, hash) DO UPDATE
  SET payload = excluded.payload, grant_hash = excluded.grant_hash, expires = excluded.expires`

export const artifact = (kind: string, hash: Buffer, now: string) => sql<ArtifactRow>`
  SELECT payload, extract(epoch FROM consumed)::int AS consumed FROM identity.oauth
  WHERE kind = ${kind} AND hash = ${hash} AND (expires IS NULL OR expires > ${now})`

/** Gives no row when somebody else was faster. */
export const consumeArtifact = (kind: string, hash: Buffer, now: string) => sql<{ kind: string }>`
  UPDATE identity.oauth SET consumed = ${now} WHERE kind = ${kind} AND hash = ${hash} AND consumed IS NULL RETURNING kind`

export const dropArtifact = (kind: string, hash: Buffer): Sql =>
  sql`DELETE FROM identity.oauth WHERE kind = ${kind} AND hash = ${hash}`

/** Gives no row when somebody else was faster. */
export const takeArtifact = (kind: string, hash: Buffer) =>
  sql<{ kind: string }>`DELETE FROM identity.oauth WHERE kind = ${kind} AND hash = ${hash} RETURNING kind`

/** All that was given out by one grant. */
export const dropArtifactsOf = (kind: string, grant: Buffer): Sql =>
  sql`DELETE FROM identity.oauth WHERE kind = ${kind} AND grant_hash = ${grant}`

/** All that programs were given to go on for somebody, also where nobody is signed in. */
export const dropGrantsOf = (person: string): Sql => sql`
  DELETE FROM identity.oauth o USING identity.oauth_context c
   WHERE c.person = ${person} AND (o.grant_hash = c.grant_hash OR (o.kind = 'Grant' AND o.hash = c.grant_hash))`

/** The same for all who have an identity at a provider. */
export const dropGrantsBy = (provider: string): Sql => sql`
  DELETE FROM identity.oauth o USING identity.oauth_context c JOIN identity.linked l ON l.person = c.person
   WHERE l.provider = ${provider} AND (o.grant_hash = c.grant_hash OR (o.kind = 'Grant' AND o.hash = c.grant_hash))`

export const tidyArtifacts = (now: string): Sql => sql`DELETE FROM identity.oauth WHERE expires <= ${now}`
