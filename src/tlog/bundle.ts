/**
 * Entry bundles: up to 256 entries, each after its length in two bytes, high byte first.
 * https://c2sp.org/tlog-tiles#log-entries
 */
import { tlogFaults } from './faults.ts'
import { MOST_ENTRY_BYTES } from './hash.ts'
import { TILE_WIDTH } from './tile.ts'

/** Writes entries as one bundle. Throws `tlog/entry-too-long` above 65,535 bytes, `tlog/bad-bundle` above 256 entries. */
export function writeBundle(entries: readonly Uint8Array[]): Buffer {
  if (entries.length > TILE_WIDTH) throw tlogFaults['bad-bundle']({ why: `${entries.length} entries are too many` })
  const bundle = Buffer.allocUnsafe(entries.reduce((bytes, entry) => bytes + 2 + entry.length, 0))
  let at = 0
  for (const entry of entries) {
    if (entry.length > MOST_ENTRY_BYTES) {
      throw tlogFaults['entry-too-long']({ bytes: entry.length, most: MOST_ENTRY_BYTES })
    }
    at = bundle.writeUInt16BE(entry.length, at)
    bundle.set(entry, at)
    at += entry.length
  }
  return bundle
}

/**
 * The entries of a bundle, as views into it. Throws `tlog/bad-bundle` when it ends within an entry or doesn't hold
 * `width` entries; without `width`, any number up to 256.
 */
export function parseBundle(bundle: Uint8Array, width?: number): Uint8Array[] {
  const entries: Uint8Array[] = []
  let at = 0
  while (at < bundle.length) {
    const end = at + 2 + (((bundle[at] ?? 0) << 8) | (bundle[at + 1] ?? 0))
    if (at + 2 > bundle.length || end > bundle.length) {
      throw tlogFaults['bad-bundle']({ why: `it ends within entry ${entries.length}` })
    }
    entries.push(bundle.subarray(at + 2, end))
    at = end
  }
  if (entries.length > TILE_WIDTH || (width !== undefined && entries.length !== width)) {
    throw tlogFaults['bad-bundle']({ why: `it holds ${entries.length} entries, not ${width ?? 'at most 256'}` })
  }
  return entries
}
