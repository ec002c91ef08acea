import { type Sql, sql } from '#foundation/sql.ts'

export interface ContextRow {
  person: string
  session: string
  patient: string | null
  encounter: string | null
}

export const addContext = (grant: Buffer, { person, session, patient, encounter }: ContextRow, now: string): Sql => sql`
  INSERT INTO identity.oauth_context (grant_hash, person, session, patient, encounter, made)
  VALUES (${grant}, ${person}, ${session}, ${patient}, ${encounter}, ${now})`

export const contextOf = (grant: Buffer) => sql<ContextRow>`
  SELECT person, session, patient, encounter FROM identity.oauth_context WHERE grant_hash = ${grant}`

/** Those whose grant is over. */
export const tidyContexts = (before: string): Sql => sql`
  DELETE FROM identity.oauth_context c WHERE made < ${before}
    AND NOT EXISTS (SELECT FROM identity.oauth o WHERE o.kind = 'Grant' AND o.hash = c.grant_hash)`

export interface NewLaunch {
  readonly hash: Buffer
  readonly client: string
  readonly person: string
  readonly patient: string | null
  readonly encounter: string | null
  readonly expires: string
}

export const addLaunch = (launch: NewLaunch): Sql => sql`
  INSERT INTO identity.launch (hash, client, person, patient, encounter, expires)
  VALUES (${launch.hash}, ${launch.client}, ${launch.person}, ${launch.patient}, ${launch.encounter}, ${launch.expires})`

/** Each counts once, for the program and the person it was made for. */
export const takeLaunch = (hash: Buffer, client: string, person: string, now: string) => sql<{
  patient: string | null
  encounter: string | null
}>`
  DELETE FROM identity.launch WHERE hash = ${hash} AND client = ${client} AND person = ${person} AND expires > ${now}
  RETURNING patient, encounter`

export const tidyLaunches = (now: string): Sql => sql`DELETE FROM identity.launch WHERE expires <= ${now}`
