/**
 * The ledger's Merkle tree, as the database keeps it: full tiles as they are, unfinished ones as that which they are made
 * of, so that a tile that grows need not be changed nor be kept in each of its widths.
 */
import { hash } from 'node:crypto'
import { fromBytea } from '#foundation/bytea.ts'
import type { Queries } from '#foundation/database.ts'
import { type Edge, HASH_BYTES, hashesAt, type ReadTiles, TILE_WIDTH, type Tile } from '#tlog'
import { fullTiles, leaves, payloads, tileRoots } from './statements/ledger.ts'

/** The right edge of the tree of this size, as stored: compare its root with the checkpoint's. */
export async function storedEdge(db: Queries, size: number): Promise<Edge> {
  const levels: Uint8Array[] = []
  for (let level = 0; hashesAt(level, size) > 0; level++) {
    const count = hashesAt(level, size)
    levels.push(await row(db, level, count - (count % TILE_WIDTH), count))
  }
  return { size, levels }
}

/** Hashes of one level, from <= n < upto, made from what is below. Fewer when some are missing. */
async function row(db: Queries, level: number, from: number, upto: number): Promise<Buffer> {
  if (from === upto) return Buffer.alloc(0)
  const [found] = await db.rows(level === 0 ? leaves(from, upto) : tileRoots(level - 1, from, upto))
  const whole = found?.hashes != null && Number(found.count) === upto - from
  return whole ? fromBytea(found.hashes as string) : Buffer.alloc(0)
}

/** Reads tiles for proofs. What is missing comes as nothing: who reads it is told `tlog/bad-tile`. */
export const tileReader =
  (db: Queries): ReadTiles =>
  async (tiles) => {
    const full = tiles.filter(({ width }) => width === TILE_WIDTH)
    const rows = await db.rows(
      fullTiles(
        full.map(({ level }) => level),
        full.map(({ index }) => index),
      ),
    )
    const stored = new Map(rows.map(({ level, index, hashes }) => [`${level}/${index}`, fromBytea(hashes)]))
    return Promise.all(tiles.map(async (tile) => stored.get(`${tile.level}/${tile.index}`) ?? unfinished(db, tile)))
  }

const unfinished = (db: Queries, { level, index, width }: Tile): Promise<Buffer> => {
  const from = index * TILE_WIDTH
  return row(db, level, from, from + width)
}

/**
 * The line by which a checkpoint names the kept one before it, byte for byte: none can be taken out or changed, and one
 * signature vouches for all before it.
 */
export const follows = (kept: { readonly size: number; readonly signed: string } | undefined): string =>
  kept === undefined ? 'follows 0' : `follows ${kept.size} ${hash('sha256', kept.signed, 'base64')}`

/** The hash at a place of a tile. */
export const hashIn = (hashes: Buffer, place: number): Buffer =>
  hashes.subarray(place * HASH_BYTES, (place + 1) * HASH_BYTES)

/** Encrypted entries, from <= index < upto; fewer when some are missing. */
export const storedEntries = async (db: Queries, from: number, upto: number): Promise<Buffer[]> =>
  (await db.rows(payloads(from, upto))).map(({ payload }) => fromBytea(payload))
