import type { Database } from '#foundation/database.ts'
import { remember, secondsBehind, type Written } from './lag.ts'
import {
  type ActivityRow,
  activityNow,
  type CheckpointsRow,
  type CountsRow,
  checkpointsNow,
  countsNow,
  type LocksRow,
  locksNow,
  type ServerRow,
  serverNow,
  standbysNow,
} from './statements/reading.ts'

/** What a database told of itself at one moment. */
export interface Reading {
  readonly atMs: number
  readonly server: ServerRow
  readonly activity: readonly ActivityRow[]
  readonly counts: CountsRow
  readonly locks: readonly LocksRow[]
  readonly checkpoints: CheckpointsRow
  readonly standbys: number
  /** Seconds, of the one that is behind most; 0 without any. */
  readonly lag: number
  /** Bytes of WAL, of the same or another one. */
  readonly lagBytes: number
}

/** Asks `db`, over a connection that nobody else uses; gives with it what to remember for the next time. */
export async function readDatabase(
  db: Database,
  before: readonly Written[],
  nowMs: () => number,
): Promise<{ readonly reading: Reading; readonly moments: readonly Written[] }> {
  return db.transaction(async (tx) => {
    const [server] = await tx.rows(serverNow)
    const [counts] = await tx.rows(countsNow)
    const activity = await tx.rows(activityNow)
    const locks = await tx.rows(locksNow)
    const standbys = await tx.rows(standbysNow)
    const [checkpoints] = await tx.rows(checkpointsNow((server as ServerRow).version))
    const atMs = nowMs()
    const { wal, replayed } = server as ServerRow
    const moments = remember(before, { wal: Number(wal), atMs })
    // A standby is behind what it has received. When it last replayed anything says nothing: its primary may have been idle.
    const all = replayed === null ? standbys : [...standbys, { replayed, lag: null }]
    const reading: Reading = {
      atMs,
      server: server as ServerRow,
      activity,
      counts: counts as CountsRow,
      locks,
      checkpoints: checkpoints as CheckpointsRow,
      standbys: standbys.length,
      lag: Math.max(0, ...all.map((one) => secondsBehind(moments, one, atMs))),
      lagBytes: Math.max(0, ...all.map((one) => Number(wal) - Number(one.replayed))),
    }
    return { reading, moments }
  })
}
