/** A line of a log: whether it is one that was asked for, first by its text and only then by its parts, which takes longer. */
import { loggedRequest } from '#foundation/logged-request.ts'
import { planeOf } from './files.ts'
import { LOG_LEVELS, type LogFilter, type LogLevel, type LogLine } from './terms.ts'

const TIME = /"@timestamp":"([^"]{20,30})"/
const LEVEL = /"log\.level":"([a-z]+)"/
/** A trace is for a mender; what is longer than this is none. */
const MOST_PLACES = 30

/** Milliseconds since the epoch; undefined when the line tells no time, as one that was cut off. */
export function timeOf(line: string): number | undefined {
  const ms = Date.parse(TIME.exec(line)?.[1] ?? '')
  return Number.isNaN(ms) ? undefined : ms
}

/** Gives the line when the filter lets it through. */
export type Sift = (text: string, atMs: number, log: string) => LogLine | undefined

export function openSift({ level, plane, fromMs, toMs, request: asked, text }: LogFilter): Sift {
  const request = asked === undefined ? undefined : loggedRequest(asked)
  const levels: ReadonlySet<string> = new Set(level === undefined ? LOG_LEVELS : LOG_LEVELS.slice(rank(level)))
  const wanted = text?.toLowerCase()
  const quoted = wanted === undefined ? undefined : inJson(wanted)
  const id = request === undefined ? undefined : inJson(request)
  return (line, atMs, log) => {
    if ((fromMs !== undefined && atMs < fromMs) || (toMs !== undefined && atMs > toMs)) return undefined
    if (plane !== undefined && planeOf(log) !== plane) return undefined
    const [, found] = LEVEL.exec(line) ?? []
    if (found === undefined || !levels.has(found)) return undefined
    if (id !== undefined && !line.includes(id)) return undefined
    if (quoted !== undefined && !line.toLowerCase().includes(quoted)) return undefined
    const read = readLine(line, log)
    if (read === undefined || (request !== undefined && read.request !== request)) return undefined
    if (wanted !== undefined && !holds([read.message, read.log, read.code, read.error, read.facts], wanted))
      return undefined
    return read
  }
}

const rank = (level: LogLevel): number => LOG_LEVELS.indexOf(level)
const inJson = (text: string): string => JSON.stringify(text).slice(1, -1)

function holds(value: unknown, wanted: string): boolean {
  if (typeof value === 'string') return value.toLowerCase().includes(wanted)
  if (typeof value === 'number' || typeof value === 'boolean') return String(value).includes(wanted)
  return typeof value === 'object' && value !== null && Object.values(value).some((one) => holds(one, wanted))
}

/** Its parts; undefined when it is no whole line of ours. */
function readLine(line: string, log: string): LogLine | undefined {
  let parts: Record<string, unknown>
  try {
    parts = JSON.parse(line) as Record<string, unknown>
  } catch {
    return undefined
  }
  const { '@timestamp': time, 'log.level': level, message, error, ...facts } = parts
  const { 'http.request.id': request, 'event.code': code, ...others } = facts
  if (typeof time !== 'string' || !LOG_LEVELS.some((one) => one === level)) return undefined
  for (const known of KNOWN_ALREADY) delete others[known]
  return {
    at: time,
    level: level as LogLevel,
    plane: planeOf(log),
    log,
    message: String(message ?? ''),
    ...(typeof request === 'string' && { request }),
    ...(typeof code === 'string' && { code }),
    ...(typeof error === 'object' && error !== null && { error: errorIn(error as Readonly<Record<string, unknown>>) }),
    facts: others,
  }
}

/** What every line has, or its log's name says. */
const KNOWN_ALREADY = ['ecs.version', 'service.name', 'host.hostname', 'event.dataset']

function errorIn({ type, message, stack_trace: trace }: Readonly<Record<string, unknown>>) {
  const places = String(trace ?? '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, MOST_PLACES)
    .map((line) => line.trim())
  return { type: String(type ?? 'Error'), message: String(message ?? ''), places }
}
