/** Everything the ledger has, read to be checked. By COPY: these statements take no parameters, and give bytes. */
import { literal, type Sql, sql } from '#foundation/sql.ts'

/** Fields of a streamed row of the ledger, by their place. */
export const ROW = { index: 0, id: 1, source: 2, atUs: 3, month: 4, leaf: 5, payload: 6, tokens: 7 } as const

/** Rows from <= index < upto in order. */
export const streamLedger = (from: number, upto: number): Sql => sql`
  COPY (SELECT index, id, source, at, month, leaf, payload, tokens
          FROM audit.ledger WHERE index >= ${literal(from)} AND index < ${literal(upto)} ORDER BY index)
    TO STDOUT (FORMAT binary)`

/** Fields: index, hashes, root. */
export const streamTiles = (level: number, from: number, upto: number): Sql => sql`
  COPY (SELECT index, hashes, root FROM audit.tile
         WHERE level = ${literal(level)} AND index >= ${literal(from)} AND index < ${literal(upto)} ORDER BY index)
    TO STDOUT (FORMAT binary)`

// The ledger goes on growing while it is verified: these ask in one statement, so of one moment.

/** How many entries the newest checkpoint has; when it is gone, the newest of those that are kept. */
const newestSize = sql`coalesce((SELECT size FROM audit.head), (SELECT max(size) FROM audit.checkpoint))`

/** Entries that are in no checkpoint: beyond the end, or before the beginning. */
export const strayEntries = () => sql<{ index: string }>`
  SELECT index FROM audit.ledger WHERE index >= ${newestSize} OR index < 0
   ORDER BY index LIMIT 10`

/** By level: how many tiles there are, the last one's index, and how many entries the ledger has. */
export const tileCounts = () => sql<{ level: number; count: string; last: string; size: string }>`
  SELECT level, count(*) AS count, max(index) AS last, ${newestSize} AS size
    FROM audit.tile GROUP BY level ORDER BY level`

/** Whether PostgreSQL itself still keeps an id from being there twice. */
export const keepsIdsApart = () => sql<{ kept: boolean }>`
  SELECT EXISTS (
    SELECT FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
     WHERE i.indrelid = 'audit.ledger'::regclass AND i.indisunique AND i.indisvalid AND i.indisready
       AND i.indnkeyatts = 1 AND i.indpred IS NULL AND a.attname = 'id') AS kept`

/** Sorts all ids: for when nothing else has kept them apart. */
export const repeatedIds = () => sql<{ id: string; index: string }>`
  SELECT id, max(index) AS index FROM audit.ledger GROUP BY id HAVING count(*) > 1 LIMIT 10`

export const withoutTimeLimit = (): Sql => sql`SET LOCAL statement_timeout = 0`

/** Sources that were told of more entries than there are. */
export const toldOfMore = () => sql<{ name: string; told: string; size: string }>`
  SELECT name, told, size FROM audit.source, (SELECT ${newestSize} AS size) c
   WHERE told > size ORDER BY name`

/** The smallest range that has all entries of a time, from <= at < to. */
export const rangeOfTime = (from: string | null, to: string | null) => sql<{
  from: string | null
  upto: string | null
}>`
  SELECT min(index) AS from, max(index) + 1 AS upto FROM audit.ledger
   WHERE (${from}::timestamptz IS NULL OR at >= ${from}::timestamptz)
     AND (${to}::timestamptz IS NULL OR at < ${to}::timestamptz)`
