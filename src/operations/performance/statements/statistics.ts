/** What PostgreSQL counts of itself. Every statement reads statistics only: no row of a table of ours. */
import { literal, name, type Sql, sql } from '#foundation/sql.ts'

export interface ServerRow {
  readonly version: string
  readonly number: number
  /** Bytes. */
  readonly size: string
  readonly used: number
  readonly most: number
  readonly since: string
  readonly hit: string
  readonly read: string
}

/** Since when is counted: PostgreSQL keeps no time until somebody has begun anew, and then it is at least as long as it runs. */
export const server = () => sql<ServerRow>`
  SELECT current_setting('server_version') AS version, current_setting('server_version_num')::int AS number,
         pg_database_size(current_database())::text AS size,
         (SELECT count(*)::int FROM pg_stat_activity WHERE backend_type = 'client backend') AS used,
         current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int AS most,
         coalesce(stats_reset, pg_postmaster_start_time()) AS since, blks_hit::text AS hit, blks_read::text AS read
    FROM pg_stat_database WHERE datname = current_database()`

export interface StatementRow {
  readonly id: string
  readonly text: string
  readonly user: string | null
  readonly calls: string
  readonly mean: string
  readonly max: string
  readonly total: string
  readonly rows: string
  readonly cached: string
}

/** The schema that an extension was made in; none when it wasn't. */
export const schemaOf = (extension: string) => sql<{ readonly schema: string }>`
  SELECT n.nspname AS schema FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
   WHERE e.extname = ${extension}`

/**
 * The statements that took the most time altogether, and those that take longest at each call.
 *
 * Fails: 55000 where the server does not load what counts.
 */
export const statements = (schema: string, most: number) => sql<StatementRow>`
  SELECT id, text, "user", calls, mean, max, total, rows, cached FROM (
    SELECT s.queryid::text AS id, s.query AS text, r.rolname AS "user", s.calls::text AS calls,
           s.mean_exec_time::text AS mean, s.max_exec_time::text AS max, s.total_exec_time::text AS total,
           (s.rows::float8 / s.calls)::text AS rows,
           (s.shared_blks_hit::float8 / greatest(1, s.shared_blks_hit + s.shared_blks_read))::text AS cached,
           row_number() OVER (ORDER BY s.total_exec_time DESC) AS by_total,
           row_number() OVER (ORDER BY s.calls >= 5 DESC, s.mean_exec_time DESC) AS by_mean
      FROM ${name(schema, 'pg_stat_statements')} s
      JOIN pg_database d ON d.oid = s.dbid AND d.datname = current_database()
      LEFT JOIN pg_roles r ON r.oid = s.userid
     WHERE s.calls > 0 AND length(s.query) < 20000) counted
   WHERE by_total <= ${literal(most)} OR by_mean <= ${literal(most)}
   ORDER BY by_total`

export interface SessionRow {
  readonly pid: number
  readonly user: string | null
  readonly program: string
  readonly state: string
  readonly seconds: string
  readonly transaction: string | null
  readonly waits: string | null
  readonly blockers: string
  readonly text: string
}

/** Sessions that do something, or keep a transaction open; the one that has been at it longest comes first. */
export const sessions = (most: number) => sql<SessionRow>`
  SELECT pid, usename AS "user", application_name AS program, coalesce(state, 'unknown') AS state,
         extract(epoch FROM clock_timestamp() - state_change)::text AS seconds,
         extract(epoch FROM clock_timestamp() - xact_start)::text AS transaction,
         CASE WHEN state = 'active' THEN wait_event_type || ':' || wait_event END AS waits,
         array_to_string(pg_blocking_pids(pid), ',') AS blockers, coalesce(query, '') AS text
    FROM pg_stat_activity
   WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() AND datname = current_database()
     AND state IS DISTINCT FROM 'idle'
   ORDER BY xact_start NULLS LAST LIMIT ${literal(most)}`

export interface ProgramRow {
  readonly program: string
  readonly user: string | null
  readonly sessions: number
  readonly idle: number
  readonly intransaction: number
  readonly forgotten: number
  readonly longest: string
}

/** Who holds how many connections of the whole server; `forgotten` of them have been idle for `idleSeconds`. */
export const programs = (idleSeconds: number, most: number) => sql<ProgramRow>`
  SELECT application_name AS program, usename AS "user", count(*)::int AS sessions,
         count(*) FILTER (WHERE state = 'idle')::int AS idle,
         count(*) FILTER (WHERE state LIKE 'idle in transaction%')::int AS intransaction,
         count(*) FILTER (WHERE state LIKE 'idle%'
           AND state_change < clock_timestamp() - make_interval(secs => ${idleSeconds}))::int AS forgotten,
         coalesce(max(extract(epoch FROM clock_timestamp() - state_change)) FILTER (WHERE state LIKE 'idle%'), 0)::text
           AS longest
    FROM pg_stat_activity WHERE backend_type = 'client backend'
   GROUP BY 1, 2 ORDER BY 3 DESC LIMIT ${literal(most)}`

export interface IndexRow {
  readonly index: string
  readonly table: string
  readonly scans: string
  readonly size: string
  readonly unique: boolean
  readonly valid: boolean
  readonly same: string | null
  readonly written: string
}

/**
 * Indexes that nobody has used, that are broken, or that another one of the same table does the work of too, the largest
 * first. Those that keep a rule, as a primary key, are left out: they are used by what they refuse.
 */
export const indexes = (most: number) => sql<IndexRow>`
  WITH one AS (
    SELECT i.indexrelid AS id, i.indrelid, u.schemaname, u.relname, u.indexrelname, u.idx_scan, i.indisunique, i.indisvalid,
           pg_relation_size(i.indexrelid) AS size,
           concat_ws('/', c.relam, i.indkey, i.indclass, i.indcollation, i.indoption,
                     pg_get_expr(i.indexprs, i.indrelid), pg_get_expr(i.indpred, i.indrelid)) AS does,
           EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid) AS keeps
      FROM pg_stat_user_indexes u JOIN pg_index i ON i.indexrelid = u.indexrelid JOIN pg_class c ON c.oid = i.indexrelid)
  SELECT format('%I.%I', schemaname, indexrelname) AS index, format('%I.%I', schemaname, relname) AS table, idx_scan::text AS scans,
         size::text, indisunique AS unique, indisvalid AS valid,
         (SELECT min(format('%I.%I', other.schemaname, other.indexrelname)) FROM one other
           WHERE other.indrelid = one.indrelid AND other.does = one.does AND other.id <> one.id
             AND (other.keeps OR other.id < one.id)) AS same,
         (SELECT (t.n_tup_ins + t.n_tup_upd)::text FROM pg_stat_user_tables t WHERE t.relid = one.indrelid) AS written
    FROM one
   WHERE NOT keeps AND (NOT indisunique OR NOT indisvalid)
     AND (idx_scan = 0 OR NOT indisvalid
          OR EXISTS (SELECT FROM one other WHERE other.indrelid = one.indrelid AND other.does = one.does
                        AND other.id <> one.id AND (other.keeps OR other.id < one.id)))
   ORDER BY one.indisvalid, one.size DESC LIMIT ${literal(most)}`

export interface TableRow {
  readonly table: string
  readonly rows: string
  readonly dead: string
  readonly size: string
  readonly seqscans: string
  readonly seqrows: string
  readonly idxscans: string
  readonly changed: string
  readonly analyzed: string | null
  readonly vacuumed: string | null
  /** Whether its vacuum was tuned. */
  readonly tuned: boolean
}

/** The largest tables with what is known of them, and those with the most dead rows. */
export const tables = (most: number) => sql<TableRow>`
  SELECT format('%I.%I', u.schemaname, u.relname) AS table, u.n_live_tup::text AS rows, u.n_dead_tup::text AS dead,
         pg_total_relation_size(u.relid)::text AS size, u.seq_scan::text AS seqscans,
         (u.seq_tup_read / greatest(1, u.seq_scan))::text AS seqrows, coalesce(u.idx_scan, 0)::text AS idxscans,
         u.n_mod_since_analyze::text AS changed, greatest(u.last_analyze, u.last_autoanalyze) AS analyzed,
         greatest(u.last_vacuum, u.last_autovacuum) AS vacuumed,
         coalesce(array_to_string(c.reloptions, ',') LIKE '%autovacuum_vacuum_scale_factor%', false) AS tuned
    FROM pg_stat_user_tables u JOIN pg_class c ON c.oid = u.relid
   ORDER BY pg_total_relation_size(u.relid) + 100 * u.n_dead_tup DESC LIMIT ${literal(most)}`

/** The columns of a table, to find them again in what a plan says. */
export const columnsOf = (schema: string, table: string) => sql<{ readonly name: string }>`
  SELECT a.attname AS name FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE n.nspname = ${schema} AND c.relname = ${table} AND a.attnum > 0 AND NOT a.attisdropped`

export const readOnly: Sql = sql`SET TRANSACTION READ ONLY`
