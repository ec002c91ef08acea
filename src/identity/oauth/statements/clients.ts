import { type Sql, sql } from '#foundation/sql.ts'

export interface ClientRow {
  id: string
  name: string
  /** JSON. */
  metadata: string
  /** As PostgreSQL prints bytes. */
  secret: string | null
  key: string | null
  made: string
}

export interface NewClient {
  readonly id: string
  readonly name: string
  readonly metadata: string
  readonly secret: Buffer | null
  readonly key: string | null
  readonly now: string
}

export const putClient = ({ id, name, metadata, secret, key, now }: NewClient): Sql => sql`
  INSERT INTO identity.client (id, name, metadata, secret, key, made)
  VALUES (${id}, ${name}, ${metadata}, ${secret}, ${key}, ${now})
  ON CONFLICT (id) DO UPDATE SET name = excluded.name, metadata = excluded.metadata, secret = excluded.secret,
    key = excluded.key WHERE client.ended IS NULL`

const columns = sql`id, name, metadata, secret, key, made`

export const clientById = (id: string) =>
  sql<ClientRow>`SELECT ${columns} FROM identity.client WHERE id = ${id} AND ended IS NULL`

export const liveClients = () =>
  sql<ClientRow>`SELECT ${columns} FROM identity.client WHERE ended IS NULL ORDER BY name, id LIMIT 1000`

/** Gives no row when it has ended already. */
export const endClient = (id: string, now: string) =>
  sql<{ id: string }>`UPDATE identity.client SET ended = ${now} WHERE id = ${id} AND ended IS NULL RETURNING id`

export const clientsSealedByOthers = (key: string) =>
  sql<ClientRow>`SELECT ${columns} FROM identity.client WHERE secret IS NOT NULL AND key <> ${key} FOR UPDATE`

export const sealClientAnew = (id: string, secret: Buffer, key: string): Sql =>
  sql`UPDATE identity.client SET secret = ${secret}, key = ${key} WHERE id = ${id}`
