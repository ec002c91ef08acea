/** Hashes of subtrees, found in tiles: https://c2sp.org/tlog-tiles */
import { tlogFaults } from './faults.ts'
import { HASH_BYTES, nodeHash, rowRoot } from './hash.ts'
import { hashesAt, TILE_WIDTH, type Tile, tilePath } from './tile.ts'

/**
 * Gives the hashes of the tiles asked for, in that order: `width` × 32 bytes each. A wider tile with the same level
 * and index will do, because a log may drop a partial tile once it has the full one. All tiles that a proof needs
 * are asked for in one call.
 */
export type ReadTiles = (tiles: readonly Tile[]) => readonly Uint8Array[] | Promise<readonly Uint8Array[]>

/** The entries `from` ≤ n < `to` of a log: a subtree of it, whose root the proofs are made of. */
export interface Range {
  readonly from: number
  readonly to: number
}

/** Asks for tiles once each, and holds the answer to the asked width. Throws `tlog/bad-tile`. */
export async function readAll(readTiles: ReadTiles, tiles: readonly Tile[]): Promise<Uint8Array[]> {
  if (tiles.length === 0) return []
  const answers = await readTiles(tiles)
  return tiles.map((tile, at) => {
    const hashes = answers[at]
    if (hashes === undefined) throw tlogFaults['bad-tile']({ path: tilePath(tile), why: 'it is missing' })
    if (hashes.length < tile.width * HASH_BYTES) {
      throw tlogFaults['bad-tile']({ path: tilePath(tile), why: `it has ${hashes.length} bytes` })
    }
    return hashes.subarray(0, tile.width * HASH_BYTES)
  })
}

/** The roots of these subtrees in a log of `size` entries. Reads each tile once, whatever the ranges. */
export async function rangeRoots(readTiles: ReadTiles, size: number, ranges: readonly Range[]): Promise<Buffer[]> {
  const wanted = ranges.map((range) => fullSubtrees(range).map((subtree) => placeOf(subtree, size)))
  const tiles = new Map(wanted.flat().map(({ tile }) => [tilePath(tile), tile]))
  const hashes = await readAll(readTiles, [...tiles.values()])
  const byPath = new Map([...tiles.keys()].map((path, at) => [path, hashes[at] as Uint8Array]))
  return wanted.map((places) =>
    places
      .map(({ tile, start, count }) =>
        rowRoot((byPath.get(tilePath(tile)) as Uint8Array).subarray(start * HASH_BYTES, (start + count) * HASH_BYTES)),
      )
      .reduceRight((right, left) => nodeHash(left, right)),
  )
}

/** A subtree of 2^height entries, the `index`-th of its height. */
interface FullSubtree {
  readonly height: number
  readonly index: number
}

/** Splits a range into full subtrees, from the left, each smaller than the one before. */
function fullSubtrees({ from, to }: Range): FullSubtree[] {
  const subtrees: FullSubtree[] = []
  for (let at = from; at < to; ) {
    // Counted, because Math.log2 rounds 2^48 - 1 up.
    let height = 0
    while (2 ** (height + 1) <= to - at) height++
    subtrees.push({ height, index: at / 2 ** height })
    at += 2 ** height
  }
  return subtrees
}

/** Where the hashes under a full subtree stand: within one tile, because a tile is eight levels of the tree. */
function placeOf({ height, index }: FullSubtree, size: number): { tile: Tile; start: number; count: number } {
  const level = Math.floor(height / 8)
  const count = 2 ** (height % 8)
  const first = index * count
  const tile = Math.floor(first / TILE_WIDTH)
  const width = Math.min(TILE_WIDTH, hashesAt(level, size) - tile * TILE_WIDTH)
  return { tile: { level, index: tile, width }, start: first % TILE_WIDTH, count }
}
