/** Where a page begins, as an address carries it: opaque to clients, checked when it comes back. */
import { dateRange } from '#fhir'
import { recordFaults } from '../faults.ts'
import type { Place, SortKey } from './sort.ts'

export interface Cursor {
  readonly place: Place
  readonly backwards: boolean
}

export const writeCursor = ({ place, backwards }: Cursor): string =>
  Buffer.from(JSON.stringify([backwards ? 1 : 0, ...place])).toString('base64url')

/** Throws `record/bad-cursor` for what `writeCursor` can't have made for `order`. */
export function readCursor(text: string, order: readonly SortKey[]): Cursor {
  let parts: unknown
  try {
    parts = JSON.parse(Buffer.from(text, 'base64url').toString())
  } catch {
    throw recordFaults['bad-cursor']()
  }
  if (!Array.isArray(parts) || parts.length !== order.length + 1) throw recordFaults['bad-cursor']()
  const [direction, ...place] = parts as unknown[]
  if (direction !== 0 && direction !== 1) throw recordFaults['bad-cursor']()
  if (!order.every((key, index) => isPlace(key, place[index]))) throw recordFaults['bad-cursor']()
  return { place: place as Place, backwards: direction === 1 }
}

const LONGEST = 300
const INSTANT = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d{1,6})?)\+00$/

/** Whether PostgreSQL could have printed `value` for the column. */
function isPlace({ cast, nullable }: SortKey, value: unknown): boolean {
  if (value === null) return nullable
  if (typeof value !== 'string' || value.length > LONGEST) return false
  if (cast.text === 'text') return !value.includes('\0') && value.isWellFormed()
  if (/^-?infinity$/i.test(value)) return true
  if (cast.text === 'float8') return /^-?\d+(\.\d+)?(e[+-]\d+)?$/.test(value) && Number.isFinite(Number(value))
  const [, day, time] = INSTANT.exec(value) ?? []
  return dateRange(`${day}T${time}Z`) !== undefined
}
