import { sql } from '#foundation/sql.ts'

/** How many sessions and secrets count at `now`: one row. Reads all sessions, of the rest an index; for once a minute. */
export const countEntrances = (now: string, idleSince: string) => sql<{
  hospital: number
  operations: number
  refresh: number
  api_key: number
}>`
  SELECT
    count(*) FILTER (WHERE s.place = 'hospital')::int AS hospital,
    count(*) FILTER (WHERE s.place = 'operations')::int AS operations,
    (SELECT count(*)::int FROM identity.oauth o
      WHERE o.kind = 'RefreshToken' AND o.consumed IS NULL AND (o.expires IS NULL OR o.expires > ${now})) AS refresh,
    (SELECT count(*)::int FROM identity.api_key k WHERE k.ended IS NULL AND k.expires > ${now}) AS api_key
  FROM identity.session s JOIN identity.person p ON p.id = s.person
  WHERE s.expires > ${now} AND s.seen > ${idleSince} AND p.state = 'active'`
