/**
 * Which tiles a log has, and their addresses.
 *
 * A tile is up to 256 consecutive hashes of one level. Level 0 holds the hashes of entries; each hash of a higher
 * level is the root of one full tile below. Only the last tile of a level is ever narrower than 256.
 * https://c2sp.org/tlog-tiles
 */
export const TILE_WIDTH = 256

/** One tile of hashes. */
export interface Tile {
  /** 0 for the hashes of entries, at most 63. */
  readonly level: number
  /** Place among the tiles of its level, from 0. */
  readonly index: number
  /** How many hashes, 1 to 256. */
  readonly width: number
}

/** One bundle of entries: the entries whose hashes are the tile of level 0 with this index and width. */
export type Bundle = Omit<Tile, 'level'>

/** `tile/<L>/<N>` with `.p/<W>` when it isn't full, as in `tile/0/x001/x234/067.p/8`. */
export const tilePath = ({ level, index, width }: Tile): string => `tile/${level}/${numbered(index, width)}`

/** `tile/entries/<N>` with `.p/<W>` when it isn't full. */
export const bundlePath = ({ index, width }: Bundle): string => `tile/entries/${numbered(index, width)}`

function numbered(index: number, width: number): string {
  const digits = String(index)
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/.{3}/g) ?? []
  const path = groups.map((group, at) => (at < groups.length - 1 ? `x${group}` : group)).join('/')
  return width === TILE_WIDTH ? path : `${path}.p/${width}`
}

/** Reads an address that `tilePath` or `bundlePath` writes. Nothing when it isn't one, exactly. */
export function parseTilePath(path: string): Tile | ({ readonly level: 'entries' } & Bundle) | undefined {
  const match = /^tile\/(entries|\d{1,2})\/((?:x\d{3}\/)*\d{3})(?:\.p\/([1-9]\d{0,2}))?$/.exec(path)
  if (match?.[1] === undefined || match[2] === undefined) return undefined
  const index = Number(match[2].replace(/[x/]/g, ''))
  const width = match[3] === undefined ? TILE_WIDTH : Number(match[3])
  const tile = { level: match[1] === 'entries' ? ('entries' as const) : Number(match[1]), index, width }
  if (!Number.isSafeInteger(index) || width > TILE_WIDTH || (tile.level !== 'entries' && tile.level > 63))
    return undefined
  // One tile has one address: '00', 'x000/000' and '.p/256' name nothing.
  const only = tile.level === 'entries' ? bundlePath(tile) : tilePath({ ...tile, level: tile.level })
  return only === path ? tile : undefined
}

/** How many hashes a level has in a log of this size. */
export const hashesAt = (level: number, size: number): number => Math.floor(size / TILE_WIDTH ** level)

/**
 * The tiles that a log of `size` entries has and one of `from` entries had not, or had narrower: what to store after
 * the log has grown. Level by level, from the left. With `from` absent, all of them.
 */
export function tilesOf(size: number, from = 0): Tile[] {
  const tiles: Tile[] = []
  for (let level = 0; hashesAt(level, size) > 0; level++) {
    const hashes = hashesAt(level, size)
    const had = hashesAt(level, from)
    if (hashes === had) continue
    for (let index = Math.floor(had / TILE_WIDTH); index * TILE_WIDTH < hashes; index++) {
      tiles.push({ level, index, width: Math.min(TILE_WIDTH, hashes - index * TILE_WIDTH) })
    }
  }
  return tiles
}
