/** What PostgreSQL, 15 to 18, knows of itself. All read memory or its catalogue only, and lock nothing. */
import { fixed, type Sql, sql } from '#foundation/sql.ts'

export interface ServerRow {
  /** As 180004. */
  version: number
  most_connections: number
  checksums: boolean
  /** Bytes of WAL: written here, or received by a standby. */
  wal: string
  /** What a standby has replayed of it; null elsewhere. */
  replayed: string | null
  transaction_age: number
  multixact_age: number
  slots_inactive: number
  /** Bytes of WAL that a slot keeps from being removed; null without slots. */
  slots_kept: string | null
  archive_failures: string
}

export const serverNow = sql<ServerRow>`
  SELECT current_setting('server_version_num')::int AS version,
    current_setting('max_connections')::int AS most_connections,
    current_setting('data_checksums') = 'on' AS checksums,
    (w.lsn - '0/0'::pg_lsn)::text AS wal,
    CASE WHEN w.standby THEN (pg_last_wal_replay_lsn() - '0/0'::pg_lsn)::text END AS replayed,
    (SELECT max(age(datfrozenxid))::int FROM pg_database) AS transaction_age,
    (SELECT max(mxid_age(datminmxid))::int FROM pg_database) AS multixact_age,
    (SELECT count(*)::int FROM pg_replication_slots WHERE NOT active) AS slots_inactive,
    (SELECT max(w.lsn - restart_lsn)::text FROM pg_replication_slots) AS slots_kept,
    (SELECT failed_count::text FROM pg_stat_archiver) AS archive_failures
  FROM (SELECT CASE WHEN pg_is_in_recovery() THEN greatest(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn())
                    ELSE pg_current_wal_lsn() END AS lsn,
               pg_is_in_recovery() AS standby) w`

export interface ActivityRow {
  /** As pg_stat_activity has it; `unknown` where whoever asks may not know. */
  state: string
  connections: number
  /** Statements at work for longer than a second. */
  slow: number
  /** Seconds; null when there is none. */
  longest_statement: string | null
  longest_transaction: string | null
}

/** Of all who are connected, those who ask this apart. */
export const activityNow = sql<ActivityRow>`
  SELECT coalesce(state, 'unknown') AS state, count(*)::int AS connections,
    count(*) FILTER (WHERE state = 'active' AND clock_timestamp() - query_start > interval '1 second')::int AS slow,
    extract(epoch FROM max(clock_timestamp() - query_start) FILTER (WHERE state = 'active'))::text AS longest_statement,
    extract(epoch FROM max(clock_timestamp() - xact_start))::text AS longest_transaction
  FROM pg_stat_activity
  WHERE coalesce(backend_type, 'client backend') = 'client backend' AND datid IS NOT NULL AND pid <> pg_backend_pid()
  GROUP BY 1`

export interface CountsRow {
  committed: string
  rolled_back: string
  hit: string
  read: string
  temp_bytes: string
  deadlocks: string
  /** Null where there are no checksums. */
  checksum_failures: string | null
  /** Milliseconds. */
  active: string
}

/** Of this database, since its statistics were reset. */
export const countsNow = sql<CountsRow>`
  SELECT xact_commit AS committed, xact_rollback AS rolled_back, blks_hit AS hit, blks_read AS read, temp_bytes, deadlocks,
    checksum_failures, active_time AS active
  FROM pg_stat_database WHERE datname = current_database()`

export interface LocksRow {
  mode: string
  granted: boolean
  locks: number
}

export const locksNow = sql<LocksRow>`
  SELECT mode, granted, count(*)::int AS locks FROM pg_locks WHERE pid <> pg_backend_pid() GROUP BY mode, granted`

export interface StandbyRow {
  /** Bytes of WAL that it has replayed. */
  replayed: string
  /** Seconds that what it confirmed last took to be replayed; null when it has long been level. */
  lag: string | null
}

export const standbysNow = sql<StandbyRow>`
  SELECT (replay_lsn - '0/0'::pg_lsn)::text AS replayed, extract(epoch FROM replay_lag)::text AS lag
  FROM pg_stat_replication WHERE replay_lsn IS NOT NULL`

export interface CheckpointsRow {
  timed: string
  requested: string
}

/** Where they are counted has changed: https://www.postgresql.org/docs/17/release-17.html#RELEASE-17-MONITORING */
export const checkpointsNow = (version: number): Sql<CheckpointsRow> =>
  version >= 170_000
    ? fixed('SELECT num_timed AS timed, num_requested AS requested FROM pg_stat_checkpointer')
    : fixed('SELECT checkpoints_timed AS timed, checkpoints_req AS requested FROM pg_stat_bgwriter')

/** Looks at every file of the database: tens of milliseconds. For every few minutes. */
export const sizeNow = sql<{ bytes: string }>`SELECT pg_database_size(current_database())::text AS bytes`
