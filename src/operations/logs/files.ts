/** Which files a folder of logs has, and what their names say: `hospital-2.log`, `hospital-2-2026-11-24.log`, `-3.log`. */
import { type Dirent, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { LogKind, LogPlane } from './terms.ts'

export interface LogFile {
  readonly path: string
  readonly name: string
  /** Without day and ending: which process wrote it. */
  readonly log: string
  /** The day whose lines it holds; absent of the file that is being written. */
  readonly day?: string
  /** Counts the files of one day. */
  readonly count: number
  readonly isCompressed: boolean
  readonly bytes: number
  /** Milliseconds since the epoch. */
  readonly changedMs: number
  /** Permissions, as in 0o600. */
  readonly mode: number
}

const NAME = /^([a-z][a-z-]*?(?:-\d{1,2})?)(?:-(\d{4}-\d\d-\d\d)(?:[-.](\d{1,4}))?)?\.log(\.gz)?$/

export type LogName = Pick<LogFile, 'log' | 'day' | 'count' | 'isCompressed'>

/** What a name says; undefined when it is not that of a log. */
export function readLogName(name: string): LogName | undefined {
  const [, log, day, count, compressed] = NAME.exec(name) ?? []
  if (log === undefined) return undefined
  return { log, ...(day !== undefined && { day }), count: Number(count ?? 1), isCompressed: compressed !== undefined }
}

/** Every log in the folder; none when there is no folder. */
export function logFilesIn(folder: string): LogFile[] {
  return entriesOf(folder).flatMap((entry) => {
    const read = entry.isFile() ? readLogName(entry.name) : undefined
    if (read === undefined) return []
    const path = join(folder, entry.name)
    const found = statSync(path, { throwIfNoEntry: false })
    // One that has just been put away under another name is found there.
    if (found === undefined) return []
    const { size: bytes, mtimeMs: changedMs, mode } = found
    return [{ ...read, path, name: entry.name, bytes, changedMs, mode: mode & 0o777 }]
  })
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

const AUDIT = new Set(['audit', 'phi-access'])

export function kindOf(log: string): LogKind {
  if (AUDIT.has(log)) return 'audit'
  return /^backup\b/.test(log) ? 'backup' : 'application'
}

export const planeOf = (log: string): LogPlane => (log.startsWith('hospital') ? 'hospital' : 'operations')
