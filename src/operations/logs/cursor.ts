/**
 * Where somebody is in the logs: for each log the time of the first line of a file, and a place in that file.
 *
 * A file is known by its first line and not by its name, which changes when it is put away, nor by its inode, which another
 * file gets once it is removed.
 */
import { logFaults } from './faults.ts'

export interface Place {
  /** Time of the file's first line. Milliseconds since the epoch. */
  readonly firstMs: number
  /** Bytes from its beginning. */
  readonly offset: number
}

export interface Cursor {
  /** When it was made. Milliseconds since the epoch. */
  readonly madeMs: number
  readonly places: ReadonlyMap<string, Place>
}

const MOST_LOGS = 200
const MOST_TEXT = 16_384
const FORM = 1

export const writeCursor = ({ madeMs, places }: Cursor): string => {
  const each = [...places].map(([log, { firstMs, offset }]) => [log, firstMs, offset])
  return Buffer.from(JSON.stringify([FORM, madeMs, each])).toString('base64url')
}

/** Throws `logs/bad-cursor`. */
export function readCursor(text: string): Cursor {
  try {
    if (text.length > MOST_TEXT) throw logFaults['bad-cursor']()
    const [form, madeMs, each] = JSON.parse(Buffer.from(text, 'base64url').toString()) as [unknown, unknown, unknown[]]
    if (form !== FORM || !isWhole(madeMs) || !Array.isArray(each) || each.length > MOST_LOGS)
      throw logFaults['bad-cursor']()
    return { madeMs, places: new Map(each.map(placeIn)) }
  } catch {
    throw logFaults['bad-cursor']()
  }
}

function placeIn(given: unknown): [string, Place] {
  const [log, firstMs, offset] = given as [unknown, unknown, unknown]
  if (typeof log !== 'string' || !isWhole(firstMs) || !isWhole(offset)) throw logFaults['bad-cursor']()
  return [log, { firstMs, offset }]
}

const isWhole = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0
