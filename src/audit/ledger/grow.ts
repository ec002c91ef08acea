/** The ledger grows by one batch: entries encrypted, the tree over them, its checkpoint. */
import { setImmediate as pause } from 'node:timers/promises'
import { copyLine } from '#foundation/copy.ts'
import { CopyRows } from '#foundation/copy-rows.ts'
import type { Queries } from '#foundation/database.ts'
import {
  append,
  type Edge,
  EMPTY_EDGE,
  edgeRoot,
  HASH_BYTES,
  leafHashInto,
  rowRoot,
  signCheckpoint,
  TILE_WIDTH,
} from '#tlog'
import { auditFaults } from '../faults.ts'
import { fromBytea, toBytea } from './bytes.ts'
import type { Sealable } from './entries.ts'
import type { MonthKey } from './keys.ts'
import { monthOf } from './month.ts'
import { openNonces, type SourceName, writePayload } from './payload.ts'
import type { SealOptions } from './seal.ts'
import { addCheckpoint, copyLedger, copyTiles, latestCheckpoint } from './statements/ledger.ts'
import { tokensOf, wordsIn } from './tokens.ts'
import { follows, hashIn, storedEdge } from './tree.ts'

const nextNonce = openNonces()
/** Entries that are sent while the next ones are made; together they find room in a socket. */
const AT_ONCE = 256
const USUAL_ROW_BYTES = 1_000

/** Appends entries, their tiles and the checkpoint over all. Throws `audit/broken-tree`. */
export async function grow(
  tx: Queries,
  { keys, nowMs }: SealOptions,
  taken: SourceName,
  fresh: readonly Sealable[],
): Promise<void> {
  const edge = await provenEdge(tx)
  const keyOf = await openMonths(tx, keys, fresh, nowMs())
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
        .int8s(words)
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

interface Month {
  readonly month: string
  readonly key: MonthKey
}

const MINUTE_MS = 60_000

/** The keys of the months that these entries are of, found by an entry's time. */
async function openMonths(
  tx: Queries,
  keys: SealOptions['keys'],
  fresh: readonly Sealable[],
  nowMs: number,
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
    const month = (await open(atMs)) ?? (await open(nowMs))
    if (month === undefined) throw auditFaults['no-such-month']()
    byMinute.set(minute, month)
  }
  return (atMs) => byMinute.get(Math.floor(atMs / MINUTE_MS)) as Month
}
