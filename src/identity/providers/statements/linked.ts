import { type Sql, sql } from '#foundation/sql.ts'

export interface LinkedRow {
  provider: string
  /** What the provider is called. */
  name: string
  person: string
  user_name: string
  subject: string
  made: string
  used: string | null
}

const columns = sql`l.provider, v.name, l.person, p.user_name, l.subject, l.made, l.used`
const tables = sql`identity.linked l JOIN identity.provider v ON v.id = l.provider JOIN identity.person p ON p.id = l.person`

export const linkedTo = (provider: string, subject: string) =>
  sql<{
    person: string
    follows: boolean
  }>`SELECT person, follows FROM identity.linked WHERE provider = ${provider} AND subject = ${subject}`

export const linkedOfPerson = (person: string) => sql<LinkedRow>`
  SELECT ${columns} FROM ${tables} WHERE l.person = ${person} AND v.ended IS NULL ORDER BY lower(v.name), v.id`

export const linkedOfProvider = (provider: string, most: number) => sql<LinkedRow>`
  SELECT ${columns} FROM ${tables} WHERE l.provider = ${provider} ORDER BY p.user_key LIMIT ${most}::int`

/** Gives no row when the identity is somebody's already, or the person has one there. */
export const addLinked = (provider: string, subject: string, person: string, follows: boolean, now: string) => sql<{
  person: string
}>`
  INSERT INTO identity.linked (provider, subject, person, follows, made)
  VALUES (${provider}, ${subject}, ${person}, ${follows}, ${now})
  ON CONFLICT DO NOTHING RETURNING person`

/** From now on roles are what was set by hand. */
export const stopFollowing = (person: string): Sql =>
  sql`UPDATE identity.linked SET follows = false WHERE person = ${person} AND follows`

export const peopleLinkedAt = (provider: string) => sql<{ person: string }>`
  SELECT l.person FROM identity.linked l JOIN identity.person p ON p.id = l.person
  WHERE l.provider = ${provider} AND p.state = 'active' ORDER BY l.person`

export const noteLinkedUse = (provider: string, subject: string, now: string): Sql =>
  sql`UPDATE identity.linked SET used = ${now} WHERE provider = ${provider} AND subject = ${subject}`

/** Gives no row when there was none. */
export const dropLinked = (provider: string, person: string) => sql<{ person: string }>`
  DELETE FROM identity.linked WHERE provider = ${provider} AND person = ${person} RETURNING person`

/** Accounts that may be found by an address, whatever their state: two are enough to know that it tells nobody apart. */
export const peopleByVouchedEmail = (email: string) => sql<{ id: string }>`
  SELECT id FROM identity.person WHERE email_vouched AND lower(email) = lower(${email}) LIMIT 2`
