import { type Sql, sql } from '#foundation/sql.ts'
import { instant } from '#foundation/timestamp.ts'
import type { Factor, Place, Role, Session } from '../../terms.ts'

export interface SessionRow {
  id: string
  person: string
  user_name: string
  place: Place
  /** JSON. */
  factors: string
  made: string
  seen: string
  expires: string
  address: string
  agent: string
}

const columns = sql`
  s.id, s.person, p.user_name, s.place, to_json(s.factors)::text AS factors, s.made, s.seen, s.expires, s.address, s.agent`

export const sessionOf = (row: SessionRow): Session => ({
  id: row.id,
  person: row.person,
  userName: row.user_name,
  place: row.place,
  factors: JSON.parse(row.factors) as Factor[],
  made: instant(row.made),
  seen: instant(row.seen),
  expires: instant(row.expires),
  address: row.address,
  agent: row.agent,
})

export interface NewSession {
  readonly hash: Buffer
  readonly id: string
  readonly person: string
  readonly place: Place
  readonly factors: readonly Factor[]
  readonly now: string
  readonly expires: string
  readonly address: string
  readonly agent: string
}

export const addSession = (session: NewSession): Sql => sql`
  INSERT INTO identity.session (hash, id, person, place, factors, made, seen, expires, address, agent)
  VALUES (${session.hash}, ${session.id}, ${session.person}, ${session.place}, ${session.factors}, ${session.now},
    ${session.now}, ${session.expires}, ${session.address}, ${session.agent})`

/** What a session is good for: by key on both tables. */
export const liveSession = (hash: Buffer, now: string, idleSince: string) => sql<
  SessionRow & { display_name: string; roles: string; fhir: string | null }
>`
  SELECT ${columns}, p.display_name, to_json(p.roles)::text AS roles, p.fhir
  FROM identity.session s JOIN identity.person p ON p.id = s.person
  WHERE s.hash = ${hash} AND s.expires > ${now} AND s.seen > ${idleSince} AND p.state = 'active'`

export const rolesOf = (row: { roles: string }): Role[] => JSON.parse(row.roles) as Role[]

export const noteSeen = (hash: Buffer, now: string): Sql =>
  sql`UPDATE identity.session SET seen = ${now} WHERE hash = ${hash} AND seen < ${now}`

/** The same session under another secret; no row when it has ended meanwhile. */
export const replaceSecret = (id: string, hash: Buffer) =>
  sql<{ id: string }>`UPDATE identity.session SET hash = ${hash} WHERE id = ${id} RETURNING id`

export interface SessionFilter {
  readonly person?: string
  /** At most 1,000. */
  readonly most?: number
}

/** Newest first; those that only wait to be removed are not among them. */
export const liveSessions = ({ person, most = 100 }: SessionFilter, now: string, idleSince: string) => sql<SessionRow>`
  SELECT ${columns} FROM identity.session s JOIN identity.person p ON p.id = s.person
  WHERE s.expires > ${now} AND s.seen > ${idleSince} AND p.state = 'active'
    AND (${person ?? null}::uuid IS NULL OR s.person = ${person ?? null}::uuid)
  ORDER BY s.made DESC, s.id DESC LIMIT ${most}::int`

const orphaned = (now: string, idleSince: string): Sql => sql`
  (s.expires <= ${now} OR s.seen <= ${idleSince}
    OR NOT EXISTS (SELECT FROM identity.person q WHERE q.id = s.person AND q.state = 'active'))`

/** Sessions that nobody can use any more. */
export const orphanedSessions = (now: string, idleSince: string, most: number) => sql<SessionRow>`
  SELECT ${columns} FROM identity.session s JOIN identity.person p ON p.id = s.person
  WHERE ${orphaned(now, idleSince)} ORDER BY s.made LIMIT ${most}::int`

export const removeOrphaned = (now: string, idleSince: string) =>
  sql<{ id: string }>`DELETE FROM identity.session s WHERE ${orphaned(now, idleSince)} RETURNING s.id`

/** Ends sessions and says so to those who can't see it; gives those that were there. */
const ending = (which: Sql, now: string) => sql<{ id: string }>`
  WITH gone AS (DELETE FROM identity.session s WHERE ${which} RETURNING s.id)
  INSERT INTO identity.ended (kind, id, at) SELECT 'session', id, ${now}::timestamptz FROM gone
  ON CONFLICT (kind, id) DO UPDATE SET at = excluded.at RETURNING id`

/** Of one person, when one is named. */
export const endSession = (id: string, person: string | null, now: string) =>
  ending(sql`s.id = ${id} AND (${person}::uuid IS NULL OR s.person = ${person}::uuid)`, now)

/** All of a person but one, when one is named. */
export const endSessionsOf = (person: string, except: string | null, now: string) =>
  ending(sql`s.person = ${person} AND s.id IS DISTINCT FROM ${except}::uuid`, now)

/** All that were begun by a provider, of those who have an identity there. */
export const endSessionsBy = (provider: string, now: string) =>
  ending(
    sql`'provider' = ANY(s.factors) AND s.person IN (SELECT person FROM identity.linked WHERE provider = ${provider})`,
    now,
  )

/** All of a person beyond the newest `most`. */
export const endOldest = (person: string, most: number, now: string) =>
  ending(
    sql`s.id IN (SELECT o.id FROM identity.session o WHERE o.person = ${person}
      ORDER BY o.made DESC, o.id DESC OFFSET ${most}::int)`,
    now,
  )
