/** The ledger grows by one batch: entries encrypted, the tree over them, its checkpoint. */
import { setImmediate as pause } from 'node:timers/promises'
import { fromBytea } from '#foundation/bytea.ts'
import { bigintArray, CopyRows } from '#foundation/copy-rows.ts'
import type { Queries } from '#foundation/database.ts'
import {
  append,
  type Edge,
  EMPTY_EDGE,
  edgeRoot,
  type Grown,
  HASH_BYTES,
  leafHashInto,
  rowRoot,
  signCheckpoint,
  TILE_WIDTH,
} from '#tlog'
import { auditFaults } from '../faults.ts'
import type { Sealable } from './entries.ts'
import type { MonthKey } from './keys.ts'
import { monthOf } from './month.ts'
import { openNonces, type SourceName, writePayload } from './payload.ts'
import type { SealOptions } from './seal.ts'
import {
  copyLedger,
  copyTiles,
  keepCheckpoint,
  lastKept,
  latestCheckpoint,
  replaceCheckpoint,
} from './statements/ledger.ts'
import { tokensOf, wordsIn } from './tokens.ts'
import { follows, hashIn, storedEdge } from './tree.ts'

const nextNonce = openNonces()
/** Entries that are sent while the next ones are made; together they find room in a socket. */
const AT_ONCE = 256
const USUAL_ROW_BYTES = 1_000
const KEEP_EVERY_MS = 60_000

/** Appends entries, their tiles and the checkpoint over all. Throws `audit/broken-tree`. */
export async function grow(
  tx: Queries,
  options: SealOptions,
  taken: SourceName,
  fresh: readonly Sealable[],
): Promise<void> {
  const edge = await provenEdge(tx)
  const keyOf = await openMonths(tx, options, fresh)
  const hashes = Buffer.alloc(fresh.length * HASH_BYTES)
  const stored: Promise<void>[] = []
  for (let from = 0; from < fresh.length; from += AT_ONCE) {
    const some = fresh.slice(from, from + AT_ONCE)
    const rows = new CopyRows(some.length * USUAL_ROW_BYTES)
    for (const [place, { source = taken, entry, text, atMs }] of some.entries()) {
      const { month, key } = keyOf(atMs)
      const words = wordsIn(tokensOf(entry, key.tokens))
      const sealing = { key: key.key, nonce: nextNonce(), words }
      const payload = writePayload({ source, month, atMs, id: entry.id }, text, sealing)
      leafHashInto(payload, hashes, (from + place) * HASH_BYTES)
      rows
        .row(8)
        .int8(edge.size + from + place)
        .uuid(entry.id)
        .text(source)
        .time(atMs)
        .text(month)
      rows
        .bytes(payload)
        .bytes(hashIn(hashes, from + place))
        .bytes(bigintArray(words))
    }
    // PostgreSQL stores these while the next are encrypted; the pause lets them out.
    const sent = tx.copy(copyLedger(), rows.end())
    // Told below; meanwhile it must not count as unheard.
    sent.catch(() => undefined)
    stored.push(sent)
    await pause()
  }
  await Promise.all(stored)
  const grown = append(edge, hashes)
  const tiles = grown.tiles.filter(({ width }) => width === TILE_WIDTH)
  if (tiles.length > 0) {
    const rows = new CopyRows(tiles.length * TILE_WIDTH * HASH_BYTES)
    for (const { level, index, hashes } of tiles)
      rows.row(4).int2(level).int8(index).bytes(hashes).bytes(rowRoot(hashes))
    await tx.copy(copyTiles(), rows.end())
  }
  await checkpointOver(tx, options, grown)
}

/** Signs the newest checkpoint, and keeps it when none was kept for a while. */
async function checkpointOver(tx: Queries, options: SealOptions, { edge: { size }, root }: Grown): Promise<void> {
  const { keys, nowMs, keepEveryMs = KEEP_EVERY_MS } = options
  const [kept] = await tx.rows(lastKept())
  const signer = await keys.signer(tx)
  const before = kept && { size: Number(kept.size), signed: kept.signed }
  const signed = signCheckpoint({ origin: signer.verifier.name, size, root, extensions: [follows(before)] }, [signer])
  await tx.rows(replaceCheckpoint(size, root, signed))
  const now = nowMs()
  // Also when the clock was put back.
  if (kept === undefined || Math.abs(now - Date.parse(kept.at)) >= keepEveryMs)
    await tx.rows(keepCheckpoint(size, root, signed, new Date(now).toISOString()))
}

/** The edge to append to. Nothing is built on a tree that isn't the one that was signed. */
async function provenEdge(tx: Queries): Promise<Edge> {
  const [latest] = await tx.rows(latestCheckpoint())
  if (latest === undefined) {
    const [kept] = await tx.rows(lastKept())
    if (kept !== undefined) throw auditFaults['broken-tree']({ size: Number(kept.size) })
    return EMPTY_EDGE
  }
  const edge = await storedEdge(tx, Number(latest.size))
  if (!edgeRoot(edge).equals(fromBytea(latest.root))) throw auditFaults['broken-tree']({ size: edge.size })
  return edge
}

interface Month {
  readonly month: string
  readonly key: MonthKey
}

const MINUTE_MS = 60_000

/** The keys of the months that these entries are of, found by an entry's time. */
async function openMonths(
  tx: Queries,
  { keys, nowMs }: SealOptions,
  fresh: readonly Sealable[],
): Promise<(atMs: number) => Month> {
  const byMinute = new Map<number, Month>()
  const byMonth = new Map<string, MonthKey | undefined>()
  const open = async (atMs: number): Promise<Month | undefined> => {
    const month = monthOf(atMs)
    if (!byMonth.has(month)) byMonth.set(month, await keys.forSealing(tx, month))
    const key = byMonth.get(month)
    return key && { month, key }
  }
  for (const { atMs } of fresh) {
    const minute = Math.floor(atMs / MINUTE_MS)
    if (byMinute.has(minute)) continue
    // Whose own month's key has been destroyed is late by years, and kept with what is recorded now.
    const month = (await open(atMs)) ?? (await open(nowMs()))
    if (month === undefined) throw auditFaults['no-such-month']()
    byMinute.set(minute, month)
  }
  return (atMs) => byMinute.get(Math.floor(atMs / MINUTE_MS)) as Month
}
