/** Where entries become durable: in the database where it happened, until the sealer takes them to the ledger. */
import type { Database } from '#foundation/database.ts'
import { gather, upTo } from '#foundation/gather.ts'
import { auditFaults } from '../faults.ts'
import type { AuditEntry } from '../terms.ts'
import { appendEntries } from './statements/append.ts'

export interface Intake {
  /** Resolves once the entry is durable; throws `audit/not-recorded` when it can't be: what it tells of must not happen. */
  record(entry: AuditEntry): Promise<void>
  /** The same of entries that are text already, each on a line. */
  append(entries: string): Promise<void>
}

/**
 * How calls go together that store entries: what waited while the intake failed fails with it. Behind a locked table each
 * next statement would wait as long again, and whoever came last for minutes.
 */
export const TOGETHER = {
  sizes: upTo(64),
  lanes: 2,
  most: 5_000,
  failTogether: true,
} as const

/** Entries that come close together share a row and its commit. */
export function openIntake(db: Pick<Database, 'append'>): Intake {
  const append = gather(
    (entries: readonly string[]) =>
      stored(async () => {
        await db.append(appendEntries(entries))
        return entries.map(() => undefined)
      }),
    TOGETHER,
  )
  return { append, record: (entry) => append(JSON.stringify(entry)) }
}

/** Does what stores entries. What goes wrong is `audit/not-recorded`, with what it was as its cause. */
export async function stored<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    throw Object.assign(auditFaults['not-recorded'](), { cause })
  }
}
