import { hash } from 'node:crypto'
import { type Audit, auditWithin, type Deed } from '#audit'
import type { Database, Queries } from '#foundation/database.ts'
import { Fault } from '#foundation/fault.ts'
import type { Log } from '#foundation/log.ts'
import { isUnrestricted } from '../access/reach.ts'
import type { Views } from '../access/views.ts'
import { recordFaults } from '../faults.ts'
import type { Asker, HealthRecord } from '../record.ts'
import type { References } from '../references.ts'
import { answerClaim, claimAnswer, claimForBatch, keepAnswer, keptAnswer } from '../statements/answers.ts'
import type { Tally } from '../tally.ts'
import { again } from './again.ts'
import { answerText } from './answer.ts'
import { batch } from './batch.ts'
import { readBundle } from './entries.ts'
import { transaction } from './transaction.ts'

const TRIES = 10
/** Longer than any batch is at work. */
const CLAIMED_MINUTES = 10
const CONTENDED = recordFaults.contended().code

export interface Submitted {
  readonly text: string
  readonly replayed: boolean
}

interface Tools {
  readonly db: Database
  readonly audit: Audit
  readonly record: HealthRecord
  readonly references: References
  readonly views: Views
  readonly tally: Pick<Tally, 'begin'>
  readonly log: Log
}

/**
 * Carries out a Bundle; with `key` exactly once.
 *
 * Invariant: the answer under a key is committed together with the transaction it answers. Whoever sends the key again,
 * also after a crash, gets that answer, or carries the Bundle out because nothing of it was kept. The entries of a batch
 * commit by themselves: it claims the key before the first of them. After a crash half way the key is in use for
 * CLAIMED_MINUTES; a batch that is sent again after that is carried out again.
 */
export async function submit(
  { db, audit, record, references, views, tally, log }: Tools,
  caller: Asker,
  text: string,
  base: string,
  given: string | undefined,
): Promise<Submitted> {
  const key = given === undefined ? undefined : keyOf(caller, given)
  const { type, entries } = readBundle(text, base)
  const asked = key === undefined ? '' : hash('sha256', text)
  /** The answer that was given before, written down as given again. */
  const repeat = async (action: 'batch' | 'transaction'): Promise<Submitted | undefined> => {
    const kept = key === undefined ? undefined : await replay(db, key, asked)
    if (kept !== undefined) await audit.record(caller, again(action, kept.text))
    return kept
  }
  if (type === 'batch') {
    if (key !== undefined && (await db.change(claimForBatch(key, asked, CLAIMED_MINUTES))).length === 0)
      return (await repeat(type)) ?? inUse()
    const answer = answerText('batch', await batch({ record, audit, log }, caller, entries, base))
    if (key !== undefined) await db.change(answerClaim(key, answer))
    await audit.record(caller, whole('batch'))
    return { text: answer, replayed: false }
  }
  const kept = await repeat(type)
  if (kept !== undefined) return kept
  let counted = tally.begin()
  const submitted = await untilUncontended(db, async (tx) => {
    counted = tally.begin() // of this attempt
    const within = auditWithin(audit)
    if (key !== undefined) {
      const [claim] = await tx.quick(claimAnswer(key))
      if (claim?.claimed !== true) inUse()
      const kept = await replay(tx, key, asked)
      if (kept !== undefined) {
        await within.record(caller, again('transaction', kept.text))
        await within.store(tx)
        return kept
      }
    }
    await within.record(caller, whole('transaction'))
    const answer = answerText(
      'transaction',
      await transaction(tx, { references, views, stored: counted.stored }, within, caller, entries, base),
    )
    if (key !== undefined) await tx.change(keepAnswer(key, asked, answer))
    await within.store(tx)
    return { text: answer, replayed: false }
  })
  counted.committed()
  return submitted
}

/** An answer holds what its reader may see: a key is good for whoever used it first, with the rights they had then. */
function keyOf({ access }: Asker, key: string): string {
  if (access === null || isUnrestricted(access)) return key
  const { subject, roles, scopes, patient } = access
  const rights = JSON.stringify([roles, scopes === 'all' ? scopes : scopes.map(({ text }) => text), patient ?? null])
  return `${subject.kind} ${subject.id} ${hash('sha256', rights)} ${key}`
}

/** A Bundle that was carried out, apart from its entries, each of which has its own. */
const whole = (action: 'batch' | 'transaction'): Deed => ({ action, resources: [], patients: [], status: 200 })

function inUse(): never {
  throw recordFaults['key-in-use']()
}

/** The answer that was given under `key`; throws `record/key-used` when something else was asked. */
async function replay(queries: Queries, key: string, asked: string): Promise<Submitted | undefined> {
  const [kept] = await queries.quick(keptAnswer(key))
  if (kept === undefined) return undefined
  if (kept.asked !== asked) throw recordFaults['key-used']()
  if (kept.body === null) inUse()
  return { text: kept.body, replayed: true }
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
