/**
 * Sealing one batch: from a source's intake into the ledger.
 *
 * Exactly once, wherever it stops: entries are in the ledger, with the tree and its checkpoint, in one transaction, before
 * the source is told; an id that is in the ledger isn't added again; the source forgets an entry only after that; and what
 * the source was told is written down only after it was told, so that a source that knows less has been restored.
 */
import { copyLine } from '#foundation/copy.ts'
import type { Database, Queries } from '#foundation/database.ts'
import { append, type Edge, EMPTY_EDGE, edgeRoot, leafHashes, rowRoot, signCheckpoint, TILE_WIDTH } from '#tlog'
import { auditFaults } from '../faults.ts'
import { fromBytea, toBytea } from './bytes.ts'
import { type Sealable, sealables } from './entries.ts'
import type { Ledger } from './ledger.ts'
import { monthOf } from './month.ts'
import { type SourceName, writePayload } from './payload.ts'
import { lostRangesOf, restoredEntry } from './restored.ts'
import {
  addCheckpoint,
  addLost,
  claimSealing,
  copyLedger,
  copyTiles,
  latestCheckpoint,
  type SourceRow,
  sealedAlready,
  sourceNamed,
  tell,
} from './statements/ledger.ts'
import { type MarkRow, mark, nextEntries, raiseMark, removeEntries, type WaitingRow } from './statements/source.ts'
import { tokensOf } from './tokens.ts'
import { follows, hashIn, storedEdge } from './tree.ts'

export interface Source {
  readonly name: SourceName
  readonly db: Database
}

export interface SealOptions extends Ledger {
  readonly nowMs: () => number
  /** Rows at once, at most, and about as many entries of usual length. */
  readonly most: number
}

export interface Sealed {
  /** Rows taken from the source. */
  readonly taken: number
  /** Whether something waits still. */
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
  const { told, waiting, size } = batch
  if (waiting.length > 0) {
    const sealed = await db.transaction(async (tx) => {
      await tx.rows(
        removeEntries(
          waiting.map(({ n }) => n),
          waiting.map(({ print }) => print),
        ),
      )
      const [raised] = await tx.rows(raiseMark(size))
      return Number(raised?.sealed)
    })
    await control.rows(tell(name, told.incarnation, sealed))
  }
  return { taken: waiting.length, more: Number(told.waiting) > waiting.length, oldestMs: batch.oldestMs }
}

interface Batch {
  readonly told: MarkRow
  readonly waiting: readonly WaitingRow[]
  /** Of the ledger, with this batch. */
  readonly size: number
  readonly oldestMs: number | undefined
}

const USUAL_BYTES = 512

/**
 * Nothing when another sealer is at work.
 */
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
  const all = waiting.flatMap(({ entry }) => sealables(entry, nowMs()))
  const oldestMs = all.length === 0 ? undefined : all.reduce((oldest, { atMs }) => Math.min(oldest, atMs), Infinity)
  const fresh = await newOnes(tx, all)
  if (known?.incarnation !== told.incarnation || Number(told.sealed) !== Number(known.told)) {
    const undone = known !== undefined && isUndone(known, told)
    if (undone) fresh.unshift(await restored(tx, source, size, Number(told.sealed), Number(known.told), nowMs()))
    // In the same transaction: a restore is told once.
    await tx.rows(tell(name, told.incarnation, Number(told.sealed)))
  }
  if (fresh.length > 0) await grow(tx, options, name, fresh)
  return { told, waiting, size: size + fresh.length, oldestMs }
}

/** The source knows less than it was told, or is another database than the one that was told. */
const isUndone = (known: SourceRow, told: MarkRow): boolean =>
  known.incarnation !== told.incarnation || Number(told.sealed) < Number(known.told)

async function restored(
  tx: Queries,
  source: Source,
  size: number,
  from: number,
  upto: number,
  nowMs: number,
): Promise<Sealable> {
  const lost = await lostRangesOf(tx, source, from, upto)
  const entry = restoredEntry(source.name, lost, nowMs)
  const froms = lost.map((range) => range.from)
  const uptos = lost.map((range) => range.upto)
  await tx.rows(addLost(size, source.name, froms, uptos))
  return { entry, text: JSON.stringify(entry), atMs: Date.parse(entry.at) }
}

/** What isn't in the ledger; of two alike in one batch the first. */
async function newOnes(tx: Queries, all: readonly Sealable[]): Promise<Sealable[]> {
  const rows = all.length === 0 ? [] : await tx.rows(sealedAlready(all.map(({ entry }) => entry.id)))
  const known = new Set(rows.map(({ id }) => id))
  return all.filter(({ entry }) => !known.has(entry.id) && known.add(entry.id))
}

/** Appends entries, their tiles and the checkpoint over all. */
async function grow(
  tx: Queries,
  { keys, nowMs }: SealOptions,
  source: SourceName,
  fresh: readonly Sealable[],
): Promise<void> {
  const edge = await provenEdge(tx)
  const opened = new Map<string, Awaited<ReturnType<Ledger['keys']['forSealing']>>>()
  const keyOf = async (month: string) => {
    if (!opened.has(month)) opened.set(month, await keys.forSealing(tx, month))
    return opened.get(month)
  }
  const payloads: Buffer[] = []
  const heads: unknown[][] = []
  for (const { entry, text, atMs } of fresh) {
    let month = monthOf(atMs)
    let key = await keyOf(month)
    if (key === undefined) {
      // Its own month's key has been destroyed: it is late by years, and kept with what is recorded now.
      month = monthOf(nowMs())
      key = await keyOf(month)
    }
    if (key === undefined) throw auditFaults['no-such-month']()
    payloads.push(writePayload({ source, month, atMs, id: entry.id }, text, key.key))
    const tokens = tokensOf(entry, key.tokens)
    heads.push([entry.id, source, new Date(atMs).toISOString(), month, `{${tokens.join(',')}}`])
  }
  const hashes = leafHashes(payloads)
  const grown = append(edge, hashes)
  const lines = heads.map(([id, from, at, month, tokens], place) =>
    copyLine([
      edge.size + place,
      id,
      from,
      at,
      month,
      toBytea(payloads[place] as Buffer),
      toBytea(hashIn(hashes, place)),
      tokens,
    ]),
  )
  await tx.copy(copyLedger(), lines.join(''))
  const tiles = grown.tiles.filter(({ width }) => width === TILE_WIDTH)
  if (tiles.length > 0) {
    const rows = tiles.map((tile) =>
      copyLine([tile.level, tile.index, toBytea(tile.hashes), toBytea(rowRoot(tile.hashes))]),
    )
    await tx.copy(copyTiles(), rows.join(''))
  }
  const signer = await keys.signer(tx)
  const { root } = grown
  const { size } = grown.edge
  const checkpoint = { origin: signer.verifier.name, size, root, extensions: [follows(edge.size)] }
  await tx.rows(addCheckpoint(size, root, signCheckpoint(checkpoint, [signer])))
}

/** The edge to append to. Nothing is built on a tree that isn't the one that was signed. */
async function provenEdge(tx: Queries): Promise<Edge> {
  const [latest] = await tx.rows(latestCheckpoint())
  if (latest === undefined) return EMPTY_EDGE
  const edge = await storedEdge(tx, Number(latest.size))
  if (!edgeRoot(edge).equals(fromBytea(latest.root))) throw auditFaults['broken-tree']({ size: edge.size })
  return edge
}
