/**
 * Pages of lines out of the files of all processes, by time.
 *
 * A page looks at a bounded part of the files: where that ends before enough was found, it says so, and its cursor goes on
 * from there. Nothing is read twice and nothing left out, whatever is rotated or written between two pages.
 */

import { type Cursor, type Place, readCursor, writeCursor } from './cursor.ts'
import { logFaults } from './faults.ts'
import { kindOf, logFilesIn } from './files.ts'
import { openSift, type Sift } from './line.ts'
import { firstTimeOf, type Known, linesAfter, linesBefore, Moved, type RawLine } from './lines.ts'
import type { LogLine, LogPage, LogQuery } from './terms.ts'

/** Read for one page. */
const MOST_BYTES = 16 * 1024 * 1024
/** A file that was put away while the page was made is found under its other name the next time. */
const TRIES = 5

export interface SearchOptions {
  readonly folder: string
  readonly nowMs: () => number
  readonly mostBytes?: number
}

/** The files of one process, the earliest first. */
interface Shelf {
  readonly log: string
  readonly files: readonly (Known & { readonly bytes: number })[]
}

/** One page. Throws `logs/bad-cursor`, `logs/two-cursors`. */
export async function searchLogs(options: SearchOptions, query: LogQuery): Promise<LogPage> {
  if (query.older !== undefined && query.newer !== undefined) throw logFaults['two-cursors']()
  const cursor = query.older ?? query.newer
  const at = cursor === undefined ? undefined : readCursor(cursor)
  for (let tried = 1; ; tried++)
    try {
      const shelves = await shelvesIn(options.folder)
      // It is being put away, or it was removed: then it is still missing at the last try.
      if (at !== undefined && tried < TRIES && isLost(shelves, at)) throw new Moved()
      return query.newer === undefined
        ? await backwards(options, query, shelves, at)
        : await forwards(options, query, shelves, at as Cursor)
    } catch (error) {
      if (!(error instanceof Moved) || tried >= TRIES) throw error
    }
}

/** Whether a file that the cursor is in isn't there. */
const isLost = (shelves: readonly Shelf[], { places }: Cursor): boolean =>
  [...places].some(([log, { firstMs }]) => {
    const files = shelves.find((shelf) => shelf.log === log)?.files ?? []
    return firstMs > 0 && !files.some((file) => file.firstMs === firstMs)
  })

async function shelvesIn(folder: string): Promise<Shelf[]> {
  const shelves = new Map<string, (Known & { bytes: number })[]>()
  const files = logFilesIn(folder).filter(({ log, isCompressed }) => kindOf(log) !== 'audit' && !isCompressed)
  const timed = await Promise.all(files.map(async (file) => ({ ...file, firstMs: await firstTimeOf(file.path) })))
  for (const { log, path, bytes, firstMs } of timed) {
    const shelf = shelves.get(log) ?? []
    shelves.set(log, shelf)
    if (firstMs !== undefined) shelf.push({ path, bytes, firstMs })
  }
  return [...shelves].map(([log, of]) => ({ log, files: of.sort((a, b) => a.firstMs - b.firstMs) }))
}

const BEGINNING: Place = { firstMs: 0, offset: 0 }

/** Behind the last whole line. */
async function endOf({ files }: Shelf): Promise<Place> {
  const last = files.at(-1)
  if (last === undefined) return BEGINNING
  const { firstMs, bytes } = last
  for await (const { to } of linesBefore(last, bytes, () => {})) return { firstMs, offset: to }
  return { firstMs, offset: 0 }
}

/** A log's lines as they are merged with those of the others. */
interface Lane {
  readonly log: string
  readonly lines: AsyncGenerator<RawLine & { readonly firstMs: number }>
  next: (RawLine & { readonly firstMs: number }) | undefined
  place: Place
}

async function openLane(log: string, place: Place, lines: Lane['lines']): Promise<Lane> {
  const lane: Lane = { log, lines, place, next: undefined }
  await advance(lane)
  return lane
}

async function advance(lane: Lane): Promise<void> {
  const { value, done } = await lane.lines.next()
  lane.next = done === true ? undefined : value
}

/** Takes lines in the order that `isBefore` says, until enough are found or enough is read. */
async function merge(
  lanes: readonly Lane[],
  sift: Sift,
  {
    most,
    isFirst,
    isOver,
    isSpent,
    take,
  }: {
    readonly most: number
    readonly isFirst: (a: RawLine, b: RawLine) => boolean
    /** Whether nothing more is wanted from there on. */
    readonly isOver: (line: RawLine) => boolean
    readonly isSpent: () => boolean
    readonly take: (line: RawLine & { readonly firstMs: number }) => Place
  },
): Promise<{ readonly lines: LogLine[]; readonly lastMs: number | undefined; readonly isAll: boolean }> {
  const lines: LogLine[] = []
  let lastMs: number | undefined
  try {
    for (;;) {
      let first: Lane | undefined
      for (const lane of lanes)
        if (lane.next !== undefined && (first?.next === undefined || isFirst(lane.next, first.next))) first = lane
      if (first?.next === undefined || isOver(first.next)) return { lines, lastMs, isAll: true }
      if (lines.length >= most || isSpent()) return { lines, lastMs, isAll: false }
      const { next } = first
      lastMs = next.atMs
      first.place = take(next)
      const found = sift(next.text, next.atMs, first.log)
      if (found !== undefined) lines.push(found)
      await advance(first)
    }
  } finally {
    await Promise.all(lanes.map(({ lines: open }) => open.return(undefined)))
  }
}

const placesOf = (lanes: readonly Lane[]) => new Map(lanes.map(({ log, place }) => [log, place]))

async function backwards(
  { nowMs, mostBytes = MOST_BYTES }: SearchOptions,
  query: LogQuery,
  all: readonly Shelf[],
  at: Cursor | undefined,
): Promise<LogPage> {
  let spent = 0
  const spend = (bytes: number) => {
    spent += bytes
  }
  const madeMs = nowMs()
  const ends = new Map(await Promise.all(all.map(async (shelf) => [shelf.log, await endOf(shelf)] as const)))
  // What didn't exist when the first page was made isn't older than it.
  const shelves = at === undefined ? all : all.filter(({ log }) => at.places.has(log))
  const lanes = await Promise.all(
    shelves.map(async (shelf) => {
      const place = (at?.places ?? ends).get(shelf.log) ?? BEGINNING
      return openLane(shelf.log, place, before(shelf, place, query.toMs, spend))
    }),
  )
  const { lines, lastMs, isAll } = await merge(lanes, openSift(query), {
    most: query.most,
    isFirst: (a, b) => a.atMs > b.atMs,
    isOver: (line) => query.fromMs !== undefined && line.atMs < query.fromMs,
    isSpent: () => spent > mostBytes,
    take: ({ firstMs, from }) => ({ firstMs, offset: from }),
  })
  return {
    lines,
    ...(!isAll && { older: writeCursor({ madeMs, places: placesOf(lanes) }) }),
    ...(at === undefined && { newer: writeCursor({ madeMs, places: ends }) }),
    ...(!isAll && lines.length < query.most && lastMs !== undefined && { searchedTo: new Date(lastMs).toISOString() }),
  }
}

/** Lines before a place, the last first. Files of which all is later than `toMs` are not opened. */
async function* before(
  { files }: Shelf,
  place: Place,
  toMs: number | undefined,
  spend: (bytes: number) => void,
): Lane['lines'] {
  for (const file of files.toReversed()) {
    if (file.firstMs > place.firstMs || (toMs !== undefined && file.firstMs > toMs)) continue
    const to = file.firstMs === place.firstMs ? Math.min(place.offset, file.bytes) : file.bytes
    for await (const line of linesBefore(file, to, spend)) yield { ...line, firstMs: file.firstMs }
  }
}

async function forwards(
  { nowMs, mostBytes = MOST_BYTES }: SearchOptions,
  query: LogQuery,
  shelves: readonly Shelf[],
  at: Cursor,
): Promise<LogPage> {
  let spent = 0
  const spend = (bytes: number) => {
    spent += bytes
  }
  const madeMs = nowMs()
  const lanes = await Promise.all(
    shelves.map(async (shelf) => {
      // Of a log that wasn't there everything is new.
      const place = at.places.get(shelf.log) ?? BEGINNING
      return openLane(shelf.log, place, after(shelf, place, spend))
    }),
  )
  const { lines, lastMs, isAll } = await merge(lanes, openSift(query), {
    most: query.most,
    isFirst: (a, b) => a.atMs < b.atMs,
    isOver: () => false,
    isSpent: () => spent > mostBytes,
    take: ({ firstMs, to }) => ({ firstMs, offset: to }),
  })
  // Logs that are away at the moment, between two files, are gone on with where they were.
  const places = new Map([...at.places, ...placesOf(lanes)])
  return {
    lines,
    newer: writeCursor({ madeMs, places }),
    ...(!isAll && lines.length < query.most && lastMs !== undefined && { searchedTo: new Date(lastMs).toISOString() }),
  }
}

async function* after({ files }: Shelf, place: Place, spend: (bytes: number) => void): Lane['lines'] {
  for (const file of files) {
    if (file.firstMs < place.firstMs) continue
    const from = file.firstMs === place.firstMs ? place.offset : 0
    for await (const line of linesAfter(file, from, spend)) yield { ...line, firstMs: file.firstMs }
  }
}
