/** Signed checkpoints against the tree that grows past them. */
import type { Queries } from '#foundation/database.ts'
import { type Checkpoint, EMPTY_ROOT, nodeHash, openCheckpoint, rowRoot, type Trust, type Verifier } from '#tlog'
import { fromBytea } from '../bytes.ts'
import { checkpointsAfter } from '../statements/ledger.ts'
import { follows } from '../tree.ts'
import type { Findings } from './findings.ts'

const AT_ONCE = 1_000

/** A checkpoint that must agree with the tree. */
export interface Claim {
  readonly size: number
  readonly root: Uint8Array
  /** As a finding calls it. */
  readonly named: string
  /** Kept elsewhere: each of these that disagrees is told, where of the stored ones the first says it all. */
  readonly kept: boolean
}

/** The stored checkpoints up to a size, in ascending order, each checked against its own signature and the one before. */
export async function* storedClaims(
  db: Queries,
  upto: number,
  trust: Trust,
  findings: Findings,
): AsyncGenerator<Claim> {
  let last = 0
  for (let more = true; more; ) {
    const rows = await db.rows(checkpointsAfter(last, AT_ONCE))
    for (const row of rows) {
      const size = Number(row.size)
      if (size > upto) return
      const root = fromBytea(row.root)
      const signed = believed(row.signed, trust)
      const named = `the checkpoint of ${size} entries`
      if (signed === undefined || signed.size !== size || !root.equals(signed.root))
        findings.add(`${named} is not what the log has signed: it has been altered`)
      else {
        if (signed.extensions?.[0] !== follows(last)) findings.add(`a checkpoint is missing before ${named}`)
        yield { size, root, named, kept: false }
      }
      last = size
    }
    more = rows.length === AT_ONCE
  }
}

function believed(signed: string, trust: Trust): Checkpoint | undefined {
  try {
    return openCheckpoint(signed, trust).checkpoint
  } catch {
    return undefined
  }
}

/** A checkpoint that was kept elsewhere. Throws as `openCheckpoint` does. */
export function keptClaim(signed: string, origin: string, log: readonly Verifier[]): Claim {
  const { size, root } = openCheckpoint(signed, { origin, log }).checkpoint
  return { size, root, named: `the kept checkpoint of ${size} entries`, kept: true }
}

/** Both in ascending order of size. */
export async function* inOrder(some: readonly Claim[], others: AsyncGenerator<Claim>): AsyncGenerator<Claim> {
  const left = some.toSorted((a, b) => a.size - b.size)
  for await (const one of others) {
    while (left[0] !== undefined && left[0].size <= one.size) yield left.shift() as Claim
    yield one
  }
  yield* left
}

export interface Claims {
  /** Holds the claims about sizes up to this one to `rootAt`; nothing is said of those beyond `known`. */
  upto(size: number, rootAt: (size: number) => Buffer, known?: number): Promise<void>
  /** What claims more entries than there are. */
  rest(size: number): Promise<void>
  readonly counted: () => number
}

export function openClaims(all: AsyncGenerator<Claim>, findings: Findings): Claims {
  let next: Claim | undefined
  let started = false
  let count = 0
  let agreed = 0
  let told = false
  const advance = async () => {
    started = true
    const { value, done } = await all.next()
    next = done ? undefined : value
  }
  return {
    counted: () => count,
    async upto(size, rootAt, known = size) {
      if (!started) await advance()
      for (; next !== undefined && next.size <= size; await advance()) {
        count++
        if (next.size > known) continue
        if (rootAt(next.size).equals(next.root)) agreed = next.size
        else if (next.kept || !told) {
          findings.add(`the entries are not those of ${next.named}: the ledger was written anew`, agreed, next.size - 1)
          told ||= !next.kept
        }
      }
    },
    async rest(size) {
      if (!started) await advance()
      for (; next !== undefined; await advance())
        findings.add(`the ledger was cut back: ${next.named} has more than there are now`, size, next.size - 1)
    },
  }
}

/** The tree so far, as the roots of its full subtrees, largest first: enough to tell its root at any size. */
export interface Growing {
  /** Adds the root of a full tile of entries. */
  addTile(root: Buffer): void
  /** The root with a row of fewer than 256 leaves after the full tiles. */
  rootWith(leaves: Uint8Array): Buffer
}

export function openGrowing(): Growing {
  let tiles = 0
  const roots: Buffer[] = []
  return {
    addTile(root) {
      let joined = root
      // Each bit that carries joins two subtrees of the same height.
      for (let count = tiles; count % 2 === 1; count = Math.floor(count / 2))
        joined = nodeHash(roots.pop() as Buffer, joined)
      roots.push(joined)
      tiles++
    },
    rootWith(leaves) {
      const all = leaves.length > 0 ? [...roots, rowRoot(leaves)] : roots
      return all.length === 0 ? Buffer.from(EMPTY_ROOT) : all.reduceRight((right, left) => nodeHash(left, right))
    },
  }
}
