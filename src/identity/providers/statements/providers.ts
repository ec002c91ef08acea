import { type Sql, sql } from '#foundation/sql.ts'

export interface ProviderRow {
  id: string
  name: string
  issuer: string
  client_id: string
  /** As PostgreSQL prints bytes. */
  secret: string | null
  key: string | null
  /** JSON. */
  rules: string
  made: string
}

export interface NewProviderRow {
  readonly id: string
  readonly name: string
  readonly issuer: string
  readonly clientId: string
  readonly secret: Buffer | null
  readonly key: string | null
  readonly rules: string
  readonly now: string
}

/** Gives no row when another one that counts has the name or the issuer. */
export const addProvider = ({ id, name, issuer, clientId, secret, key, rules, now }: NewProviderRow) => sql<{
  id: string
}>`
  INSERT INTO identity.provider (id, name, issuer, client_id, secret, key, rules, made)
  VALUES (${id}, ${name}, ${issuer}, ${clientId}, ${secret}, ${key}, ${rules}, ${now})
  ON CONFLICT DO NOTHING RETURNING id`

const columns = sql`id, name, issuer, client_id, secret, key, rules, made`

export const providerById = (id: string) =>
  sql<ProviderRow>`SELECT ${columns} FROM identity.provider WHERE id = ${id} AND ended IS NULL`

export const liveProviders = () =>
  sql<ProviderRow>`SELECT ${columns} FROM identity.provider WHERE ended IS NULL ORDER BY lower(name), id`

export const countProviders = () =>
  sql<{ count: number }>`SELECT count(*)::int AS count FROM identity.provider WHERE ended IS NULL`

/** The secret goes with it. Gives no row when it has ended already. */
export const endProvider = (id: string, now: string) => sql<{ name: string }>`
  UPDATE identity.provider SET ended = ${now}, secret = NULL, key = NULL WHERE id = ${id} AND ended IS NULL RETURNING name`

export const providersSealedByOthers = (key: string) =>
  sql<ProviderRow>`SELECT ${columns} FROM identity.provider WHERE secret IS NOT NULL AND key <> ${key} FOR UPDATE`

export const sealProviderAnew = (id: string, secret: Buffer, key: string): Sql =>
  sql`UPDATE identity.provider SET secret = ${secret}, key = ${key} WHERE id = ${id}`
