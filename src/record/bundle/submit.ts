import type { Database, Queries } from '#foundation/database.ts'
import { Fault } from '#foundation/fault.ts'
import { recordFaults } from '../faults.ts'
import type { HealthRecord } from '../record.ts'
import type { References } from '../references.ts'
import { claimAnswer, keepAnswer, keptAnswer } from '../statements/answers.ts'
import { answerText } from './answer.ts'
import { batch } from './batch.ts'
import { readBundle } from './entries.ts'
import { transaction } from './transaction.ts'

const TRIES = 10
const CONTENDED = recordFaults.contended().code

export interface Submitted {
  readonly text: string
  readonly replayed: boolean
}

/**
 * Carries out a Bundle; with `key` exactly once.
 *
 * Invariant: the answer under a key is committed together with the transaction it answers. Whoever sends the key again,
 * also after a crash, gets that answer, or carries the Bundle out because nothing of it was kept. The entries of a batch
 * commit by themselves: after a crash half way, a batch that is sent again is carried out again.
 */
export async function submit(
  db: Database,
  record: HealthRecord,
  references: References,
  text: string,
  base: string,
  key: string | undefined,
): Promise<Submitted> {
  const { type, entries } = readBundle(text)
  if (key !== undefined) {
    const [kept] = await db.quick(keptAnswer(key))
    if (kept !== undefined) return { text: kept.body, replayed: true }
  }
  if (type === 'batch') {
    const answer = answerText('batch', await batch(record, entries, base))
    if (key !== undefined) await db.quick(keepAnswer(key, answer))
    return { text: answer, replayed: false }
  }
  return untilUncontended(db, async (tx) => {
    if (key !== undefined) {
      const [claim] = await tx.quick(claimAnswer(key))
      if (claim?.claimed !== true) throw recordFaults['key-in-use']()
      const [kept] = await tx.quick(keptAnswer(key))
      if (kept !== undefined) return { text: kept.body, replayed: true }
    }
    const answer = answerText('transaction', await transaction(tx, references, entries, base))
    if (key !== undefined) await tx.quick(keepAnswer(key, answer))
    return { text: answer, replayed: false }
  })
}

/** Begins again when somebody else made, in between, a resource that this transaction found missing. */
async function untilUncontended<T>(db: Database, work: (tx: Queries) => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await db.transaction(work)
    } catch (error) {
      if (tried === TRIES || !(error instanceof Fault) || error.code !== CONTENDED) throw error
    }
  }
}
