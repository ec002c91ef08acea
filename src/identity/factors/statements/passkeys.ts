import { type Sql, sql } from '#foundation/sql.ts'

export interface PasskeyRow {
  id: string
  person: string
  name: string
  /** As PostgreSQL prints bytea. */
  public_key: string
  counter: string
  /** JSON. */
  transports: string
  synced: boolean
  made: string
  used: string | null
}

const columns = sql`
  id, person, name, public_key, counter, to_json(transports)::text AS transports, synced, made, used`

export const passkeysOf = (person: string) =>
  sql<PasskeyRow>`SELECT ${columns} FROM identity.passkey WHERE person = ${person} ORDER BY made`

export const passkeyById = (id: string) =>
  sql<PasskeyRow>`SELECT ${columns} FROM identity.passkey WHERE id = ${id} FOR UPDATE`

export interface NewPasskey {
  readonly id: string
  readonly person: string
  readonly name: string
  readonly publicKey: Buffer
  readonly counter: number
  readonly transports: readonly string[]
  readonly synced: boolean
}

/** Gives no row when the passkey is known already. */
export const addPasskey = (key: NewPasskey, now: string) => sql<{ id: string }>`
  INSERT INTO identity.passkey (id, person, name, public_key, counter, transports, synced, made)
  VALUES (${key.id}, ${key.person}, ${key.name}, ${key.publicKey}, ${key.counter}, ${key.transports}, ${key.synced}, ${now})
  ON CONFLICT DO NOTHING RETURNING id`

export const notePasskeyUse = (id: string, counter: number, now: string): Sql =>
  sql`UPDATE identity.passkey SET counter = ${counter}, used = ${now} WHERE id = ${id}`

export const dropPasskey = (id: string, person: string) =>
  sql<{ id: string }>`DELETE FROM identity.passkey WHERE id = ${id} AND person = ${person} RETURNING id`

export type ChallengePurpose = 'register' | 'sign-in'

export interface NewChallenge {
  readonly challenge: string
  readonly purpose: ChallengePurpose
  readonly person: string | null
  readonly net: string
  readonly now: string
  readonly expires: string
}

/** Adds one; of those that the same network asked for only the newest `most` stay. */
export const addChallenge = ({ challenge, purpose, person, net, now, expires }: NewChallenge, most: number): Sql => sql`
  WITH stale AS (
    DELETE FROM identity.challenge WHERE challenge IN (
      SELECT challenge FROM identity.challenge WHERE net = ${net} ORDER BY made DESC OFFSET ${most - 1}::int))
  INSERT INTO identity.challenge (challenge, purpose, person, net, made, expires)
  VALUES (${challenge}, ${purpose}, ${person}, ${net}, ${now}, ${expires})`

/** Uses it up: of two who answer it, one gets the row. */
export const takeChallenge = (challenge: string, purpose: ChallengePurpose, now: string) =>
  sql<{ person: string | null }>`
  DELETE FROM identity.challenge WHERE challenge = ${challenge} AND purpose = ${purpose} AND expires > ${now}
  RETURNING person`

export const tidyChallenges = (now: string): Sql => sql`DELETE FROM identity.challenge WHERE expires <= ${now}`
