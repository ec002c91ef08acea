/** The one way by which anything is written down: who did what, durable before it is answered. */
import { Counter, type Registry } from 'prom-client'
import type { Queries } from '#foundation/database.ts'
import type { Caller, Deed, Plane } from '../terms.ts'
import { type Intake, stored } from './append.ts'
import { openQuery, type WriteQuery } from './query.ts'
import { appendEntries } from './statements/append.ts'
import { entryText, type Opening, openingText } from './text.ts'

export interface Audit {
  /**
   * Writes down what `caller` did, was refused or failed at; resolves once that is durable. To be called before anything is
   * answered: when it throws `audit/not-recorded`, nothing may leave.
   *
   * Of a caller who has hung up by now it is written down as `cancelled`, status 499: nothing has left, and nothing will.
   * Who hangs up later may have got the answer or not, and it stays what it is; so does what `text` is for, a change that is
   * made whoever waits for it. So each request has one entry, which says at least as much as happened.
   */
  record(caller: Caller, deed: Deed): Promise<void>
  /** The entry as text, for whoever stores it by the very statement or transaction that makes the change. */
  text(caller: Caller, deed: Deed): string
  /** The beginning of an entry that a statement completes by what it finds (`entryEnd`). */
  opening(caller: Caller, opening: Opening): string
  /** Does what stores entries for so many requests by itself. When that fails it is as when `record` does. */
  storing<T>(requests: number, work: () => Promise<T>): Promise<T>
  readonly query: WriteQuery
}

/** An audit that keeps entries until its transaction stores them, all in one row: what is undone leaves none. */
export interface AuditWithin extends Pick<Audit, 'record' | 'query'> {
  store(tx: Pick<Queries, 'append'>): Promise<void>
}

export interface AuditOptions {
  readonly plane: Plane
  readonly intake: Pick<Intake, 'append'>
  /** By which identifying values of queries are hashed. */
  readonly secret: string
  readonly metrics: Registry
}

export function openAudit({ plane, intake, secret, metrics }: AuditOptions): Audit {
  const unrecorded = new Counter({
    name: 'audit_unrecorded_total',
    help: 'What could not be written down in the audit trail and was therefore answered with 503.',
    registers: [metrics],
  })
  const text: Audit['text'] = (caller, deed) => entryText(plane, caller, deed)
  const counted = async <T>(requests: number, work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      unrecorded.inc(requests)
      throw error
    }
  }
  return {
    text,
    opening: (caller, opening) => openingText(plane, caller, opening),
    query: openQuery(secret),
    record: (caller, deed) => counted(1, () => intake.append(text(caller, ifReached(caller, deed)))),
    storing: (requests, work) => counted(requests, () => stored(work)),
  }
}

const CANCELLED = { outcome: 'cancelled', status: 499 } as const

const ifReached = (caller: Caller, deed: Deed): Deed => (caller.gone === true ? { ...deed, ...CANCELLED } : deed)

/** Opens the audit of one transaction. */
export function auditWithin({ text, query, storing }: Pick<Audit, 'text' | 'query' | 'storing'>): AuditWithin {
  const entries: string[] = []
  return {
    query,
    record: async (caller, deed) => void entries.push(text(caller, deed)),
    store: async (tx) => void (await storing(1, () => tx.append(appendEntries(entries)))),
  }
}
