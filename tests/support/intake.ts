import type { AuditEntry } from '#audit'
import type { Database } from '#foundation/database.ts'
import { sql } from '#foundation/sql.ts'

/** Takes all entries out of an intake, as the sealer does, in its order. */
export async function takeEntries(db: Pick<Database, 'transaction'>): Promise<AuditEntry[]> {
  const rows = await db.transaction(async (tx) => {
    const found = await tx.rows(sql<{ entry: string }>`SELECT entry FROM audit.intake ORDER BY tx, n`)
    await tx.rows(sql`DELETE FROM audit.intake`)
    return found
  })
  return rows.flatMap(({ entry }) => entry.split('\n')).map((line) => JSON.parse(line) as AuditEntry)
}

/** The entries of one request. Others may have come in between. */
export const entriesOf = (entries: readonly AuditEntry[], request: string): AuditEntry[] =>
  entries.filter((entry) => entry.request === request)
