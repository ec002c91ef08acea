/** A source that was restored to an earlier time: what the ledger has of the time that is undone. */
import type { Queries } from '#foundation/database.ts'
import { newId } from '#foundation/ids.ts'
import type { AuditEntry, IndexRange } from '../terms.ts'
import { sealablesIn } from './entries.ts'
import type { Source } from './seal.ts'
import { indexesOf, type SourceRow, sealedAlready } from './statements/ledger.ts'
import { type MarkRow, mark, waitingAfter } from './statements/source.ts'

/** Rows of the intake at once. */
const AT_ONCE = 10_000
/** So that the entry that lists them stays short. */
const MOST_RANGES = 500

/**
 * The ledger's entries that a restore of the source has undone, as ranges; nothing when it wasn't restored. Without a
 * range it was restored, but nothing of it was lost.
 *
 * What was sealed after the source was last told is lost, unless it waits there again. A source that knows as much as it
 * was told may have been restored too: when sealing stopped between the ledger's commit and the source's, that last batch
 * waits there still, and is lost when it doesn't.
 */
export async function undoneBy(
  tx: Queries,
  source: Source,
  known: SourceRow,
  told: MarkRow,
  size: number,
): Promise<IndexRange[] | undefined> {
  const sealed = Number(told.sealed)
  // To the ledger's end, not to what the source was last told: its last batch may have been sealed without telling it.
  if (known.incarnation !== told.incarnation || sealed < Number(known.told))
    return rangesOf(await notWaiting(tx, source, sealed, size))
  if (sealed >= Number(known.batch_upto)) return undefined
  const gone = await notWaiting(tx, source, Number(known.batch_from), Number(known.batch_upto))
  if (gone.length === 0) return undefined
  // Another sealer may have told the source meanwhile, which removes the batch with the same commit: then nothing is lost.
  const [now] = await source.db.rows(mark())
  return now?.sealed === told.sealed && now.incarnation === told.incarnation ? rangesOf(gone) : undefined
}

/** Entries of the source in this range of the ledger that don't wait in the source. */
async function notWaiting(tx: Queries, source: Source, from: number, upto: number): Promise<number[]> {
  const sealed = (await tx.rows(indexesOf(source.name, from, upto))).map(({ index }) => Number(index))
  const there = new Set<number>()
  for (let after = '0', more = sealed.length > 0; more; ) {
    const rows = await source.db.rows(waitingAfter(after, AT_ONCE))
    const ids = rows.flatMap((row) => sealablesIn(row, 0)).map(({ entry }) => entry.id)
    for (const { index } of await tx.rows(sealedAlready(ids))) there.add(Number(index))
    after = rows.at(-1)?.n ?? after
    more = rows.length === AT_ONCE
  }
  return sealed.filter((index) => !there.has(index))
}

/** Neighbours joined; when there are too many ranges, one from the first to the last. */
function rangesOf(indexes: readonly number[]): IndexRange[] {
  const ranges: { from: number; upto: number }[] = []
  for (const index of indexes) {
    const last = ranges.at(-1)
    if (last?.upto === index) last.upto++
    else ranges.push({ from: index, upto: index + 1 })
  }
  if (ranges.length <= MOST_RANGES) return ranges
  const [first] = ranges
  return [{ from: (first as IndexRange).from, upto: (ranges.at(-1) as IndexRange).upto }]
}

export const restoredEntry = (source: string, ranges: readonly IndexRange[], nowMs: number): AuditEntry => ({
  v: 1,
  id: newId(),
  at: new Date(nowMs).toISOString(),
  plane: source === 'record' ? 'hospital' : 'operations',
  request: 'none',
  actor: { kind: 'system', id: 'sealer' },
  role: 'system',
  purpose: 'HOPERAT',
  action: 'restored',
  resources: [],
  patients: [],
  outcome: 'success',
  status: 200,
  address: '',
  agent: '',
  breakGlass: false,
  reason: `The ${source} was restored to an earlier time; these entries are of the time that was undone.`,
  lost: { source, ranges },
})
