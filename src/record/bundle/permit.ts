/** Whether whoever asks may do what a transaction would: all of it, or nothing is done. */
import type { Queries } from '#foundation/database.ts'
import type { Interaction } from '../access/policy.ts'
import type { View } from '../access/view.ts'
import { recordFaults } from '../faults.ts'
import type { Found } from '../record.ts'
import type { NewVersion } from '../statements/columns.ts'
import { permitChange, refuseToClaim } from '../write/change.ts'
import type { Entry } from './entries.ts'
import type { Deed } from './transaction.ts'

const INTERACTIONS = { POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete' } as const

/** Throws `record/not-permitted` for an entry that would be whatever is there; reads are looked at when they are made. */
export function requireAll(view: View, entries: readonly Entry[]): void {
  for (const { method, type } of entries)
    if (method !== 'GET' && method !== 'HEAD') view.require(type as string, INTERACTIONS[method])
}

/** Throws `record/not-permitted` for what is seen and may not be changed, `record/unknown-instance` for what is not seen. */
export async function permitChanges(
  tx: Queries,
  view: View,
  deeds: readonly Deed[],
  current: ReadonlyMap<string, Found>,
): Promise<void> {
  for (const { does, type, name } of deeds) {
    const was = current.get(name) ?? { is: 'unknown' }
    if (does === 'put') refuseToClaim(view, type, was)
    if (was.is !== 'present' || (does !== 'put' && does !== 'patch' && does !== 'delete')) continue
    await permitChange(tx, view, does === 'put' ? 'update' : does, was.version)
  }
}

/**
 * Throws `record/not-permitted` for what may not be stored. Judged as things are before it: nobody gives themselves a right
 * by the very transaction that needs it. But who registers a patient may say in the same transaction what is known of them.
 */
export async function permitNew(tx: Queries, view: View, coming: ReadonlyMap<Deed, NewVersion>): Promise<void> {
  const registering = new Set(
    [...coming.keys()].flatMap(({ does, type, id }) => (does === 'new' && type === 'Patient' ? [id] : [])),
  )
  const byInteraction = Map.groupBy(
    coming,
    ([{ does }]): Interaction => (does === 'new' ? 'create' : does === 'patch' ? 'patch' : 'update'),
  )
  for (const [interaction, resources] of byInteraction) {
    const judged = resources.map(([{ type, id }, { row }]) => ({ type, id, row }))
    if ((await view.judge(tx, interaction, judged, registering)).includes(false)) throw recordFaults['not-permitted']()
  }
}
