/** What the logs of both planes have complained of lately: the ends of their files, never more than so much of each. */
import { open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { at } from '#foundation/timestamp.ts'
import type { LoggedError, LoggedErrors } from './terms.ts'

const MOST_BYTES = 2 * 1024 * 1024
const MOST_FILES = 70
const MOST_LISTED = 10
/** The file that is being written, and past days, which have theirs in the name. Copies of the hospital have files of their own. */
const FILE = /^(?:hospital|operations)(?:-\d{1,2})?(?:-(\d{4}-\d{2}-\d{2})(?:-\d+)?)?\.log$/
const BAD: ReadonlySet<string> = new Set(['error', 'fatal'])

/** Lines as bad as errors since `sinceMs`, those that say the same counted together. */
export async function recentErrors(folder: string, sinceMs: number): Promise<LoggedErrors> {
  const names = await readdir(folder).catch(() => undefined)
  if (names === undefined) return { count: 0, newest: [], lacks: 'The logs can not be read.' }
  const found = new Map<string, LoggedError>()
  let count = 0
  const cut: string[] = []
  // Files of days that were over by then hold none of it, and there may be hundreds.
  const day = at(sinceMs).slice(0, 10)
  const asked = names.filter((name) => {
    const [own, of = day] = FILE.exec(name) ?? []
    return own !== undefined && of >= day
  })
  cut.push(...asked.slice(MOST_FILES))
  for (const name of asked.slice(0, MOST_FILES)) {
    const end = await endOf(join(folder, name), sinceMs).catch(() => undefined)
    if (end === undefined || end.cut) cut.push(name)
    for (const line of end?.lines ?? []) {
      const read = errorIn(line, sinceMs)
      if (read === undefined) continue
      count++
      const key = [read.service, read.message, read.code].join('\n')
      const known = found.get(key)
      const last = known === undefined || read.last > known.last ? read.last : known.last
      found.set(key, { ...read, last, count: (known?.count ?? 0) + 1 })
    }
  }
  const newest = [...found.values()].sort((a, b) => (a.last < b.last ? 1 : -1)).slice(0, MOST_LISTED)
  return { count, newest, ...(cut.length > 0 && { lacks: `Only the ends were read of ${cut.join(', ')}.` }) }
}

/** The lines at a file's end; none of one that was not written to since. */
async function endOf(path: string, sinceMs: number): Promise<{ lines: string[]; cut: boolean }> {
  await using file = await open(path)
  const { size, mtimeMs } = await file.stat()
  if (mtimeMs < sinceMs) return { lines: [], cut: false }
  const from = Math.max(0, size - MOST_BYTES)
  const buffer = Buffer.alloc(size - from)
  const { bytesRead } = await file.read(buffer, 0, buffer.length, from)
  const lines = buffer.subarray(0, bytesRead).toString().split('\n')
  if (from === 0) return { lines, cut: false }
  lines.shift()
  const first = Date.parse(/"@timestamp":"([^"]+)"/.exec(lines[0] ?? '')?.[1] ?? '')
  return { lines, cut: !(first < sinceMs) }
}

function errorIn(line: string, sinceMs: number): LoggedError | undefined {
  // Most lines are none, and reading JSON is dear.
  if (!/"log\.level":"(?:error|fatal)"/.test(line)) return undefined
  try {
    const {
      'log.level': level,
      '@timestamp': last,
      'service.name': service,
      message,
      error,
      ...rest
    } = JSON.parse(line)
    if (!BAD.has(level) || !(Date.parse(last) >= sinceMs)) return undefined
    const code = rest['event.code'] ?? error?.code
    const which = code === undefined ? {} : { code: String(code) }
    return { service: String(service), level, message: String(message), ...which, count: 1, last }
  } catch {
    // A line that is being written.
    return undefined
  }
}
