/** How long logs are kept: the manual's "Log Rotation and Cleanup". */
import { APPLICATION_LOG_DAYS } from '#foundation/daily-file.ts'
import { kindOf, type LogFile } from './files.ts'
import type { LogKind } from './terms.ts'

const DAY_MS = 86_400_000

/** Days after a day is over until its logs are removed; the Elasticsearch policies of deploy/elastic have the same. */
export const KEEP_DAYS: Readonly<Record<LogKind, number>> = {
  application: APPLICATION_LOG_DAYS,
  backup: 90,
  audit: 2_557,
}

export const dayOf = (atMs: number): string => new Date(atMs).toISOString().slice(0, 10)

/** The earliest day that is still kept of logs that are kept for so many days. */
const oldestKept = (nowMs: number, days: number): string => dayOf(nowMs - days * DAY_MS)

type Dated = Pick<LogFile, 'log' | 'day' | 'changedMs'>

/** The day that a file is of. Who writes a log begins a new file every day: one that was not begun anew has no writer left. */
const lastDayOf = ({ day, changedMs }: Dated): string => day ?? dayOf(changedMs)

/**
 * Which files may go, the oldest first. Never an audit log, whatever its day: those are removed by who writes them, who knows
 * what is in the ledger and for how long it must be had.
 */
export function expired<File extends Dated>(files: readonly File[], nowMs: number): File[] {
  return files
    .filter((file) => {
      const kind = kindOf(file.log)
      return kind !== 'audit' && lastDayOf(file) < oldestKept(nowMs, KEEP_DAYS[kind])
    })
    .sort((a, b) => lastDayOf(a).localeCompare(lastDayOf(b)))
}
