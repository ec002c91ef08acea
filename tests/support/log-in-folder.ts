import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import {
  append,
  bundlePath,
  EMPTY_EDGE,
  leafHashes,
  type Signer,
  signCheckpoint,
  TILE_WIDTH,
  tilePath,
  writeBundle,
} from '#tlog'

/** Writes a whole log as static files, as c2sp.org/tlog-tiles serves it, with its signed checkpoint. Gives the root. */
export function writeLog(folder: string, entries: readonly Uint8Array[], signer: Signer): Buffer {
  const { root, tiles } = append(EMPTY_EDGE, leafHashes(entries))
  for (const tile of tiles) writeUnder(folder, tilePath(tile), tile.hashes)
  for (let index = 0; index * TILE_WIDTH < entries.length; index++) {
    const bundle = entries.slice(index * TILE_WIDTH, (index + 1) * TILE_WIDTH)
    writeUnder(folder, bundlePath({ index, width: bundle.length }), writeBundle(bundle))
  }
  const checkpoint = { origin: signer.verifier.name, size: entries.length, root }
  writeUnder(folder, 'checkpoint', Buffer.from(signCheckpoint(checkpoint, [signer])))
  return root
}

export function writeUnder(folder: string, path: string, bytes: Uint8Array): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), bytes)
}
