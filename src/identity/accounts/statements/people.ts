import { type Sql, sql } from '#foundation/sql.ts'
import { instant } from '#foundation/timestamp.ts'
import type { Person, PersonState, Role } from '../../terms.ts'

export interface PersonRow {
  id: string
  user_name: string
  display_name: string
  email: string | null
  /** Whether somebody else than the person has said that it is theirs. */
  email_vouched: boolean
  /** JSON. */
  roles: string
  state: PersonState
  fhir: string | null
  must_change: boolean
  made: string
  signed_in: string | null
  totp: boolean
  passkeys: number
  recovery_codes: number
  /** For checking only: never leaves the room. */
  password: string | null
}

const columns = sql`
  p.id, p.user_name, p.display_name, p.email, p.email_vouched, to_json(p.roles)::text AS roles, p.state, p.fhir,
  p.must_change, p.made, p.signed_in, p.password,
  EXISTS (SELECT FROM identity.totp t WHERE t.person = p.id AND t.confirmed IS NOT NULL) AS totp,
  (SELECT count(*)::int FROM identity.passkey k WHERE k.person = p.id) AS passkeys,
  (SELECT count(*)::int FROM identity.recovery_code c WHERE c.person = p.id AND c.used IS NULL) AS recovery_codes`

export const personOf = (row: PersonRow): Person => ({
  id: row.id,
  userName: row.user_name,
  displayName: row.display_name,
  ...(row.email !== null && { email: row.email }),
  roles: JSON.parse(row.roles) as Role[],
  state: row.state,
  ...(row.fhir !== null && { fhir: row.fhir }),
  mustChangePassword: row.must_change,
  totp: row.totp,
  passkeys: row.passkeys,
  recoveryCodes: row.recovery_codes,
  made: instant(row.made),
  ...(row.signed_in !== null && { signedIn: instant(row.signed_in) }),
})

export const personById = (id: string) => sql<PersonRow>`SELECT ${columns} FROM identity.person p WHERE p.id = ${id}`

/** The same, and nobody else changes the account until the end of the transaction. */
export const lockPerson = (id: string) =>
  sql<PersonRow>`SELECT ${columns} FROM identity.person p WHERE p.id = ${id} FOR UPDATE OF p`

export const personByKey = (userKey: string) =>
  sql<PersonRow>`SELECT ${columns} FROM identity.person p WHERE p.user_key = ${userKey}`

export interface PeopleFilter {
  readonly state?: PersonState
  readonly role?: Role
  /** The user name that the page before ended with. */
  readonly after?: string
  /** At most 1,000. */
  readonly most?: number
}

/** By user name. */
export const people = ({ state, role, after = '', most = 100 }: PeopleFilter) => sql<PersonRow>`
  SELECT ${columns} FROM identity.person p
  WHERE p.user_key > ${after} AND (${state ?? null}::text IS NULL OR p.state = ${state ?? null})
    AND (${role ?? null}::text IS NULL OR ${role ?? null} = ANY(p.roles))
  ORDER BY p.user_key LIMIT ${most}::int`

export interface NewPerson {
  readonly id: string
  readonly userName: string
  readonly userKey: string
  readonly displayName: string
  readonly email: string | null
  readonly roles: readonly Role[]
  readonly state: PersonState
  readonly fhir: string | null
  readonly password: string | null
  readonly mustChange: boolean
}

/** Gives no row when the user name is taken. */
export const addPerson = (person: NewPerson, now: string) => sql<{ id: string }>`
  INSERT INTO identity.person (id, user_name, user_key, display_name, email, roles, state, fhir, password, password_at,
    must_change, made, email_vouched)
  VALUES (${person.id}, ${person.userName}, ${person.userKey}, ${person.displayName}, ${person.email}, ${person.roles},
    ${person.state}, ${person.fhir}, ${person.password}, ${person.password === null ? null : now}, ${person.mustChange},
    ${now}, ${person.email !== null})
  ON CONFLICT (user_key) DO NOTHING RETURNING id`

export const activeByKeys = (keys: readonly string[]) =>
  sql<{
    id: string
  }>`SELECT id FROM identity.person WHERE user_key = ANY(${keys}) AND state = 'active' ORDER BY user_key`

export const setState = (id: string, state: PersonState): Sql =>
  sql`UPDATE identity.person SET state = ${state} WHERE id = ${id}`

export const setRoles = (id: string, roles: readonly Role[]): Sql =>
  sql`UPDATE identity.person SET roles = ${roles} WHERE id = ${id}`

export interface DetailsRow {
  readonly displayName: string
  readonly email: string | null
  readonly emailVouched: boolean
  readonly fhir: string | null
}

export const setDetails = (id: string, { displayName, email, emailVouched, fhir }: DetailsRow): Sql => sql`
  UPDATE identity.person
  SET display_name = ${displayName}, email = ${email}, email_vouched = ${emailVouched}, fhir = ${fhir} WHERE id = ${id}`

export const setPassword = (id: string, password: string, now: string, mustChange = false): Sql => sql`
  UPDATE identity.person SET password = ${password}, password_at = ${now}, must_change = ${mustChange} WHERE id = ${id}`

/** The same password at today's cost, unless it was changed meanwhile. */
export const rehash = (id: string, was: string, password: string): Sql =>
  sql`UPDATE identity.person SET password = ${password} WHERE id = ${id} AND password = ${was}`

export const noteSignIn = (id: string, now: string): Sql =>
  sql`UPDATE identity.person SET signed_in = ${now} WHERE id = ${id}`

/** Everything but the password by which the person could prove who they are. */
export const dropFactors = (id: string): Sql[] => [
  sql`DELETE FROM identity.totp WHERE person = ${id}`,
  sql`DELETE FROM identity.recovery_code WHERE person = ${id}`,
  sql`DELETE FROM identity.passkey WHERE person = ${id}`,
]

export const dropCredentials = (id: string): Sql[] => [
  sql`UPDATE identity.person SET password = NULL, must_change = false WHERE id = ${id}`,
  ...dropFactors(id),
  sql`DELETE FROM identity.known_net WHERE person = ${id}`,
]

/** Security officers with an address but for one; where there are none, administrators. Of several the oldest accounts. */
export const officers = (but: string, most: number) => sql<PersonRow>`
  SELECT ${columns} FROM identity.person p
  WHERE p.state = 'active' AND p.email IS NOT NULL AND p.id::text <> ${but} AND CASE
    WHEN EXISTS (SELECT FROM identity.person o WHERE o.state = 'active' AND o.email IS NOT NULL AND o.id::text <> ${but}
      AND 'security-officer' = ANY(o.roles)) THEN 'security-officer' = ANY(p.roles)
    ELSE 'administrator' = ANY(p.roles) END
  ORDER BY p.made, p.id LIMIT ${most}::int`

/** All who administer, locked in one order: of two who would both leave the other as the last, one waits and is refused. */
export const lockAdministrators = () => sql<{ id: string }>`
  SELECT id FROM identity.person WHERE state = 'active' AND 'administrator' = ANY(roles) ORDER BY id FOR UPDATE`

export const isAnybodyThere = () => sql<{ there: boolean }>`SELECT true AS there FROM identity.person LIMIT 1`

/** One at a time makes the first account; held to the end of the transaction. */
export const lockFirst = (): Sql => sql`SELECT pg_advisory_xact_lock(hashtextextended('omnicare identity first', 0))`
