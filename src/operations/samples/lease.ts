/**
 * Of several processes of operations one scrapes and judges. It holds a row of the control database for three looks, and
 * renews it with each; whoever writes by it asks within the same transaction whether it still does. While that database is
 * away nobody else can take it: whoever held it goes on in memory.
 */
import type { Database, Queries } from '#foundation/database.ts'
import { newId } from '#foundation/ids.ts'
import { holdWatch, leaveWatch, stillWatches } from './statements/samples.ts'

const NAME = 'samples'

export interface Lease {
  /** Takes or renews it. Rejects when the database does not answer. */
  hold(seconds: number): Promise<boolean>
  /** Within a transaction: whether it is still held, and will be until that ends. */
  holds(tx: Queries): Promise<boolean>
  leave(): Promise<void>
}

export function openLease(control: Database): Lease {
  const holder = newId()
  return {
    hold: async (seconds) => (await control.change(holdWatch(NAME, holder, seconds))).length > 0,
    holds: async (tx) => (await tx.rows(stillWatches(NAME, holder))).length > 0,
    leave: async () => void (await control.change(leaveWatch(NAME, holder))),
  }
}
