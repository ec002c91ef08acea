/** What maintenance measures before it does anything, as whoever owns the tables. */
import { literal, name, sql } from '#foundation/sql.ts'

export interface TreeRow {
  readonly id: string
  readonly index: string
  readonly size: string
}

/** B-trees of a size at which their density matters, the largest first. */
export const trees = (leastBytes: number, most: number) => sql<TreeRow>`
  SELECT c.oid::text AS id, format('%I.%I', n.nspname, c.relname) AS index, pg_relation_size(c.oid)::text AS size
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_am a ON a.oid = c.relam
    JOIN pg_index i ON i.indexrelid = c.oid
   WHERE c.relkind = 'i' AND a.amname = 'btree' AND i.indisvalid AND pg_relation_size(c.oid) >= ${literal(leastBytes)}
     AND n.nspname NOT IN ('pg_catalog', 'pg_toast', 'information_schema')
   ORDER BY pg_relation_size(c.oid) DESC LIMIT ${literal(most)}`

/**
 * How full the leaves of an index are, in percent.
 *
 * Uses: pgstattuple, which reads the whole index. Locks: ACCESS SHARE on it.
 */
export const density = (schema: string, index: string) =>
  sql<{ readonly density: string }>`
    SELECT avg_leaf_density::text AS density FROM ${name(schema, 'pgstatindex')}(${index}::oid::regclass)`

/** Bytes of a table with its indexes, or of an index; nothing when it is gone. */
export const sizeOf = (relation: string) =>
  sql<{ readonly bytes: string | null }>`SELECT pg_total_relation_size(to_regclass(${relation}))::text AS bytes`
