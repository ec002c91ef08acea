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

/** Locks an intake, as a session of an administrator does who forgets to commit; resolves once it is locked. Disposing unlocks. */
export async function lockIntake(db: Pick<Database, 'transaction'>): Promise<AsyncDisposable> {
  const locked = Promise.withResolvers<void>()
  const released = Promise.withResolvers<void>()
  const holding = db.transaction(async (tx) => {
    await tx.rows(sql`LOCK TABLE audit.intake IN ACCESS EXCLUSIVE MODE`)
    locked.resolve()
    await released.promise
  })
  await Promise.race([locked.promise, holding])
  return {
    async [Symbol.asyncDispose]() {
      released.resolve()
      await holding
    },
  }
}
