import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { append, EMPTY_EDGE, leafHashes, parseBundle, TILE_WIDTH, tilePath, writeBundle } from '#tlog'
import { entries, SIZE } from './ask-verifier.ts'
import { writeUnder } from './log-in-folder.ts'

/** Changes the entries of one bundle of a log of SIZE entries. */
export function rewrite(folder: string, index: number, change: (entries: Uint8Array[]) => Uint8Array[]): void {
  const path = join(folder, `tile/entries/00${index}${index === 2 ? '.p/188' : ''}`)
  const before = parseBundle(readFileSync(path)).map((each) => Buffer.from(each))
  // By hand, because writeBundle refuses a bundle of more than 256.
  writeFileSync(path, Buffer.concat(change(before).map((each) => writeBundle([each]))))
}

/** Changes an entry and makes the tiles above it anew, up to a level: what a careful forger does. */
export function forge(folder: string, index: number, level: number): void {
  const all = entries(SIZE).with(index, Buffer.from('forged'))
  rewrite(folder, Math.floor(index / TILE_WIDTH), (bundle) => bundle.with(index % TILE_WIDTH, Buffer.from('forged')))
  for (const { hashes, ...tile } of append(EMPTY_EDGE, leafHashes(all)).tiles) {
    if (tile.level <= level) writeUnder(folder, tilePath(tile), hashes)
  }
}

export function flip(file: string, byte: number): void {
  const bytes = readFileSync(file)
  bytes.writeUInt8(bytes.readUInt8(byte) ^ 1, byte)
  writeFileSync(file, bytes)
}

export const cut = (file: string, bytes: number): void => writeFileSync(file, readFileSync(file).subarray(0, bytes))

export function swap(folder: string, one: string, other: string): void {
  const bytes = readFileSync(join(folder, one))
  writeFileSync(join(folder, one), readFileSync(join(folder, other)))
  writeFileSync(join(folder, other), bytes)
}
