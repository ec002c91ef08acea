/** Where a page begins, as an address carries it: opaque to clients, checked when it comes back. */
import { recordFaults } from '../faults.ts'
import type { Place } from './sort.ts'

export interface Cursor {
  readonly place: Place
  readonly backwards: boolean
}

export const writeCursor = ({ place, backwards }: Cursor): string =>
  Buffer.from(JSON.stringify([backwards ? 1 : 0, ...place])).toString('base64url')

/** Throws `record/bad-cursor` for what `writeCursor` did not make for an order of `keys` columns. */
export function readCursor(text: string, keys: number): Cursor {
  let parts: unknown
  try {
    parts = JSON.parse(Buffer.from(text, 'base64url').toString())
  } catch {
    throw recordFaults['bad-cursor']()
  }
  if (!Array.isArray(parts) || parts.length !== keys + 1) throw recordFaults['bad-cursor']()
  const [backwards, ...place] = parts as unknown[]
  if (!place.every((one) => one === null || (typeof one === 'string' && one.length <= 300)))
    throw recordFaults['bad-cursor']()
  return { place: place as Place, backwards: backwards === 1 }
}
