/**
 * Sealing one batch: from a source's intake into the ledger.
 *
 * Exactly once, wherever it stops: entries are in the ledger, with the tree and its checkpoint, in one transaction, before
 * the source is told; an id that is in the ledger isn't added again; the source forgets an entry only after that; and what
 * the source was told is written down only after it was told, so that a source that knows less has been restored.
 */
import type { Database, Queries } from '#foundation/database.ts'
import type { IndexRange } from '../terms.ts'
import { type Sealable, sealablesIn } from './entries.ts'
import { grow } from './grow.ts'
import type { Ledger } from './ledger.ts'
import type { SourceName } from './payload.ts'
import { restoredEntry, undoneBy } from './restored.ts'
import {
  addLost,
  believe,
  claimSealing,
  latestCheckpoint,
  sealedAlready,
  setBatch,
  sourceNamed,
  tell,
} from './statements/ledger.ts'
import { mark, nextEntries, raiseMark, removeEntries, type WaitingRow } from './statements/source.ts'

export interface Source {
  readonly name: SourceName
  readonly db: Database
}

export interface SealOptions extends Ledger {
  readonly nowMs: () => number
  /** Rows at once, at most, and about as many entries of usual length. */
  readonly most: number
  /** A checkpoint is kept when none was kept for this long; a minute when absent. The newest one is always there. */
  readonly keepEveryMs?: number
}

export interface Sealed {
  /** Rows taken from the source. */
  readonly taken: number
  /** Whether more may wait that can be sealed. */
  readonly more: boolean
  /** When the oldest of the batch was recorded. */
  readonly oldestMs: number | undefined
}

/** Seals the next entries of a source; nothing when another sealer is at work. Throws `audit/broken-tree` when the stored tree isn't what was signed. */
export async function sealNext(options: SealOptions, source: Source): Promise<Sealed | undefined> {
  const { control } = options
  const { name, db } = source
  const batch = await control.transaction((tx) => sealIn(tx, options, source))
  if (batch === undefined) return undefined
  const { waiting, size, batchUpto, oldestMs } = batch
  if (waiting.length > 0) {
    const numbers = waiting.map(({ n }) => n)
    const prints = waiting.map(({ print }) => print)
    const sealed = await db.transaction(async (tx) => {
      await tx.rows(removeEntries(numbers, prints))
      const [raised] = await tx.rows(raiseMark(size))
      return Number(raised?.sealed)
    })
    await control.rows(tell(name, batchUpto, sealed))
  }
  return { taken: waiting.length, more: isFull(waiting, options.most), oldestMs }
}

const USUAL_BYTES = 512

/** Whether a batch ended at one of its limits, so that more may wait. */
const isFull = (waiting: readonly WaitingRow[], most: number): boolean =>
  waiting.length === most ||
  waiting.reduce((bytes, { entry }) => bytes + Buffer.byteLength(entry), 0) >= most * USUAL_BYTES

interface Batch {
  readonly waiting: readonly WaitingRow[]
  /** Of the ledger, with this batch. */
  readonly size: number
  /** By which the source's last batch is known. */
  readonly batchUpto: number
  readonly oldestMs: number | undefined
}

/** Nothing when another sealer is at work. */
async function sealIn(tx: Queries, options: SealOptions, source: Source): Promise<Batch | undefined> {
  const { nowMs, most } = options
  const { name, db } = source
  const [{ claimed } = { claimed: false }] = await tx.rows(claimSealing())
  if (!claimed) return undefined
  // First what it was told, then what it knows: in this order the second can't be the smaller one, whatever another
  // sealer that has just let go of the lock still tells it.
  const [known] = await tx.rows(sourceNamed(name))
  const [told] = await db.rows(mark())
  if (told === undefined) return undefined
  const waiting = await db.rows(nextEntries(most, most * USUAL_BYTES))
  const size = Number((await tx.rows(latestCheckpoint()))[0]?.size ?? 0)
  const all = waiting.flatMap((row) => sealablesIn(row, nowMs()))
  const fresh = await newOnes(tx, all)
  const lost = known === undefined ? undefined : await undoneBy(tx, source, known, told, size)
  if (lost !== undefined) fresh.unshift(await restored(tx, name, size, lost, nowMs()))
  // In the same transaction: a restore is told once.
  if (lost !== undefined || told.incarnation !== known?.incarnation || told.sealed !== known.told)
    await tx.rows(believe(name, told.incarnation, Number(told.sealed)))
  if (fresh.length > 0) {
    await grow(tx, options, name, fresh)
    await tx.rows(setBatch(name, size, size + fresh.length))
  }
  return {
    waiting,
    size: size + fresh.length,
    batchUpto: fresh.length > 0 ? size + fresh.length : Number(known?.batch_upto ?? 0),
    oldestMs: all.length === 0 ? undefined : all.reduce((oldest, { atMs }) => Math.min(oldest, atMs), nowMs()),
  }
}

async function restored(
  tx: Queries,
  name: SourceName,
  size: number,
  lost: readonly IndexRange[],
  nowMs: number,
): Promise<Sealable> {
  const entry = restoredEntry(name, lost, nowMs)
  const froms = lost.map((range) => range.from)
  const uptos = lost.map((range) => range.upto)
  await tx.rows(addLost(size, name, froms, uptos))
  // It was never in the source, so that no later restore can undo it.
  return { source: 'control', entry, text: JSON.stringify(entry), atMs: Date.parse(entry.at) }
}

/** What isn't in the ledger; of two alike in one batch the first. */
async function newOnes(tx: Queries, all: readonly Sealable[]): Promise<Sealable[]> {
  const rows = all.length === 0 ? [] : await tx.rows(sealedAlready(all.map(({ entry }) => entry.id)))
  const known = new Set(rows.map(({ id }) => id))
  return all.filter(({ entry }) => !known.has(entry.id) && known.add(entry.id))
}
