/** The one way by which anything is written down: who did what, durable before it is answered. */
import type { Registry } from 'prom-client'
import type { Queries } from '#foundation/database.ts'
import { counterIn, gaugeIn } from '#foundation/metric.ts'
import { auditFaults } from '../faults.ts'
import { AUDIT_METRICS } from '../metrics.ts'
import type { Spool } from '../spool/spool.ts'
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
  /** How many entries wait in the spool; undefined when there is none, and what the intake doesn't take is refused. */
  readonly spooled: () => number | undefined
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
  /** Where what changes nothing is written down while the intake can't be written. */
  readonly spool?: Pick<Spool, 'append' | 'waiting' | 'holds'> | undefined
}

export function openAudit({ plane, intake, secret, metrics, spool }: AuditOptions): Audit {
  const unrecorded = counterIn(metrics, AUDIT_METRICS.unrecorded)
  const text: Audit['text'] = (caller, deed) => entryText(plane, caller, deed)
  const counted = async <T>(requests: number, work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      unrecorded.inc(requests)
      throw error
    }
  }
  if (spool !== undefined) gaugeIn(metrics, AUDIT_METRICS.spooled, (gauge) => gauge.set(spool.waiting()))
  /** Behind what waits in the spool, so that the order is kept; else into the intake first. */
  const append = async (entry: string): Promise<void> => {
    if (spool === undefined) return intake.append(entry)
    const spooling = spool.holds()
    try {
      await (spooling ? spool : intake).append(entry)
    } catch (error) {
      if (spooling) throw Object.assign(auditFaults['not-recorded'](), { cause: error })
      await spool.append(entry).catch(() => {
        throw error
      })
    }
  }
  return {
    text,
    spooled: () => spool?.waiting(),
    opening: (caller, opening) => openingText(plane, caller, opening),
    query: openQuery(secret),
    record: (caller, deed) => counted(1, () => append(text(caller, ifReached(caller, deed)))),
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
