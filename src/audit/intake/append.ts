/** Where entries become durable: in the database where it happened, until the sealer takes them to the ledger. */
import type { Database } from '#foundation/database.ts'
import { gather } from '#foundation/gather.ts'
import { auditFaults } from '../faults.ts'
import type { AuditEntry } from '../terms.ts'
import { appendEntries } from './statements/append.ts'

export interface Intake {
  /** Resolves once the entry is durable; throws `audit/not-recorded` when it can't be: what it tells of must not happen. */
  record(entry: AuditEntry): Promise<void>
  /** The same of an entry that is text already. */
  append(text: string): Promise<void>
}

const LANES = 2
const MOST_WAITING = 5_000
const SIZES = Array.from({ length: 64 }, (_, index) => 64 - index)

interface Waiting {
  readonly text: string
  readonly since: number
}

/**
 * Entries that come close together share a row and its commit.
 *
 * What waited while the intake failed fails with it: behind a locked table each next statement would wait as long again,
 * and whoever came last for minutes.
 */
export function openIntake(db: Pick<Database, 'append'>): Intake {
  let failure: unknown
  let failedAt = Number.NEGATIVE_INFINITY

  const store = gather<Waiting, void>(
    async (entries) => {
      if ((entries.at(-1) as Waiting).since < failedAt) throw failure
      try {
        await db.append(appendEntries(entries.map(({ text }) => text)))
      } catch (error) {
        failure = auditFaults['not-recorded']()
        ;(failure as Error).cause = error
        failedAt = performance.now()
        throw failure
      }
      return []
    },
    { sizes: SIZES, lanes: LANES, most: MOST_WAITING },
  )
  const append = (text: string) => store({ text, since: performance.now() })
  return { append, record: (entry) => append(JSON.stringify(entry)) }
}
