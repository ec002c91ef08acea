/** The practice hospital's patients, in the numbers that a measurement wants. */
import { practiceBundles } from '#practice'
import { load } from '../src/cli/import/load.ts'
import type { Ground } from './ground.ts'
import { makeSchema, settle } from './statements/floor.ts'

const TODAY = Temporal.PlainDate.from('2026-01-31')
const TOGETHER = 4

/** Bundles that hold at least `resources` resources together, staff first. The same `seed` gives the same. */
export function* bundles(resources: number, seed: number): Generator<string> {
  let made = 0
  for (const bundle of practiceBundles({ count: Number.MAX_SAFE_INTEGER, seed, today: TODAY })) {
    yield JSON.stringify(bundle)
    made += bundle.entry.length
    if (made >= resources) return
  }
}

/** Fills the record by transactions, as an import does. */
export async function fill(ground: Ground, resources: number): Promise<void> {
  const target = { url: ground.hospital, token: ground.token }
  const texts = bundles(resources, 1)
  const units = async function* (source: Iterable<string>) {
    for (const text of source) yield { from: 'practice', text }
  }
  await load(units([texts.next().value as string]), target, 1, () => undefined)
  const { refused } = await load(units(texts), target, TOGETHER, () => undefined)
  if (refused.length > 0) throw new Error(`${refused.length} bundles were refused: ${refused[0]?.why[0]}`)
  await ground.db.rows(makeSchema())
  for (const statement of settle()) await ground.db.rows(statement)
}
