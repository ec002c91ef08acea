/** Which of two rows of leaves is the tree's, where they differ, and who is accused. Pure. */
import { HASH_BYTES, rowRoot, TILE_WIDTH } from '#tlog'
import { hashIn } from '../tree.ts'
import type { Findings } from './findings.ts'

/** What speaks for the leaves of one full tile. */
export interface Evidence {
  /** Place of the tile among those of entries. */
  readonly tile: number
  /** The tile as stored, and the root that is stored with it. */
  readonly stored: { readonly hashes: Buffer; readonly root: Buffer } | undefined
  /** The tile's root as the tile above it has it, if that is finished. */
  readonly above: Buffer | undefined
  /** Computed from the entries; zeros where an entry is missing. Absent when they weren't read. */
  readonly computed: Buffer | undefined
  /** As the entries' rows have them. */
  readonly columns: Buffer | undefined
}

export interface Judged {
  readonly leaves: Buffer
  readonly root: Buffer
}

const NO_HASH = Buffer.alloc(HASH_BYTES)
const TILE_BYTES = TILE_WIDTH * HASH_BYTES

/** The leaves to build the tree of. Entries are accused only when what is above their tile vouches for the tile. */
export function judgeTile({ tile, stored, above, computed, columns }: Evidence, findings: Findings): Judged {
  if (stored === undefined || stored.hashes.length !== TILE_BYTES) {
    findings.add(`tile 0/${tile} is ${stored === undefined ? 'missing' : 'altered'}`)
    const leaves = computed ?? Buffer.alloc(TILE_BYTES)
    return { leaves, root: rowRoot(leaves) }
  }
  const asStored = { leaves: stored.hashes, root: rowRoot(stored.hashes) }
  const bad = () => findings.add(`tile 0/${tile} has been altered`)
  if (computed === undefined || computed.equals(stored.hashes)) {
    if (!asStored.root.equals(stored.root)) bad()
    if (computed !== undefined) judgeColumns(tile * TILE_WIDTH, computed, columns, findings)
    return asStored
  }
  const asComputed = { leaves: computed, root: rowRoot(computed) }
  const vouched = above?.equals(asComputed.root) || above?.equals(asStored.root) ? above : stored.root
  if (vouched?.equals(asComputed.root)) {
    bad()
    judgeColumns(tile * TILE_WIDTH, computed, columns, findings)
    return asComputed
  }
  if (!asStored.root.equals(stored.root)) bad()
  accuse(tile * TILE_WIDTH, computed, stored.hashes, findings)
  return asStored
}

/** The leaves after the last full tile, for which only the checkpoint vouches: `isSigned` tells whether a row is its. */
export function judgeRest(
  from: number,
  columns: Buffer,
  computed: Buffer | undefined,
  isSigned: (leaves: Buffer) => boolean,
  findings: Findings,
): Buffer {
  if (computed === undefined || computed.equals(columns)) return columns
  if (isSigned(computed)) {
    judgeColumns(from, computed, columns, findings)
    return computed
  }
  accuse(from, computed, columns, findings)
  return columns
}

/** Entries whose hash isn't the one that the tree has in their place. */
function accuse(from: number, computed: Buffer, believed: Buffer, findings: Findings): void {
  const at = (hashes: Buffer, place: number) => hashIn(hashes, place)
  for (let place = 0; place * HASH_BYTES < computed.length; place++) {
    const own = at(computed, place)
    if (own.equals(at(believed, place)) || own.equals(NO_HASH)) continue
    const index = from + place
    if (own.equals(at(believed, place + 1)))
      findings.add(`entry ${index} is missing: the next one stands in its place`, index)
    else if (place > 0 && own.equals(at(believed, place - 1)))
      findings.add(`entry ${index} was inserted: the one before it stands in its place`, index)
    else findings.add(`entry ${index} has been altered, or stands in another's place`, index)
  }
}

/** Hashes in the rows, which nothing is built on. */
function judgeColumns(from: number, computed: Buffer, columns: Buffer | undefined, findings: Findings): void {
  if (columns === undefined || computed.equals(columns)) return
  for (let place = 0; place * HASH_BYTES < computed.length; place++) {
    const own = hashIn(computed, place)
    if (!own.equals(NO_HASH) && !own.equals(hashIn(columns, place)))
      findings.add(`the stored hash of entry ${from + place} has been altered`, from + place)
  }
}
