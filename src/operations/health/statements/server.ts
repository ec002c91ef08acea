/** What a PostgreSQL server says of itself. Never the text of anybody's statement: it can hold patient data. */
import { sql } from '#foundation/sql.ts'

export const version = () => sql<{ version: string; standby: boolean }>`
  SELECT current_setting('server_version') AS version, pg_is_in_recovery() AS standby`

/** Milliseconds since 1970, by the server's clock. */
export const clock = () => sql<{ ms: string }>`SELECT extract(epoch FROM clock_timestamp()) * 1000 AS ms`

/** Connections by who has them, most first, and how many anybody but a superuser may have. */
export const connections = () => sql<{ application: string; used: number; all: number; most: number }>`
  SELECT application_name AS application, count(*)::int AS used, (sum(count(*)) OVER ())::int AS all,
    current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int AS most
  FROM pg_stat_activity WHERE backend_type = 'client backend' GROUP BY 1 ORDER BY 2 DESC LIMIT 1`

export interface WaitRow {
  /** Who waits for a lock. */
  pid: number
  waits: number
  /** Who holds it. */
  by: number
  application: string
  /** How long the holder's transaction is open; null when that may not be seen. */
  open: number | null
}

/** Who has waited longest for somebody's lock, and for whom. Seconds. */
export const longestWait = () => sql<WaitRow>`
  SELECT waiting.pid, extract(epoch FROM clock_timestamp() - lock.waitstart)::float8 AS waits,
    holder.pid AS by, holder.application_name AS application,
    extract(epoch FROM clock_timestamp() - holder.xact_start)::float8 AS open
  FROM pg_locks lock
  JOIN pg_stat_activity waiting ON waiting.pid = lock.pid
  JOIN LATERAL unnest(pg_blocking_pids(lock.pid)) AS blocking (pid) ON true
  JOIN pg_stat_activity holder ON holder.pid = blocking.pid
  WHERE NOT lock.granted AND lock.waitstart IS NOT NULL
  ORDER BY lock.waitstart LIMIT 1`

/** The longest open transaction, but for the server's own work and copies of the whole. Seconds. */
export const longestTransaction = () => sql<{ pid: number; application: string; open: number }>`
  SELECT pid, application_name AS application, extract(epoch FROM clock_timestamp() - xact_start)::float8 AS open
  FROM pg_stat_activity
  WHERE backend_type = 'client backend' AND xact_start IS NOT NULL AND pid <> pg_backend_pid()
    AND application_name NOT IN ('pg_dump', 'pg_basebackup')
  ORDER BY xact_start LIMIT 1`

export interface ReplicationRow {
  standbys: number
  /** Of the standby that is farthest behind, or of this one; null when none is, or when all has arrived. */
  lag: number | null
  /** Slots whose standby has gone, for which the server keeps its journal. */
  idle: number
  /** Slots whose journal is gone: their standby can't catch up. */
  lost: number
}

/** How far standbys are behind, by the server that is asked. Seconds. */
export const replication = () => sql<ReplicationRow>`
  SELECT (SELECT count(*) FROM pg_stat_replication)::int AS standbys,
    CASE WHEN pg_is_in_recovery()
      THEN CASE WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() THEN 0
        ELSE extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp())::float8 END
      ELSE (SELECT max(extract(epoch FROM replay_lag))::float8 FROM pg_stat_replication) END AS lag,
    (SELECT count(*) FROM pg_replication_slots WHERE NOT active AND NOT temporary)::int AS idle,
    (SELECT count(*) FROM pg_replication_slots WHERE wal_status = 'lost')::int AS lost`

export const checksums = () => sql<{ on: boolean; failures: string; last: string | null }>`
  SELECT current_setting('data_checksums') = 'on' AS on, coalesce(sum(checksum_failures), 0)::text AS failures,
    max(checksum_last_failure)::text AS last FROM pg_stat_database`

/** How many transactions old the oldest row of any database can be, of the 2,147,483,648 at which the server stops. */
export const oldest = () => sql<{ database: string; age: number; multixacts: number }>`
  SELECT datname AS database, age(datfrozenxid)::int AS age, mxid_age(datminmxid)::int AS multixacts
  FROM pg_database ORDER BY greatest(age(datfrozenxid), mxid_age(datminmxid)) DESC LIMIT 1`

/** The table with the most dead rows beside its living ones, of those with so many. */
export const mostDead = (least: number) => sql<{ name: string; live: string; dead: string }>`
  SELECT format('%I.%I', schemaname, relname) AS name, n_live_tup::text AS live, n_dead_tup::text AS dead
  FROM pg_stat_user_tables WHERE n_dead_tup >= ${least}::bigint
  ORDER BY n_dead_tup::float8 / (n_live_tup + n_dead_tup) DESC LIMIT 1`
