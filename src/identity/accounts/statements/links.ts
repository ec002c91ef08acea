import { type Sql, sql } from '#foundation/sql.ts'

export type LinkPurpose = 'invitation' | 'reset'

export interface LinkRow {
  person: string
  purpose: LinkPurpose
}

/** Adds a link, unless `most` of the person's are still good: gives no row then. */
export const addLink = (
  hash: Buffer,
  person: string,
  purpose: LinkPurpose,
  now: string,
  expires: string,
  most: number,
) =>
  sql<{ person: string }>`
  INSERT INTO identity.link (hash, person, purpose, made, expires)
  SELECT ${hash}::bytea, ${person}::uuid, ${purpose}::text, ${now}::timestamptz, ${expires}::timestamptz
  WHERE (SELECT count(*) FROM identity.link WHERE person = ${person} AND expires > ${now}) < ${most}::int
  RETURNING person`

export const linkByHash = (hash: Buffer, now: string) =>
  sql<LinkRow>`SELECT person, purpose FROM identity.link WHERE hash = ${hash} AND expires > ${now}`

/** Uses it up: of two who come at once, one gets the row. */
export const takeLink = (hash: Buffer, now: string) =>
  sql<LinkRow>`DELETE FROM identity.link WHERE hash = ${hash} AND expires > ${now} RETURNING person, purpose`

export const dropLinks = (person: string): Sql => sql`DELETE FROM identity.link WHERE person = ${person}`

export const tidyLinks = (now: string): Sql => sql`DELETE FROM identity.link WHERE expires <= ${now}`
