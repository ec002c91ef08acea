/** The tiles above those of entries: each is the roots of 256 below. */

import { fromBytea } from '#foundation/bytea.ts'
import type { Database } from '#foundation/database.ts'
import { HASH_BYTES, hashesAt, rowRoot, TILE_WIDTH } from '#tlog'
import { fullTiles } from '../statements/ledger.ts'
import { streamTiles, tileCounts } from '../statements/verify.ts'
import type { Findings } from './findings.ts'

export interface Upper {
  /** Takes the root of the next tile of entries. */
  add(root: Buffer): Promise<void>
  /** Says which tiles there are that should not be. */
  end(): Promise<void>
}

export function openUpper(control: Database, findings: Findings): Upper {
  const rows: Buffer[][] = []
  const counts: number[] = []

  const addTo = async (level: number, root: Buffer): Promise<void> => {
    const row = rows[level] ?? []
    rows[level] = row
    row.push(root)
    if (row.length < TILE_WIDTH) return
    const index = counts[level] ?? 0
    counts[level] = index + 1
    rows[level] = []
    const hashes = Buffer.concat(row)
    const above = rowRoot(hashes)
    const stored = (await storedTiles(control, level, index, index + 1)).get(index)
    if (stored === undefined) findings.add(`tile ${level}/${index} is missing`)
    else if (!stored.hashes.equals(hashes) || !stored.root.equals(above))
      findings.add(`tile ${level}/${index} has been altered`)
    await addTo(level + 1, above)
  }

  return {
    add: (root) => addTo(1, root),
    async end() {
      for (const { level, count, last, size } of await control.rows(tileCounts())) {
        const most = hashesAt(level + 1, Number(size))
        if (Number(count) > most || Number(last) >= most)
          findings.add(`tile ${level}/${last} was inserted: the ledger has ${most} tiles of level ${level}`)
      }
    },
  }
}

export interface StoredTile {
  readonly hashes: Buffer
  readonly root: Buffer
}

/** Full tiles of a level, from <= index < upto, by their index. */
export async function storedTiles(
  control: Database,
  level: number,
  from: number,
  upto: number,
): Promise<Map<number, StoredTile>> {
  const tiles = new Map<number, StoredTile>()
  await control.stream(streamTiles(level, from, upto), ([index, hashes, root]) => {
    // Copies: what the stream gives is gone afterwards.
    const tile = { hashes: Buffer.from(hashes as Buffer), root: Buffer.from(root as Buffer) }
    tiles.set(Number((index as Buffer).readBigInt64BE()), tile)
  })
  return tiles
}

/** The tile of level 1 over the tile of entries with this index, if it is there and whole. */
export async function tileAbove(control: Database, index: number): Promise<Buffer | undefined> {
  const [above] = await control.rows(fullTiles([1], [Math.floor(index / TILE_WIDTH)]))
  const hashes = above === undefined ? undefined : fromBytea(above.hashes)
  return hashes?.length === TILE_WIDTH * HASH_BYTES ? hashes : undefined
}
