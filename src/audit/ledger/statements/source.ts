/** What a source of entries is asked and told. The same tables in the record and in the control database. */
import { literal, type Sql, sql } from '#foundation/sql.ts'

export interface MarkRow {
  /** The ledger's size up to which this source was told that its entries are sealed. */
  sealed: string
  incarnation: string
  /** Rows that wait, also those that may not be taken yet; counted up to ten thousand. */
  waiting: string
}

export interface WaitingRow {
  n: string
  /** Tells the row from another one that got the same number after a restore. */
  print: string
  /** Entries, each on a line of its own. */
  entry: string
}

export const mark = () => sql<MarkRow>`
  SELECT sealed, incarnation, (SELECT count(*) FROM (SELECT FROM audit.intake LIMIT 10000) w) AS waiting FROM audit.mark`

/**
 * The next rows in the order of their transactions, as many as have about `bytes` together, and one at least. Only those of transactions before which nobody can commit any more;
 * those from another server's count of transactions (a dump that was loaded here) are older than anything here.
 *
 * Uses: index `intake_order`.
 */
export const nextEntries = (most: number, bytes: number) => sql<WaitingRow>`
  SELECT n, hashtextextended(entry, 0) AS print, entry FROM (
    SELECT tx, n, entry, sum(octet_length(entry)) OVER (ORDER BY tx, n) - octet_length(entry) AS before FROM audit.intake
     WHERE tx < pg_snapshot_xmin(pg_current_snapshot()) OR tx >= pg_snapshot_xmax(pg_current_snapshot())
     ORDER BY tx, n LIMIT ${literal(most)}) w
   WHERE before < ${literal(bytes)} ORDER BY tx, n`

/** Ids of what waits; nothing for texts that aren't entries. */
export const waitingTexts = (most: number) =>
  sql<{ entry: string }>`SELECT entry FROM audit.intake LIMIT ${literal(most)}`

export const removeEntries = (numbers: readonly string[], prints: readonly string[]): Sql => sql`
  DELETE FROM audit.intake i USING unnest(${numbers}::bigint[], ${prints}::bigint[]) AS sealed (n, print)
   WHERE i.n = sealed.n AND hashtextextended(i.entry, 0) = sealed.print`

/** Gives how far the source now says it is sealed. */
export const raiseMark = (size: number) => sql<{ sealed: string }>`
  UPDATE audit.mark SET sealed = greatest(sealed, ${size}::bigint) RETURNING sealed`
