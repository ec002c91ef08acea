/** One way through the whole ledger: tiles and entries side by side, and the tree over them. */

import { fromBytea } from '#foundation/bytea.ts'
import type { Database } from '#foundation/database.ts'
import { HASH_BYTES, hashesAt, TILE_WIDTH } from '#tlog'
import type { MonthKey } from '../keys.ts'
import { leaves } from '../statements/ledger.ts'
import { streamLedger } from '../statements/verify.ts'
import { hashIn } from '../tree.ts'
import { type Claims, openGrowing } from './checkpoints.ts'
import type { Findings } from './findings.ts'
import { judgeRest, judgeTile } from './judge.ts'
import { openRowCheck, type RowCounts } from './rows.ts'
import { openUpper, storedTiles, tileAbove } from './upper.ts'

interface WalkOptions {
  readonly control: Database
  readonly size: number
  /** Of the latest checkpoint. */
  readonly root: Buffer
  readonly claims: Claims
  readonly findings: Findings
  /** Entries to read; made wider, to whole tiles. */
  readonly from: number
  readonly to: number
  readonly keys: ReadonlyMap<string, MonthKey>
  readonly decrypt: boolean
  readonly progress: (entries: number) => void
}

export interface Walked {
  readonly root: Buffer
  readonly counts: RowCounts
  /** Months that entries say they are of. */
  readonly months: ReadonlySet<string>
}

/** 16,384 entries at once; others get their turn between two pieces. Divides 256: what stands over them is one tile. */
const TILES_AT_ONCE = 64
const TILE_BYTES = TILE_WIDTH * HASH_BYTES
const NO_HASH = Buffer.alloc(HASH_BYTES)

export async function walk(options: WalkOptions): Promise<Walked> {
  const { control, size, root, claims, findings, progress } = options
  const counts: RowCounts = { entries: 0, unreadable: 0 }
  const months = new Set<string>()
  const growing = openGrowing()
  const upper = openUpper(control, findings)
  const full = hashesAt(1, size)
  const pieces = Math.ceil(size / TILE_WIDTH / TILES_AT_ONCE)
  const fetch = (piece: number) => readPiece(options, piece * TILES_AT_ONCE, counts, months)

  // The next piece is on its way while this one is judged.
  let coming = fetch(0)
  let rest: Buffer = Buffer.alloc(0)
  for (let piece = 0; piece < pieces; piece++) {
    const { tiles, above, computed, columns } = await coming
    if (piece + 1 < pieces) coming = fetch(piece + 1)
    const first = piece * TILES_AT_ONCE
    for (let tile = first; tile < Math.min(first + TILES_AT_ONCE, full); tile++) {
      const over = above === undefined ? undefined : hashIn(above, tile % TILE_WIDTH)
      const own = (row: Row) => row(tile * TILE_WIDTH, TILE_BYTES)
      const evidence = { tile, stored: tiles.get(tile), above: over, computed: own(computed), columns: own(columns) }
      const judged = judgeTile(evidence, findings)
      const before = tile * TILE_WIDTH
      const within = growing.within(judged.leaves)
      const rootAt = (at: number) => within(at - before)
      await claims.upto(before + TILE_WIDTH - 1, rootAt)
      growing.addTile(judged.root)
      await claims.upto(before + TILE_WIDTH, () => growing.rootWith(Buffer.alloc(0)))
      await upper.add(judged.root)
    }
    const end = full * TILE_WIDTH
    if (size > end && piece === pieces - 1) {
      const bytes = (size - end) * HASH_BYTES
      const stored = columns(end, bytes) ?? (await storedLeaves(control, end, size))
      const isSigned = (row: Buffer) => growing.rootWith(row).equals(root)
      rest = judgeRest(end, stored, computed(end, bytes), isSigned, findings)
      // Where an entry is missing altogether, its checkpoint can't be right: that has been told.
      const known = end + firstGap(rest)
      const within = growing.within(rest)
      await claims.upto(size, (at) => within(at - end), known)
    }
    progress(counts.entries)
  }
  await upper.end()
  return { root: growing.rootWith(rest), counts, months }
}

/** How many hashes there are before the first that is missing. */
function firstGap(hashes: Buffer): number {
  const count = hashes.length / HASH_BYTES
  for (let place = 0; place < count; place++) if (hashIn(hashes, place).equals(NO_HASH)) return place
  return count
}

/** Hashes of entries, from an index on; nothing when those weren't read. */
type Row = (index: number, bytes: number) => Buffer | undefined

async function readPiece(options: WalkOptions, first: number, counts: RowCounts, months: Set<string>) {
  const { control, size, findings, keys, decrypt } = options
  const from = Math.max(first * TILE_WIDTH, Math.floor(options.from / TILE_WIDTH) * TILE_WIDTH)
  const wanted = Math.min(Math.ceil(options.to / TILE_WIDTH) * TILE_WIDTH, size)
  const upto = Math.max(from, Math.min((first + TILES_AT_ONCE) * TILE_WIDTH, wanted))
  const [into, stored] = [0, 1].map(() => Buffer.alloc((upto - from) * HASH_BYTES)) as [Buffer, Buffer]
  const check = openRowCheck({ from, into, stored, keys, decrypt, findings, counts, months })
  const [tiles, above] = await Promise.all([
    storedTiles(control, 0, first, Math.min(first + TILES_AT_ONCE, hashesAt(1, size))),
    tileAbove(control, first),
    upto > from ? control.stream(streamLedger(from, upto), check.row) : undefined,
  ])
  check.upto(upto)
  const row =
    (hashes: Buffer): Row =>
    (index, bytes) =>
      index < from || index >= upto ? undefined : hashes.subarray((index - from) * HASH_BYTES).subarray(0, bytes)
  return { tiles, above, computed: row(into), columns: row(stored) }
}

async function storedLeaves(control: Database, from: number, upto: number): Promise<Buffer> {
  const [row] = await control.rows(leaves(from, upto))
  return Buffer.concat([fromBytea(row?.hashes ?? '\\x'), Buffer.alloc((upto - from) * HASH_BYTES)]).subarray(
    0,
    (upto - from) * HASH_BYTES,
  )
}
