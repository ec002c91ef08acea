/** Writing down what was done: durable once `record` resolves. */
import type { Database } from '#foundation/database.ts'
import { gather } from '#foundation/gather.ts'
import type { AuditEntry } from '../terms.ts'
import { appendEntries } from './statements/append.ts'

export interface Intake {
  /** Resolves once the entry is durable; rejects when it can't be, and then what it tells of must not happen. */
  record(entry: AuditEntry): Promise<void>
}

const LANES = 2
const MOST_WAITING = 5_000
const SIZES = Array.from({ length: 64 }, (_, index) => 64 - index)

/** Entries that come close together share a statement and its commit. */
export function openIntake(db: Pick<Database, 'append'>): Intake {
  const store = gather(
    async (entries: readonly string[]) => {
      await db.append(appendEntries(entries))
      return entries.map(() => undefined)
    },
    { sizes: SIZES, lanes: LANES, most: MOST_WAITING },
  )
  return { record: (entry) => store(JSON.stringify(entry)) }
}
