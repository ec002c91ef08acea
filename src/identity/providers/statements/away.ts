import { type Sql, sql } from '#foundation/sql.ts'

export interface AwayRow {
  provider: string
  person: string | null
  back: string
}

export interface NewAway extends AwayRow {
  readonly hash: Buffer
  readonly net: string
  readonly now: string
  readonly expires: string
}

export const addAway = ({ hash, provider, person, back, net, now, expires }: NewAway): Sql => sql`
  INSERT INTO identity.away (hash, provider, person, back, net, made, expires)
  VALUES (${hash}, ${provider}, ${person}, ${back}, ${net}, ${now}, ${expires})`

/** Takes it out: of two who come back with it, one gets no row. */
export const takeAway = (hash: Buffer, provider: string, now: string) => sql<AwayRow>`
  DELETE FROM identity.away WHERE hash = ${hash} AND provider = ${provider} AND expires > ${now}
  RETURNING provider, person, back`

/** All of a network beyond the newest `most`. */
export const dropOldestAway = (net: string, most: number): Sql => sql`
  DELETE FROM identity.away WHERE hash IN (
    SELECT hash FROM identity.away WHERE net = ${net} ORDER BY made DESC OFFSET ${most}::int)`

export const tidyAway = (now: string): Sql => sql`DELETE FROM identity.away WHERE expires <= ${now}`
