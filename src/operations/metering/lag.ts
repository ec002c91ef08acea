/** How far standbys are behind, in time. */
import type { StandbyRow } from './statements/reading.ts'

/** What the primary had written at a moment. */
export interface Written {
  /** Bytes of WAL: written, or received by a standby. */
  readonly wal: number
  readonly atMs: number
}

/** So many moments are remembered; when there are more, what stands still longer than that is told by the oldest. */
const MOST_MOMENTS = 2_000

/** The moments with `now`, the newest last; only those at which there was more than before. */
export function remember(moments: readonly Written[], now: Written): readonly Written[] {
  const last = moments.at(-1)
  // A primary that has begun anew, or another one in its place, has written less: what was remembered is not of its WAL.
  if (last !== undefined && now.wal < last.wal) return [now]
  return last?.wal === now.wal ? moments : [...moments.slice(1 - MOST_MOMENTS), now]
}

/**
 * Seconds that the standby is behind. PostgreSQL tells only how long what was confirmed last has taken: of a standby whose
 * replay stands still it goes on telling that. When it was that the primary wrote what is missing there is known here.
 */
export function secondsBehind(moments: readonly Written[], { replayed, lag }: StandbyRow, nowMs: number): number {
  const missing = moments.find(({ wal }) => wal > Number(replayed))
  const known = missing === undefined ? 0 : (nowMs - missing.atMs) / 1000
  return Math.max(known, missing === undefined ? 0 : Number(lag ?? 0))
}
