import { type Sql, sql } from '#foundation/sql.ts'

export interface EndedRow {
  kind: 'session' | 'person' | 'api-key' | 'client'
  id: string
  at: string
}

export const noteEnded = (kind: EndedRow['kind'], id: string, now: string): Sql => sql`
  INSERT INTO identity.ended (kind, id, at) VALUES (${kind}, ${id}, ${now})
  ON CONFLICT (kind, id) DO UPDATE SET at = excluded.at`

export const endedSince = (since: string) =>
  sql<EndedRow>`SELECT kind, id, at FROM identity.ended WHERE at >= ${since} ORDER BY at, kind, id`

export const tidyEnded = (before: string): Sql => sql`DELETE FROM identity.ended WHERE at < ${before}`
