/** Whether everything that was exported is still what it was: from the entries up to the root that is signed. */
import {
  append,
  bundlePath,
  type Checkpoint,
  EMPTY_EDGE,
  edgeRoot,
  HASH_BYTES,
  leafHashes,
  parseBundle,
  TILE_WIDTH,
  type Tile,
  tilePath,
} from '#tlog'
import { auditFaults } from '../../faults.ts'
import type { ExportPlace } from './place.ts'

/** Entries whose hashes are added to the tree at once. */
const TILES_AT_ONCE = 16

/**
 * Reads all that an exported checkpoint is about. Throws `audit/other-export`, naming the first file that isn't right.
 * Narrower tiles of earlier exports are left out: the full ones have all of them.
 */
export async function checkExported(place: ExportPlace, { size, root }: Checkpoint): Promise<void> {
  let edge = EMPTY_EDGE
  for (let first = 0; first * TILE_WIDTH < size; first += TILES_AT_ONCE) {
    const tiles: Tile[] = []
    for (let index = first; index < first + TILES_AT_ONCE && index * TILE_WIDTH < size; index++)
      tiles.push({ level: 0, index, width: Math.min(TILE_WIDTH, size - index * TILE_WIDTH) })
    const grown = append(edge, Buffer.concat(await Promise.all(tiles.map((tile) => leavesOf(place, tile)))))
    for (const tile of grown.tiles)
      if (tile.level > 0 && tile.width === TILE_WIDTH) await compare(place, tilePath(tile), tile.hashes)
    edge = grown.edge
  }
  for (const [level, hashes] of edge.levels.entries()) {
    const width = hashes.length / HASH_BYTES
    const index = Math.floor(size / TILE_WIDTH ** (level + 1))
    if (width > 0) await compare(place, tilePath({ level, index, width }), hashes)
  }
  if (!edgeRoot(edge).equals(root))
    throw auditFaults['other-export']({ why: 'its entries are not those of its checkpoint' })
}

async function leavesOf(place: ExportPlace, tile: Tile): Promise<Buffer> {
  const path = bundlePath(tile)
  const bundle = await place.read(path)
  if (bundle === undefined) throw gone(path)
  const leaves = leafHashes(entriesOf(bundle, tile.width, path))
  await compare(place, tilePath(tile), leaves)
  return leaves
}

function entriesOf(bundle: Buffer, width: number, path: string): Uint8Array[] {
  try {
    return parseBundle(bundle, width)
  } catch {
    throw changed(path)
  }
}

/** Of a tile and what it is made of, either may have been changed: the path says where to look. */
async function compare(place: ExportPlace, path: string, hashes: Uint8Array): Promise<void> {
  const there = await place.read(path)
  if (there === undefined) throw gone(path)
  if (!there.equals(hashes)) throw changed(path)
}

const gone = (path: string) => auditFaults['other-export']({ why: `${path} is gone` })
const changed = (path: string) =>
  auditFaults['other-export']({ why: `${path}, or what is below it, is not what was exported` })
