/** A file of lines that rolls over at midnight UTC; one process may write it. */
import { createStream, type RotatingFileStream } from 'rotating-file-stream'

/** How long past days of application logs are kept. */
export const APPLICATION_LOG_DAYS = 30
const AGAIN_AFTER_MS = 1_000

export interface DailyFile {
  write(line: string): void
  /** Resolves once everything is written. */
  close(): Promise<void>
}

/**
 * Writes `<name>.log` in `folder`; a past day's lines are in `<name>-<day>.log` and kept for 30 days.
 *
 * A disk that is full costs lines, never the process: lines are dropped, and it is tried again a second later.
 */
export function openDailyFile(folder: string, name: string): DailyFile {
  let file: RotatingFileStream | undefined
  let failedAt = Number.NEGATIVE_INFINITY

  const open = (): RotatingFileStream => {
    const opened = createStream(fileNames(name), {
      path: folder,
      interval: '1d',
      intervalUTC: true,
      // Files carry the day they hold, also one that was left by a process that ended yesterday.
      intervalBoundary: true,
      initialRotation: true,
      maxFiles: APPLICATION_LOG_DAYS,
      mode: 0o600,
    })
    opened.on('error', (error) => {
      if (file !== opened) return
      file = undefined
      failedAt = performance.now()
      process.stderr.write(`omnicare: ${name}.log can't be written (${(error as NodeJS.ErrnoException).code}).\n`)
    })
    return opened
  }
  file = open()

  return {
    write(line) {
      if (file === undefined && performance.now() - failedAt >= AGAIN_AFTER_MS) file = open()
      file?.write(line)
    },
    close: () =>
      new Promise((resolve) => {
        if (file === undefined) resolve()
        else file.once('close', () => resolve()).end()
      }),
  }
}

/** `time` is null for the file that is being written; `index` counts the files of one day. */
function fileNames(name: string): (time: number | Date | null, index?: number) => string {
  return (time, index = 1) => {
    if (time === null) return `${name}.log`
    const day = new Date(time).toISOString().slice(0, 10)
    return index === 1 ? `${name}-${day}.log` : `${name}-${day}-${index}.log`
  }
}
