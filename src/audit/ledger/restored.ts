/** A source that was restored to an earlier time: what the ledger has of the time that is undone. */
import type { Queries } from '#foundation/database.ts'
import { newId } from '#foundation/ids.ts'
import type { AuditEntry, IndexRange } from '../terms.ts'
import { sealables } from './entries.ts'
import type { Source } from './seal.ts'
import { indexesOf, sealedAlready } from './statements/ledger.ts'
import { waitingTexts } from './statements/source.ts'

/** More than this waits only when nothing was sealed for long, and then none of it is in the ledger. */
const MOST_WAITING = 100_000
/** So that the entry that lists them stays short. */
const MOST_RANGES = 500

/**
 * The ledger's entries of the lost time, as ranges: what was sealed after the source was last told, and doesn't wait there
 * again. Something of it may be in the restored source although it was sealed later than that: then it waits there.
 */
export async function lostRangesOf(tx: Queries, source: Source, from: number, upto: number): Promise<IndexRange[]> {
  const texts = await source.db.rows(waitingTexts(MOST_WAITING))
  const ids = texts.flatMap(({ entry }) => sealables(entry, 0)).map(({ entry }) => entry.id)
  const there = new Set((await tx.rows(sealedAlready(ids))).map(({ index }) => Number(index)))
  const rows = await tx.rows(indexesOf(source.name, from, upto))
  const lost = rows.map(({ index }) => Number(index)).filter((index) => !there.has(index))
  return rangesOf(lost)
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
