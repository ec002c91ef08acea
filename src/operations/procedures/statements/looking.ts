import { sql } from '#foundation/sql.ts'

/** Of the database that is asked. */
export const databaseState = () => sql<{
  version: string
  started: string
  connections: number
  most: number
  bytes: string
}>`
  SELECT current_setting('server_version') AS version, pg_postmaster_start_time() AS started,
    (SELECT count(*)::int FROM pg_stat_activity WHERE backend_type = 'client backend') AS connections,
    current_setting('max_connections')::int AS most, pg_database_size(current_database())::text AS bytes`
