import { type Sql, sql } from '#foundation/sql.ts'

export interface TotpRow {
  id: string
  person: string
  /** As PostgreSQL prints bytea. */
  secret: string
  key: string
}

const columns = sql`id, person, secret, key`

export const confirmedTotp = (person: string) =>
  sql<TotpRow>`SELECT ${columns} FROM identity.totp WHERE person = ${person} AND confirmed IS NOT NULL`

export const pendingTotp = (person: string) =>
  sql<TotpRow>`SELECT ${columns} FROM identity.totp WHERE person = ${person} AND confirmed IS NULL FOR UPDATE`

export const dropPendingTotp = (person: string): Sql =>
  sql`DELETE FROM identity.totp WHERE person = ${person} AND confirmed IS NULL`

export const addPendingTotp = (id: string, person: string, secret: Buffer, key: string, now: string): Sql => sql`
  INSERT INTO identity.totp (id, person, secret, key, made) VALUES (${id}, ${person}, ${secret}, ${key}, ${now})
  ON CONFLICT (person) WHERE confirmed IS NULL DO UPDATE
  SET id = excluded.id, secret = excluded.secret, key = excluded.key, made = excluded.made`

export const dropConfirmedTotp = (person: string) =>
  sql<{ id: string }>`DELETE FROM identity.totp WHERE person = ${person} AND confirmed IS NOT NULL RETURNING id`

export const confirmTotp = (id: string, step: number, now: string): Sql =>
  sql`UPDATE identity.totp SET confirmed = ${now}, last_step = ${step}::bigint WHERE id = ${id}`

/** Takes the code of a step and all before it out of use: of two who send the same one, one gets the row. */
export const takeStep = (id: string, step: number) => sql<{ id: string }>`
  UPDATE identity.totp SET last_step = ${step}::bigint WHERE id = ${id} AND last_step < ${step}::bigint RETURNING id`

export const totpsSealedByOthers = (key: string) =>
  sql<TotpRow>`SELECT ${columns} FROM identity.totp WHERE key <> ${key} FOR UPDATE`

export const sealTotp = (id: string, secret: Buffer, key: string): Sql =>
  sql`UPDATE identity.totp SET secret = ${secret}, key = ${key} WHERE id = ${id}`
