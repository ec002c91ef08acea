/** What a source of entries is asked and told. The same tables in the record and in the control database. */
import { literal, type Sql, sql } from '#foundation/sql.ts'

export interface MarkRow {
  /** The ledger's size up to which this source was told that its entries are sealed. */
  sealed: string
  incarnation: string
}

export interface WaitingText {
  n: string
  tx: string
  /** Entries, each on a line of its own. */
  entry: string
}

export interface WaitingRow extends WaitingText {
  /** Tells the row from another one that got the same number after a restore. */
  print: string
}

export const mark = () => sql<MarkRow>`SELECT sealed, incarnation FROM audit.mark`

/**
 * The next rows in the order of their transactions, as many as have about `bytes` together, and one at least. Only those of
 * transactions before which nobody can commit any more; those from another server's count of transactions (a dump that was
 * loaded here) are older than anything here.
 *
 * Uses: index `intake_order`.
 */
export const nextEntries = (most: number, bytes: number) => sql<WaitingRow>`
  SELECT n, tx, hashtextextended(entry, 0) AS print, entry FROM (
    SELECT tx, n, entry, sum(octet_length(entry)) OVER (ORDER BY tx, n) - octet_length(entry) AS before FROM audit.intake
     WHERE tx < pg_snapshot_xmin(pg_current_snapshot()) OR tx >= pg_snapshot_xmax(pg_current_snapshot())
     ORDER BY tx, n LIMIT ${literal(most)}) w
   WHERE before < ${literal(bytes)} ORDER BY tx, n`

/** What waits, in the order of its numbers, also what may not be taken yet. */
export const waitingAfter = (n: string, most: number) => sql<WaitingText>`
  SELECT n, tx, entry FROM audit.intake WHERE n > ${n}::bigint ORDER BY n LIMIT ${literal(most)}`

export const removeEntries = (numbers: readonly string[], prints: readonly string[]): Sql => sql`
  DELETE FROM audit.intake i USING unnest(${numbers}::bigint[], ${prints}::bigint[]) AS sealed (n, print)
   WHERE i.n = sealed.n AND hashtextextended(i.entry, 0) = sealed.print`

/** Gives how far the source now says it is sealed. */
export const raiseMark = (size: number) => sql<{ sealed: string }>`
  UPDATE audit.mark SET sealed = greatest(sealed, ${size}::bigint) RETURNING sealed`
