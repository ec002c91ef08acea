import { append, type Edge, EMPTY_EDGE, HASH_BYTES, leafHashes, type ReadTiles, type Tile } from '#tlog'

/** A log whose tiles are in a map: what a ledger keeps in a table. A full tile takes the place of its narrower ones. */
export interface LogInMemory {
  readonly edge: Edge
  readonly root: Buffer
  readonly readTiles: ReadTiles
  /** Addresses asked for, oldest first. */
  readonly asked: Tile[]
  grow(entries: readonly Uint8Array[]): void
}

export function logInMemory(): LogInMemory {
  const tiles = new Map<string, Uint8Array>()
  const asked: Tile[] = []
  let grown = append(EMPTY_EDGE, new Uint8Array(0))
  return {
    get edge() {
      return grown.edge
    },
    get root() {
      return grown.root
    },
    asked,
    readTiles: (wanted) => {
      asked.push(...wanted)
      return wanted.map(({ level, index, width }) => {
        const hashes = tiles.get(`${level}/${index}`)
        if (hashes === undefined || hashes.length < width * HASH_BYTES) throw new Error(`no tile ${level}/${index}`)
        return hashes
      })
    },
    grow(entries) {
      grown = append(grown.edge, leafHashes(entries))
      for (const { level, index, hashes } of grown.tiles) tiles.set(`${level}/${index}`, hashes)
    },
  }
}
