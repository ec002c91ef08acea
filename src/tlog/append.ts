/**
 * A log that grows: from its right edge and the hashes of new entries to the new tiles and the new root.
 * https://c2sp.org/tlog-tiles
 */
import { tlogFaults } from './faults.ts'
import { EMPTY_ROOT, HASH_BYTES, rowRoot } from './hash.ts'
import { type ReadTiles, readAll } from './read.ts'
import { hashesAt, TILE_WIDTH, type Tile } from './tile.ts'

/** All that is needed to append: the last, unfinished tile of every level. At most 8 kB a level. */
export interface Edge {
  /** Entries in the log. */
  readonly size: number
  /** By level: the hashes of the unfinished tile, 32 bytes each; empty where the last tile is full. */
  readonly levels: readonly Uint8Array[]
}

export interface TileHashes extends Tile {
  /** 32 bytes for each of `width` hashes. */
  readonly hashes: Uint8Array
}

export interface Grown {
  readonly edge: Edge
  readonly root: Buffer
  /** Tiles that are new or wider than before, level by level, from the left; a full one replaces its narrower ones. */
  readonly tiles: readonly TileHashes[]
}

/** The edge of a log without entries. */
export const EMPTY_EDGE: Edge = { size: 0, levels: [] }

/**
 * The edge of a log of this size, from its stored tiles. It is believed as stored: compare `edgeRoot` with the root of
 * the last checkpoint before appending to it. Fails as `readTiles` does, or with `tlog/bad-tile`.
 */
export async function readEdge(readTiles: ReadTiles, size: number): Promise<Edge> {
  const tiles: Tile[] = []
  for (let level = 0; hashesAt(level, size) > 0; level++) {
    const hashes = hashesAt(level, size)
    tiles.push({ level, index: Math.floor(hashes / TILE_WIDTH), width: hashes % TILE_WIDTH })
  }
  const unfinished = tiles.filter(({ width }) => width > 0)
  const hashes = await readAll(readTiles, unfinished)
  return { size, levels: tiles.map((tile) => hashes[unfinished.indexOf(tile)] ?? new Uint8Array(0)) }
}

/**
 * Appends entries, by their hashes in a row (`leafHashes`), to the log with this edge. The edge itself isn't changed:
 * keep the new one only when the new tiles are stored. Fast with many entries at once: each call hashes the right edge,
 * up to 256 nodes a level. Throws `tlog/bad-leaves` when the row isn't whole.
 */
export function append(edge: Edge, leaves: Uint8Array): Grown {
  if (leaves.length % HASH_BYTES !== 0) throw tlogFaults['bad-leaves']({ bytes: leaves.length })
  const levels: Uint8Array[] = [...edge.levels]
  const tiles: TileHashes[] = []
  let arriving = leaves
  for (let level = 0; arriving.length > 0; level++) {
    const hashes = Buffer.concat([edge.levels[level] ?? new Uint8Array(0), arriving])
    const first = Math.floor(hashesAt(level, edge.size) / TILE_WIDTH)
    const full = Math.floor(hashes.length / TILE_BYTES)
    arriving = Buffer.allocUnsafe(full * HASH_BYTES)
    for (let at = 0; at < full; at++) {
      const tile = hashes.subarray(at * TILE_BYTES, (at + 1) * TILE_BYTES)
      tiles.push({ level, index: first + at, width: TILE_WIDTH, hashes: tile })
      arriving.set(rowRoot(tile), at * HASH_BYTES)
    }
    // A copy: a view would keep the whole row in memory for as long as the edge lives.
    const rest = Buffer.from(hashes.subarray(full * TILE_BYTES))
    if (rest.length > 0) tiles.push({ level, index: first + full, width: rest.length / HASH_BYTES, hashes: rest })
    levels[level] = rest
  }
  const grown = { size: edge.size + leaves.length / HASH_BYTES, levels }
  return { edge: grown, root: edgeRoot(grown), tiles }
}

const TILE_BYTES = TILE_WIDTH * HASH_BYTES

/** The root of the log with this edge. */
export function edgeRoot({ levels }: Edge): Buffer {
  let below: Uint8Array = new Uint8Array(0)
  for (const hashes of levels) {
    const row = Buffer.concat([hashes, below])
    if (row.length > 0) below = rowRoot(row)
  }
  return Buffer.from(below.length > 0 ? below : EMPTY_ROOT)
}
