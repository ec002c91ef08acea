/**
 * Proofs about a log: that an entry is in it, and that it has only grown.
 * https://www.rfc-editor.org/rfc/rfc9162.html#section-2.1.3 and 2.1.4 (the same proofs as RFC 6962)
 */
import { tlogFaults } from './faults.ts'
import { EMPTY_ROOT, HASH_BYTES, nodeHash } from './hash.ts'
import { type Range, type ReadTiles, rangeRoots } from './read.ts'

/** The root of a log at any size that its tiles reach. Throws `tlog/no-such-tree`, `tlog/bad-tile`. */
export async function rootAt(readTiles: ReadTiles, size: number): Promise<Buffer> {
  if (!isCount(size)) throw tlogFaults['no-such-tree']({ asked: 'such a size', size })
  if (size === 0) return Buffer.from(EMPTY_ROOT)
  const [root] = await rangeRoots(readTiles, size, [{ from: 0, to: size }])
  return root as Buffer
}

/**
 * Proves that the entry with this index is in the log of `size` entries: at most 63 hashes, from the leaf's sibling
 * up. Throws `tlog/no-such-tree` when the index isn't below the size, `tlog/bad-tile`.
 */
export async function proveInclusion(readTiles: ReadTiles, index: number, size: number): Promise<Buffer[]> {
  if (!isCount(index) || !isCount(size) || index >= size) {
    throw tlogFaults['no-such-tree']({ asked: `entry ${index}`, size })
  }
  const path: Range[] = []
  for (let from = 0, to = size; to - from > 1; ) {
    const middle = from + largestPowerBelow(to - from)
    if (index < middle) {
      path.unshift({ from: middle, to })
      to = middle
    } else {
      path.unshift({ from, to: middle })
      from = middle
    }
  }
  return rangeRoots(readTiles, size, path)
}

/**
 * Proves that the log of `size` entries begins with all the entries of the log of `oldSize`, in the same order.
 * Empty when the old log was empty or the size is the same. Throws `tlog/no-such-tree`, `tlog/bad-tile`.
 */
export async function proveConsistency(readTiles: ReadTiles, oldSize: number, size: number): Promise<Buffer[]> {
  if (!isCount(oldSize) || !isCount(size) || oldSize > size) {
    throw tlogFaults['no-such-tree']({ asked: `a log of ${oldSize}`, size })
  }
  if (oldSize === 0 || oldSize === size) return []
  const path: Range[] = []
  let from = 0
  let to = size
  while (to !== oldSize) {
    const middle = from + largestPowerBelow(to - from)
    if (oldSize <= middle) {
      path.unshift({ from: middle, to })
      to = middle
    } else {
      path.unshift({ from, to: middle })
      from = middle
    }
  }
  // When the old log is a full subtree of the new one, the verifier has its root already.
  if (from > 0) path.unshift({ from, to })
  return rangeRoots(readTiles, size, path)
}

export interface InclusionClaim {
  readonly index: number
  readonly size: number
  readonly root: Uint8Array
  readonly leaf: Uint8Array
  readonly proof: readonly Uint8Array[]
}

/** Whether the entry with this leaf hash is proven to be the `index`-th of the log with this size and root. */
export function isIncluded({ index, size, root, leaf, proof }: InclusionClaim): boolean {
  if (!isCount(index) || !isCount(size) || index >= size) return false
  if (![root, leaf, ...proof].every(isHash)) return false
  const place = { first: index, last: size - 1 }
  let hash = leaf
  for (const sibling of proof) {
    if (place.last === 0) return false
    hash = isRight(place) ? nodeHash(sibling, hash) : nodeHash(hash, sibling)
    climb(place)
  }
  return place.last === 0 && same(hash, root)
}

export interface ConsistencyClaim {
  readonly oldSize: number
  readonly oldRoot: Uint8Array
  readonly size: number
  readonly root: Uint8Array
  readonly proof: readonly Uint8Array[]
}

/** Whether the log with this size and root is proven to be the old one with nothing but entries appended. */
export function isConsistent({ oldSize, oldRoot, size, root, proof }: ConsistencyClaim): boolean {
  if (!isCount(oldSize) || !isCount(size) || oldSize > size) return false
  if (![oldRoot, root, ...proof].every(isHash)) return false
  if (oldSize === size) return proof.length === 0 && same(oldRoot, root)
  if (oldSize === 0) return proof.length === 0 && same(oldRoot, EMPTY_ROOT)
  const [start, ...rest] = isPowerOfTwo(oldSize) ? [oldRoot, ...proof] : proof
  if (start === undefined) return false
  const place = { first: oldSize - 1, last: size - 1 }
  while (place.first % 2 === 1) halve(place)
  let oldHash = start
  let hash = start
  for (const sibling of rest) {
    if (place.last === 0) return false
    if (isRight(place)) {
      oldHash = nodeHash(sibling, oldHash)
      hash = nodeHash(sibling, hash)
    } else {
      hash = nodeHash(hash, sibling)
    }
    climb(place)
  }
  return place.last === 0 && same(oldHash, oldRoot) && same(hash, root)
}

/** Where the climb from leaf to root is: the node's index in its row, and the last index of that row. */
interface Place {
  first: number
  last: number
}

/** Whether the node has its sibling on the left: it is a right child, or the last of its row and moves up alone. */
const isRight = ({ first, last }: Place): boolean => first % 2 === 1 || first === last

/** To the row of the parent; a last node without a partner passes the rows in which it stands alone. */
function climb(place: Place): void {
  if (isRight(place)) while (place.first % 2 === 0 && place.first !== 0) halve(place)
  halve(place)
}

// Not with >>, which would cut sizes above 2^31.
function halve(place: Place): void {
  place.first = Math.floor(place.first / 2)
  place.last = Math.floor(place.last / 2)
}

const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0
const isHash = (bytes: Uint8Array): boolean => bytes.length === HASH_BYTES
const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0

/** The largest power of two smaller than a count of at least 2. */
function largestPowerBelow(count: number): number {
  let power = 1
  while (power * 2 < count) power *= 2
  return power
}

const isPowerOfTwo = (count: number): boolean => largestPowerBelow(count + 1) === count
