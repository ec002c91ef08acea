import { type Sql, sql } from '#foundation/sql.ts'
import type { Factor, Place } from '../../terms.ts'

export interface TicketRow {
  person: string
  place: Place
  /** JSON. */
  factors: string
  skipped: boolean
}

const columns = sql`person, place, to_json(factors)::text AS factors, skipped`

export interface NewTicket {
  readonly hash: Buffer
  readonly person: string
  readonly place: Place
  readonly factors: readonly Factor[]
  readonly now: string
  readonly expires: string
}

export const addTicket = ({ hash, person, place, factors, now, expires }: NewTicket): Sql => sql`
  INSERT INTO identity.ticket (hash, person, place, factors, made, expires)
  VALUES (${hash}, ${person}, ${place}, ${factors}, ${now}, ${expires})`

export const ticketByHash = (hash: Buffer, now: string) =>
  sql<TicketRow>`SELECT ${columns} FROM identity.ticket WHERE hash = ${hash} AND expires > ${now}`

/** The same, and nobody else goes on with it until the end of the transaction. */
export const lockTicket = (hash: Buffer, now: string) =>
  sql<TicketRow>`SELECT ${columns} FROM identity.ticket WHERE hash = ${hash} AND expires > ${now} FOR UPDATE`

export const noteProgress = (hash: Buffer, factors: readonly Factor[], skipped: boolean): Sql =>
  sql`UPDATE identity.ticket SET factors = ${factors}, skipped = ${skipped} WHERE hash = ${hash}`

export const dropTicket = (hash: Buffer): Sql => sql`DELETE FROM identity.ticket WHERE hash = ${hash}`

export const dropTickets = (person: string): Sql => sql`DELETE FROM identity.ticket WHERE person = ${person}`

/** All that were begun by a provider, of those who have an identity there. */
export const dropTicketsBy = (provider: string): Sql => sql`
  DELETE FROM identity.ticket
  WHERE 'provider' = ANY(factors) AND person IN (SELECT person FROM identity.linked WHERE provider = ${provider})`

/** All of a person beyond the newest `most`. */
export const dropOldestTickets = (person: string, most: number): Sql => sql`
  DELETE FROM identity.ticket WHERE hash IN (
    SELECT hash FROM identity.ticket WHERE person = ${person} ORDER BY made DESC OFFSET ${most}::int)`

export const tidyTickets = (now: string): Sql => sql`DELETE FROM identity.ticket WHERE expires <= ${now}`
