/** Signed checkpoints against the tree that grows past them. */

import { fromBytea } from '#foundation/bytea.ts'
import type { Queries } from '#foundation/database.ts'
import {
  type Checkpoint,
  EMPTY_ROOT,
  nodeHash,
  openCheckpoint,
  parseCheckpoint,
  parseNote,
  rowRoot,
  type Trust,
  type Verifier,
} from '#tlog'
import { checkpointsAfter } from '../statements/ledger.ts'
import { follows as followsLine, hashIn } from '../tree.ts'
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

/** A checkpoint as it is stored. */
export interface Stored {
  readonly size: number
  readonly root: Buffer
  readonly signed: string
}

/**
 * The stored checkpoints up to the newest, in ascending order of size. The newest one's signature vouches for all: each
 * names the one before by its hash. Where that doesn't fit, and where the newest can't be believed, their own signatures
 * are asked: that costs a hundred times as much.
 */
export async function* storedClaims(
  db: Queries,
  newest: Stored,
  trust: Trust,
  findings: Findings,
): AsyncGenerator<Claim> {
  const vouched = isSigned(newest.signed, trust)
  const isBelieved = ({ signed }: Stored) => vouched || isSigned(signed, trust)
  let last: Stored | undefined
  for await (const next of storedUpTo(db, newest)) {
    if (last !== undefined) {
      const follower = textOf(next)
      const follows = follower?.extensions?.[0] === followsLine(last)
      if (follows ? isBelieved(last) : isSigned(last.signed, trust)) yield* claimOf(last, findings)
      else findings.add(altered(last.size))
      if (!follows && isSigned(last.signed, trust) && isSigned(next.signed, trust))
        findings.add(missingBefore(next.size))
    } else if (textOf(next)?.extensions?.[0] !== followsLine(undefined) && isSigned(next.signed, trust))
      findings.add(missingBefore(next.size))
    last = next
  }
  if (vouched) yield* claimOf(newest, findings)
  else findings.add(altered(newest.size))
}

const called = (size: number) => `the checkpoint of ${size} entries`
const altered = (size: number) => `${called(size)} is not what the log has signed: it has been altered`
const missingBefore = (size: number) => `a checkpoint is missing before ${called(size)}`

async function* storedUpTo(db: Queries, newest: Stored): AsyncGenerator<Stored> {
  let after = 0
  for (let more = true; more; ) {
    const rows = await db.rows(checkpointsAfter(after, AT_ONCE))
    for (const row of rows) {
      const stored = { size: Number(row.size), root: fromBytea(row.root), signed: row.signed }
      after = stored.size
      // What is larger has been sealed since, and the newest may be kept too: then the same again follows.
      if (after > newest.size || (after === newest.size && stored.signed === newest.signed)) break
      yield stored
    }
    more = rows.length === AT_ONCE && after < newest.size
  }
  yield newest
}

/** What a stored checkpoint claims, when its row says the same as what was signed. */
function* claimOf(stored: Stored, findings: Findings): Generator<Claim> {
  const { size, root } = stored
  const signed = textOf(stored)
  if (signed?.size === size && root.equals(signed.root)) yield { size, root, named: called(size), kept: false }
  else findings.add(altered(size))
}

function textOf({ signed }: Stored): Checkpoint | undefined {
  try {
    return parseCheckpoint(parseNote(signed).text)
  } catch {
    return undefined
  }
}

function isSigned(signed: string, trust: Trust): boolean {
  try {
    openCheckpoint(signed, trust)
    return true
  } catch {
    return false
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
  /** The same for the first leaves of a row, asked with more and more of them: each is hashed once. */
  within(leaves: Buffer): (count: number) => Buffer
}

export function openGrowing(): Growing {
  let tiles = 0
  const roots: Buffer[] = []
  const rootOf = (all: readonly Buffer[]): Buffer =>
    all.length === 0 ? Buffer.from(EMPTY_ROOT) : all.reduceRight((right, left) => nodeHash(left, right))
  return {
    addTile(root) {
      push(roots, root, tiles)
      tiles++
    },
    rootWith: (leaves) => rootOf(leaves.length > 0 ? [...roots, rowRoot(leaves)] : roots),
    within(leaves) {
      const own: Buffer[] = []
      let had = 0
      return (count) => {
        for (; had < count; had++) push(own, hashIn(leaves, had), had)
        return rootOf([...roots, ...own])
      }
    },
  }
}

/** Adds the next of equally tall subtrees to the roots of the `count` before it. */
function push(roots: Buffer[], next: Buffer, count: number): void {
  let joined = next
  // Each bit that carries joins two subtrees of the same height.
  for (let carry = count; carry % 2 === 1; carry = Math.floor(carry / 2))
    joined = nodeHash(roots.pop() as Buffer, joined)
  roots.push(joined)
}
