import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, test } from 'node:test'
import {
  append,
  EMPTY_EDGE,
  EMPTY_ROOT,
  edgeRoot,
  isConsistent,
  isIncluded,
  leafHash,
  leafHashes,
  nodeHash,
  proveConsistency,
  proveInclusion,
  readEdge,
  rootAt,
  tilesOf,
} from '#tlog'
import { type LogInMemory, logInMemory } from '../../tests/support/log-in-memory.ts'
import { ARGON_2020 } from '../../tests/support/published-argon.ts'
import {
  PUBLISHED_CONSISTENCY,
  PUBLISHED_ENTRIES,
  PUBLISHED_INCLUSION,
  PUBLISHED_ROOTS,
} from '../../tests/support/published-tree.ts'

/** RFC 6962, section 2.1, word for word: slow, and written apart from what it tests. */
const sha256 = (...parts: Uint8Array[]): Buffer => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}
const split = (count: number): number => 2 ** (Math.ceil(Math.log2(count)) - 1)
function mth(leaves: readonly Buffer[]): Buffer {
  if (leaves.length === 0) return sha256()
  if (leaves.length === 1) return leaves[0] as Buffer
  const k = split(leaves.length)
  return sha256(Buffer.of(1), mth(leaves.slice(0, k)), mth(leaves.slice(k)))
}
function path(m: number, leaves: readonly Buffer[]): Buffer[] {
  if (leaves.length <= 1) return []
  const k = split(leaves.length)
  return m < k
    ? [...path(m, leaves.slice(0, k)), mth(leaves.slice(k))]
    : [...path(m - k, leaves.slice(k)), mth(leaves.slice(0, k))]
}
function subproof(m: number, leaves: readonly Buffer[], whole: boolean): Buffer[] {
  if (m === leaves.length) return whole ? [] : [mth(leaves)]
  const k = split(leaves.length)
  return m <= k
    ? [...subproof(m, leaves.slice(0, k), whole), mth(leaves.slice(k))]
    : [...subproof(m - k, leaves.slice(k), false), mth(leaves.slice(0, k))]
}

const entry = (index: number): Buffer => Buffer.from(`entry ${index}`)
const entries = (count: number): Buffer[] => Array.from({ length: count }, (_, index) => entry(index))
const naiveLeaves = (count: number): Buffer[] => entries(count).map((each) => sha256(Buffer.of(0), each))
const logOf = (count: number): LogInMemory => {
  const log = logInMemory()
  log.grow(entries(count))
  return log
}
const flipped = (bytes: Uint8Array, bit: number): Buffer => {
  const copy = Buffer.from(bytes)
  copy.writeUInt8(copy.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
  return copy
}
/** The proof with one bit changed, for each bit of each hash; then with a hash too few, too many, or out of place. */
function* forged(proof: readonly Buffer[], every: number): Generator<Buffer[]> {
  for (const [at, hash] of proof.entries()) {
    for (let bit = at % every; bit < 256; bit += every) yield proof.with(at, flipped(hash, bit))
    yield proof.toSpliced(at, 1)
    yield proof.toSpliced(at, 0, hash)
  }
  yield [...proof, Buffer.alloc(32)]
  yield [Buffer.alloc(32), ...proof]
  if (proof.length > 0) yield proof.with(0, Buffer.from(proof[0] as Buffer).subarray(0, 31))
}
/** Numbers that repeat from run to run. */
const draws = (seed: number) => (below: number) => {
  seed = (seed * 1103515245 + 12345) % 2 ** 31
  return Math.floor((seed / 2 ** 31) * below)
}

describe('the tree that Certificate Transparency publishes', () => {
  const log = logInMemory()
  log.grow(PUBLISHED_ENTRIES)

  test('has the published root at every size', async () => {
    for (const [size, root] of PUBLISHED_ROOTS.entries()) {
      assert.deepEqual(append(EMPTY_EDGE, leafHashes(PUBLISHED_ENTRIES.slice(0, size))).root, root)
      assert.deepEqual(await rootAt(log.readTiles, size), root)
    }
    assert.deepEqual(Buffer.from(EMPTY_ROOT), PUBLISHED_ROOTS[0])
  })

  test('gives the published proofs of inclusion, which verify', async () => {
    for (const { index, size, proof } of PUBLISHED_INCLUSION) {
      assert.deepEqual(await proveInclusion(log.readTiles, index, size), proof)
      const leaf = leafHash(PUBLISHED_ENTRIES[index] as Buffer)
      assert.ok(isIncluded({ index, size, leaf, proof, root: PUBLISHED_ROOTS[size] as Buffer }))
    }
  })

  test('gives the published proofs of consistency, which verify', async () => {
    for (const { oldSize, size, proof } of PUBLISHED_CONSISTENCY) {
      assert.deepEqual(await proveConsistency(log.readTiles, oldSize, size), proof)
      const [oldRoot, root] = [PUBLISHED_ROOTS[oldSize] as Buffer, PUBLISHED_ROOTS[size] as Buffer]
      assert.ok(isConsistent({ oldSize, oldRoot, size, root, proof }))
    }
  })
})

describe('the log of a billion entries that Google publishes', () => {
  test('is seen to have grown from its older size, and no bit of the proof can differ', () => {
    assert.ok(isConsistent(ARGON_2020))
    for (const proof of forged(ARGON_2020.proof, 1)) assert.ok(!isConsistent({ ...ARGON_2020, proof }))
    assert.ok(!isConsistent({ ...ARGON_2020, oldSize: ARGON_2020.oldSize - 1 }))
  })
})

describe('a log of any size up to 300', () => {
  const MOST = 300
  const leaves = naiveLeaves(MOST)
  const log = logOf(MOST)
  const roots = Array.from({ length: MOST + 1 }, (_, size) => mth(leaves.slice(0, size)))

  test('has the root that the RFC defines, whether it grew by one entry at a time or at once', async () => {
    const byOne = logInMemory()
    for (let size = 0; size <= MOST; size++) {
      assert.deepEqual(byOne.root, roots[size])
      assert.deepEqual(await rootAt(log.readTiles, size), roots[size])
      byOne.grow([entry(size)])
    }
  })

  test('proves each entry with the hashes that the RFC defines', async () => {
    for (let size = 1; size <= MOST; size++) {
      const root = roots[size] as Buffer
      // All entries of the smaller sizes; of the larger ones the edges and every seventh.
      for (let index = 0; index < size; index += size < 70 || index < 3 || index > size - 4 ? 1 : 7) {
        const proof = await proveInclusion(log.readTiles, index, size)
        if (size < 70) assert.deepEqual(proof, path(index, leaves.slice(0, size)))
        assert.ok(isIncluded({ index, size, root, leaf: leaves[index] as Buffer, proof }), `${index} of ${size}`)
      }
    }
  })

  test('proves that it has grown from each smaller size with the hashes that the RFC defines', async () => {
    for (let size = 0; size <= MOST; size++) {
      for (let oldSize = 0; oldSize <= size; oldSize++) {
        const proof = await proveConsistency(log.readTiles, oldSize, size)
        if (size < 70 && oldSize > 0) assert.deepEqual(proof, subproof(oldSize, leaves.slice(0, size), true))
        const [oldRoot, root] = [roots[oldSize] as Buffer, roots[size] as Buffer]
        assert.ok(isConsistent({ oldSize, oldRoot, size, root, proof }), `${oldSize} of ${size}`)
      }
    }
  })
})

describe('a false claim', () => {
  const SIZES = [1, 2, 3, 5, 8, 13, 64, 100, 255, 256, 257, 300]

  test('that an entry is in the log is refused when any bit of leaf, proof, root or index differs, or the size in its shape', async () => {
    const log = logOf(300)
    for (const size of SIZES) {
      const root = await rootAt(log.readTiles, size)
      for (const index of new Set([0, 1, size >> 1, size - 2, size - 1].filter((each) => each >= 0 && each < size))) {
        const proof = await proveInclusion(log.readTiles, index, size)
        const claim = { index, size, root, leaf: leafHash(entry(index)), proof }
        assert.ok(isIncluded(claim))
        for (let bit = 0; bit < 256; bit++) {
          assert.ok(!isIncluded({ ...claim, leaf: flipped(claim.leaf, bit) }))
          assert.ok(!isIncluded({ ...claim, root: flipped(root, bit) }))
        }
        for (const other of forged(proof, 1)) assert.ok(!isIncluded({ ...claim, proof: other }))
        for (let bit = 0; bit < 53; bit++) {
          const flip = (count: number): number => Number(BigInt(count) ^ (1n << BigInt(bit)))
          assert.ok(!isIncluded({ ...claim, index: flip(index) }))
          const wrongSize = isIncluded({ ...claim, size: flip(size) })
          // A root doesn't name its size, the signed checkpoint does: sizes with the same turns share a proof.
          if (wrongSize) assert.ok(sameTurns(index, size, flip(size)), `${index} of ${size} as of ${flip(size)}`)
        }
      }
    }
  })

  test('that the log has only grown is refused when any bit of proof or roots differs, or a size in its shape', async () => {
    const log = logOf(300)
    for (const size of SIZES) {
      const root = await rootAt(log.readTiles, size)
      for (const oldSize of new Set([1, 2, 3, size >> 1, size - 1].filter((each) => each > 0 && each < size))) {
        const oldRoot = await rootAt(log.readTiles, oldSize)
        const claim = { oldSize, oldRoot, size, root, proof: await proveConsistency(log.readTiles, oldSize, size) }
        assert.ok(isConsistent(claim))
        for (let bit = 0; bit < 256; bit++) {
          assert.ok(!isConsistent({ ...claim, oldRoot: flipped(oldRoot, bit) }))
          assert.ok(!isConsistent({ ...claim, root: flipped(root, bit) }))
        }
        for (const other of forged(claim.proof, 1)) assert.ok(!isConsistent({ ...claim, proof: other }))
        for (let bit = 0; bit < 53; bit++) {
          const other = Number(BigInt(oldSize) ^ (1n << BigInt(bit)))
          assert.ok(!isConsistent({ ...claim, oldSize: other }), `${oldSize} of ${size} as ${other}`)
          const wrongSize = Number(BigInt(size) ^ (1n << BigInt(bit)))
          if (isConsistent({ ...claim, size: wrongSize })) assert.ok(sameTurns(oldSize - 1, size, wrongSize))
        }
      }
    }
  })

  test('with a size that is not a whole number, or beyond what can be counted, is refused', () => {
    const hash = Buffer.alloc(32)
    for (const size of [-1, 0.5, Number.NaN, 2 ** 53, Number.POSITIVE_INFINITY]) {
      assert.ok(!isIncluded({ index: 0, size, root: hash, leaf: hash, proof: [] }))
      assert.ok(!isIncluded({ index: size, size: 1, root: hash, leaf: hash, proof: [] }))
      assert.ok(!isConsistent({ oldSize: size, size, oldRoot: hash, root: hash, proof: [] }))
    }
    assert.ok(!isIncluded({ index: 0, size: 0, root: EMPTY_ROOT, leaf: hash, proof: [] }))
    assert.ok(!isConsistent({ oldSize: 0, size: 0, oldRoot: hash, root: EMPTY_ROOT, proof: [] }))
    assert.ok(!isConsistent({ oldSize: 0, size: 1, oldRoot: hash, root: hash, proof: [] }))
    assert.ok(!isConsistent({ oldSize: 2, size: 1, oldRoot: hash, root: hash, proof: [] }))
  })
})

describe('a log of many entries', () => {
  const SIZE = 200_001

  test('has the root of the RFC after growing by uneven steps, and from an edge read back from its tiles', async () => {
    const draw = draws(7)
    const log = logInMemory()
    const leaves = naiveLeaves(SIZE)
    while (log.edge.size < SIZE) {
      const from = log.edge.size
      const count = Math.min(1 + draw(draw(5) === 0 ? 70_000 : 700), SIZE - from)
      log.grow(Array.from({ length: count }, (_, at) => entry(from + at)))
      const again = await readEdge(log.readTiles, log.edge.size)
      assert.deepEqual(again.levels.map(Buffer.from), log.edge.levels.map(Buffer.from))
      assert.deepEqual(edgeRoot(again), log.root)
    }
    assert.deepEqual(log.root, mth(leaves))

    for (let round = 0; round < 200; round++) {
      const size = 1 + draw(SIZE)
      const index = draw(size)
      const root = await rootAt(log.readTiles, size)
      log.asked.length = 0
      const proof = await proveInclusion(log.readTiles, index, size)
      assert.ok(isIncluded({ index, size, root, leaf: leaves[index] as Buffer, proof }))
      assert.ok(log.asked.length <= 6, `${log.asked.length} tiles were read`)
      for (const other of forged(proof, 97)) {
        assert.ok(!isIncluded({ index, size, root, leaf: leaves[index] as Buffer, proof: other }))
      }

      const oldSize = draw(size + 1)
      const oldRoot = await rootAt(log.readTiles, oldSize)
      const grown = { oldSize, oldRoot, size, root, proof: await proveConsistency(log.readTiles, oldSize, size) }
      assert.ok(isConsistent(grown))
      for (const other of forged(grown.proof, 97)) assert.ok(!isConsistent({ ...grown, proof: other }))
    }
  })

  test('stores after each growth exactly the tiles that are new or wider', () => {
    const draw = draws(11)
    let edge = EMPTY_EDGE
    for (let round = 0; round < 60; round++) {
      const before = edge.size
      const grown = append(edge, Buffer.alloc(32 * draw(round % 10 === 0 ? 140_000 : 600), round))
      const coordinates = grown.tiles.map(({ level, index, width }) => ({ level, index, width }))
      assert.deepEqual(coordinates, tilesOf(grown.edge.size, before))
      for (const { width, hashes } of grown.tiles) assert.equal(hashes.length, width * 32)
      edge = grown.edge
    }
  })

  test('beyond 2^32 entries is proven without losing a bit of its size', () => {
    // A tree of 2^40 + 1 entries whose left half is one hash: only the right edge is climbed.
    const [leaf, left] = [leafHash(entry(1)), leafHash(entry(2))]
    const size = 2 ** 40 + 1
    assert.ok(isIncluded({ index: 2 ** 40, size, leaf, proof: [left], root: nodeHash(left, leaf) }))
    assert.ok(!isIncluded({ index: 0, size, leaf, proof: [left], root: nodeHash(left, leaf) }))
    assert.ok(isConsistent({ oldSize: 2 ** 40, oldRoot: left, size, root: nodeHash(left, leaf), proof: [leaf] }))
  })
})

describe('tiles that are missing or cut', () => {
  test('are refused by name, never made up', async () => {
    const asked = { code: 'tlog/bad-tile', message: /tile\/0\/000\.p\/5/ }
    await assert.rejects(async () => proveInclusion(() => [], 0, 5), asked)
    await assert.rejects(async () => proveInclusion(() => [Buffer.alloc(159)], 0, 5), asked)
  })

  test('a row of leaf hashes that is not whole is refused, not cut', () => {
    assert.throws(() => append(EMPTY_EDGE, Buffer.alloc(33)), { code: 'tlog/bad-leaves' })
  })

  test('asking for what the log does not have is refused', async () => {
    const { readTiles } = logOf(3)
    await assert.rejects(proveInclusion(readTiles, 3, 3), { code: 'tlog/no-such-tree' })
    await assert.rejects(proveConsistency(readTiles, 4, 3), { code: 'tlog/no-such-tree' })
    await assert.rejects(rootAt(readTiles, -1), { code: 'tlog/no-such-tree' })
  })
})

/** Whether the climb from this leaf turns left and right alike in trees of two sizes: then they share the proof's shape. */
function sameTurns(index: number, size: number, otherSize: number): boolean {
  const turns = (of: number): string => {
    let said = ''
    for (let from = 0, to = of; to - from > 1; ) {
      const middle = from + split(to - from)
      said = (index < middle ? 'l' : 'r') + said
      if (index < middle) to = middle
      else from = middle
    }
    return said
  }
  return index < otherSize && turns(size) === turns(otherSize)
}
