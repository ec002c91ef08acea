/** What the files of the logs tell: errors of the last hour, and whether files roll over and go. */
import { open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { FindingSource } from '../findings.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000
/** Of each file only the end is read: more than that in an hour is a finding by itself. */
const MOST_BYTES = 4 * 1024 * 1024
const MOST_FILES = 200
const FIRST_BYTES = 4_096
const LOG = /^[\w-]+\.log$/
const OLD_LOG = /^[\w-]+?-(\d{4}-\d\d-\d\d)(?:-\d+)?\.log$/

interface Line {
  readonly '@timestamp'?: string
  readonly 'log.level'?: string
  readonly message?: string
  readonly 'service.name'?: string
  readonly 'event.code'?: string
  readonly error?: { readonly type?: string; readonly code?: string }
}

/** Errors that both planes logged within the hour, the newest first, each kind once with how often it came. */
export const errorsOfLastHour =
  (folder: string, say: (time: string) => string): FindingSource =>
  async ({ toMs }, signal) => {
    const errors = new Map<string, { times: number; last: string }>()
    let times = 0
    for (const file of await filesOf(folder, LOG))
      for (const line of await linesOf(join(folder, file), toMs - HOUR_MS, signal)) {
        const { '@timestamp': time = '', 'log.level': level, message = '', 'service.name': service = '' } = line
        const timeMs = Date.parse(time)
        if ((level !== 'error' && level !== 'fatal') || !(timeMs > toMs - HOUR_MS && timeMs <= toMs)) continue
        times++
        const code = line['event.code'] ?? line.error?.code ?? line.error?.type
        const kind = `${service}: ${message}${code === undefined ? '' : ` (${code})`}`
        const known = errors.get(kind)
        errors.set(kind, { times: (known?.times ?? 0) + 1, last: known && known.last > time ? known.last : time })
      }
    if (times === 0) return { verdict: 'well', says: 'No error was logged in the last hour.' }
    const lines = [...errors]
      .sort(([, a], [, b]) => b.last.localeCompare(a.last))
      .map(([kind, { times: count, last }]) => `${say(last)}  ${kind}${count > 1 ? `, ${count} times` : ''}`)
    return { verdict: 'look', says: times === 1 ? 'One error was logged.' : `${times} errors were logged.`, lines }
  }

/** What a line was cut off of at the beginning is left out, and so is what is no JSON. */
async function linesOf(path: string, sinceMs: number, signal: AbortSignal): Promise<Line[]> {
  await using file = await open(path)
  const { size, mtimeMs } = await file.stat()
  if (mtimeMs < sinceMs || signal.aborted) return []
  const from = Math.max(0, size - MOST_BYTES)
  const bytes = Buffer.alloc(size - from)
  const { bytesRead } = await file.read(bytes, 0, bytes.length, from)
  const lines = bytes.subarray(0, bytesRead).toString().split('\n')
  if (from > 0) lines.shift()
  return lines.flatMap((line) => {
    // Most lines are no errors: these are not worth reading as JSON.
    if (!/"log\.level":"(?:error|fatal)"/.test(line)) return []
    try {
      return [JSON.parse(line) as Line]
    } catch {
      return []
    }
  })
}

export interface KeptLogs {
  readonly folder: string
  /** How long files of past days are kept. */
  readonly keepDays: number
}

/** Whether today's files are written, those of past days have been rolled over, and none is older than it may be. */
export const logFiles =
  (all: readonly KeptLogs[]): FindingSource =>
  async ({ toMs }) => {
    const wrong: string[] = []
    const right: string[] = []
    const today = dayOf(toMs)
    for (const { folder, keepDays } of all) {
      const files = await filesOf(folder, LOG)
      const old = files.flatMap((file) => OLD_LOG.exec(file)?.[1] ?? [])
      const current = files.filter((file) => !OLD_LOG.test(file))
      if (current.length === 0) wrong.push(`${folder}: nothing is written`)
      for (const file of current) {
        const { first, written, size } = await headOf(join(folder, file))
        const said = `${join(folder, file)}: ${Math.ceil(size / 1024)} KiB, last written ${written}`
        if (first !== undefined && first < today && written.startsWith(today))
          wrong.push(`${said}: it was not rolled over`)
        else right.push(said)
      }
      // A day more: files are removed when the next one is rolled over.
      const oldest = dayOf(toMs - (keepDays + 1) * DAY_MS)
      const tooOld = old.filter((day) => day < oldest).length
      if (tooOld > 0) wrong.push(`${folder}: ${tooOld} kept longer than ${keepDays} days`)
      right.push(`${folder}: ${old.length} of past days, kept for ${keepDays} days`)
    }
    const says =
      wrong.length === 0
        ? 'Logs are written, roll over, and go when their time is over.'
        : `${wrong.length === 1 ? 'One thing is' : `${wrong.length} things are`} not as they should be.`
    return { verdict: wrong.length === 0 ? 'well' : 'look', says, lines: [...wrong, ...right] }
  }

/** `first`: the day of its first line, where that can be read. */
async function headOf(path: string): Promise<{ first: string | undefined; written: string; size: number }> {
  await using file = await open(path)
  const { size, mtime } = await file.stat()
  const { buffer, bytesRead } = await file.read(Buffer.alloc(FIRST_BYTES), 0, FIRST_BYTES, 0)
  const first = /"@timestamp":"(\d{4}-\d\d-\d\d)T/.exec(buffer.subarray(0, bytesRead).toString())?.[1]
  return { first, written: mtime.toISOString(), size }
}

const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10)

/** A folder that is not there has none. */
async function filesOf(folder: string, pattern: RegExp): Promise<string[]> {
  const all = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
    return []
  })
  return all
    .filter((file) => pattern.test(file))
    .sort()
    .slice(0, MOST_FILES)
}
