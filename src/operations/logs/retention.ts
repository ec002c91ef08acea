/** Removes the logs whose time is over, as long as operations runs. */
import { rm } from 'node:fs/promises'
import { everyHour } from '#foundation/hourly.ts'
import type { Log } from '#foundation/log.ts'
import { logFilesIn } from './files.ts'
import { expired } from './policy.ts'

export interface RetentionOptions {
  readonly folder: string
  readonly nowMs: () => number
  readonly log: Log
}

/** Gives the names of what was removed. One that can't be removed does not keep the others. */
async function removeExpired({ folder, nowMs, log }: RetentionOptions): Promise<string[]> {
  const removed: string[] = []
  for (const { path, name } of expired(logFilesIn(folder), nowMs()))
    try {
      await rm(path, { force: true })
      removed.push(name)
    } catch (error) {
      log.warn({ err: error, 'file.name': name }, 'a log whose time is over can not be removed')
    }
  if (removed.length > 0) log.info({ files: removed }, 'logs whose time is over were removed')
  return removed
}

/** Now and every hour, until it is disposed. */
export const keepRetention = (options: RetentionOptions): AsyncDisposable =>
  everyHour(() =>
    removeExpired(options).then(
      () => undefined,
      (error: unknown) => options.log.warn({ err: error }, 'logs could not be looked through; it is tried again'),
    ),
  )
