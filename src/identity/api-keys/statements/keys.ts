import { type Sql, sql } from '#foundation/sql.ts'
import { instant } from '#foundation/timestamp.ts'
import type { ApiKey, PersonState } from '../../terms.ts'

export interface KeyRow {
  id: string
  prefix: string
  name: string
  /** JSON. */
  scopes: string
  made: string
  expires: string
  used: string | null
  ended: string | null
  user_name: string | null
  state: PersonState | null
}

const columns = sql`
  k.id, k.prefix, k.name, to_json(k.scopes)::text AS scopes, k.made, k.expires, k.used, k.ended, p.user_name, p.state`

export const keyOf = (row: KeyRow): ApiKey => ({
  id: row.id,
  prefix: row.prefix,
  name: row.name,
  scopes: JSON.parse(row.scopes) as string[],
  ...(row.user_name !== null && { owner: { userName: row.user_name, state: row.state as PersonState } }),
  made: instant(row.made),
  expires: instant(row.expires),
  ...(row.used !== null && { used: instant(row.used) }),
  ...(row.ended !== null && { ended: instant(row.ended) }),
})

export interface NewKey {
  readonly id: string
  readonly prefix: string
  readonly hash: Buffer
  readonly name: string
  readonly scopes: readonly string[]
  readonly owner: string | null
  readonly now: string
  readonly expires: string
}

export const addKey = (key: NewKey): Sql => sql`
  INSERT INTO identity.api_key (id, prefix, hash, name, scopes, owner, made, expires)
  VALUES (${key.id}, ${key.prefix}, ${key.hash}, ${key.name}, ${key.scopes}, ${key.owner}, ${key.now}, ${key.expires})`

export const keyById = (id: string) => sql<KeyRow>`
  SELECT ${columns} FROM identity.api_key k LEFT JOIN identity.person p ON p.id = k.owner WHERE k.id = ${id}`

/** By the unique prefix; its hash is still to be compared. */
export const liveKey = (prefix: string, now: string) => sql<KeyRow & { hash: string }>`
  SELECT ${columns}, k.hash FROM identity.api_key k LEFT JOIN identity.person p ON p.id = k.owner
  WHERE k.prefix = ${prefix} AND k.ended IS NULL AND k.expires > ${now}`

/** Those that end soonest come first. */
export const liveKeys = (now: string, before: string | null) => sql<KeyRow>`
  SELECT ${columns} FROM identity.api_key k LEFT JOIN identity.person p ON p.id = k.owner
  WHERE k.ended IS NULL AND k.expires > ${now} AND (${before}::timestamptz IS NULL OR k.expires <= ${before})
  ORDER BY k.expires, k.id LIMIT 1000`

/** The first so many digits of each hash in base64; not of keys whose owner has left. */
export const keyMarks = (digits: number, now: string) => sql<{ mark: string }>`
  SELECT left(encode(k.hash, 'base64'), ${digits}) AS mark
  FROM identity.api_key k LEFT JOIN identity.person p ON p.id = k.owner
  WHERE k.ended IS NULL AND k.expires > ${now} AND (p.state IS NULL OR p.state NOT IN ('suspended', 'ended'))`

/** Gives no row when it has ended or expired. */
export const giveKey = (id: string, owner: string, now: string) => sql<{ id: string }>`
  UPDATE identity.api_key SET owner = ${owner} WHERE id = ${id} AND ended IS NULL AND expires > ${now} RETURNING id`

export const noteKeyUse = (id: string, now: string, unlessSince: string): Sql =>
  sql`UPDATE identity.api_key SET used = ${now} WHERE id = ${id} AND (used IS NULL OR used < ${unlessSince})`

/** Gives no row when it has ended already. */
export const endKey = (id: string, now: string) => sql<{ id: string }>`
  UPDATE identity.api_key SET ended = ${now} WHERE id = ${id} AND ended IS NULL RETURNING id`
