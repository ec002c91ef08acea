import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { nowMilliseconds } from '#foundation/clock.ts'
import { Fault } from '#foundation/fault.ts'
import {
  LOG_LEVELS,
  LOG_PLANES,
  type LogFilter,
  type LogLine,
  type LogPage,
  type LogQuery,
  searchLogs,
} from '../../operations/logs/index.ts'
import { askOperations } from '../ask.ts'
import type { Command, Context } from '../command.ts'
import { cliFaults } from '../faults.ts'
import { type Given, wholeNumber } from '../options.ts'
import { agoMs } from '../span.ts'

const PAGE = 1_000
const LOOK_EVERY_MS = 1_000

type Ask = (query: LogQuery) => Promise<LogPage>

/** Lines of the logs of this machine, whether anything runs or not; with --remote those that operations has. */
export const logsCommand: Command = {
  options: {
    errors: { type: 'boolean', means: 'Errors and worse only; a finding (1) when there are any.' },
    level: { type: 'string', takes: 'LEVEL', means: `This or a worse one: ${LOG_LEVELS.join(', ')}.` },
    plane: { type: 'string', takes: 'PLANE', means: `Of ${LOG_PLANES.join(' or ')} only.` },
    since: {
      type: 'string',
      takes: 'TIME',
      means: 'From then on: 1h, 30m, 7d, or a time such as 2026-11-25T08:00:00Z.',
    },
    until: { type: 'string', takes: 'TIME', means: 'Up to then.' },
    request: { type: 'string', takes: 'ID', means: 'Of one request, by the X-Request-Id of its answer.' },
    text: { type: 'string', takes: 'TEXT', means: 'With this text in a value, whatever the case of its letters.' },
    most: { type: 'string', takes: 'N', means: 'So many at most, the newest.', default: '100' },
    follow: { type: 'boolean', means: 'Goes on with what is written, until it is stopped.' },
    json: { type: 'boolean', means: 'Prints each line as JSON.' },
    remote: { type: 'boolean', means: 'Asks operations instead of reading the files of this machine.' },
  },
  about: [
    'Reads the files in OMNICARE_HOME by itself, so that it works while nothing else does. The newest come last.',
  ],
  examples: ['logs --errors --since 1h', 'logs --request 0198f7e2 --json', 'logs --plane hospital --follow'],
  async run({ options }, context) {
    const filter = filterOf(options)
    const most = wholeNumber({ most: '100', ...options }, 'most', 1, 1_000_000)
    const ask: Ask =
      options.remote === true
        ? (query) => remote(context, query)
        : (query) => searchLogs({ folder: join(context.home, 'logs'), nowMs: nowMilliseconds }, query)
    const show = (line: LogLine) => context.out(options.json === true ? JSON.stringify(line) : textOf(line))
    const { lines, newer } = await newest(ask, filter, most)
    for (const line of lines.toReversed()) show(line)
    if (options.follow === true) return follow(ask, filter, String(newer), show)
    return options.errors === true && lines.length > 0 ? 1 : 0
  },
}

async function newest(ask: Ask, filter: LogFilter, most: number) {
  const lines: LogLine[] = []
  let page = await ask({ ...filter, most: Math.min(PAGE, most) })
  const { newer } = page
  for (;;) {
    lines.push(...page.lines)
    if (page.older === undefined || lines.length >= most) return { lines, newer }
    page = await ask({ ...filter, most: Math.min(PAGE, most - lines.length), older: page.older })
  }
}

async function follow(ask: Ask, filter: LogFilter, from: string, show: (line: LogLine) => void): Promise<never> {
  for (let newer = from; ; ) {
    const page = await ask({ ...filter, most: PAGE, newer }).catch((error: unknown) => {
      // Operations may be started anew meanwhile: the cursor outlives that.
      if (error instanceof Fault && error.kind === 'busy') return undefined
      throw error
    })
    if (page === undefined) {
      await delay(LOOK_EVERY_MS)
      continue
    }
    for (const line of page.lines) show(line)
    newer = page.newer ?? newer
    if (page.lines.length < PAGE && page.searchedTo === undefined) await delay(LOOK_EVERY_MS)
  }
}

async function remote(context: Context, { fromMs, toMs, most, ...words }: LogQuery): Promise<LogPage> {
  const asked = new URLSearchParams({
    ...words,
    most: String(most),
    ...(fromMs !== undefined && { from: new Date(fromMs).toISOString() }),
    ...(toMs !== undefined && { to: new Date(toMs).toISOString() }),
  })
  return (await (await askOperations(context, `logs?${asked}`)).json()) as LogPage
}

function filterOf(options: Given): LogFilter {
  const { level, plane, since, until, request, text, errors } = options
  if (errors === true && level !== undefined) throw cliFaults['bad-options']({ why: '--errors is a --level already' })
  return {
    ...(level !== undefined && { level: among(LOG_LEVELS, level, 'level') }),
    ...(errors === true && { level: 'error' as const }),
    ...(plane !== undefined && { plane: among(LOG_PLANES, plane, 'plane') }),
    ...(since !== undefined && { fromMs: timeOf(String(since), 'since') }),
    ...(until !== undefined && { toMs: timeOf(String(until), 'until') }),
    ...(request !== undefined && { request: String(request) }),
    ...(text !== undefined && { text: String(text) }),
  }
}

function among<Word extends string>(words: readonly Word[], given: unknown, name: string): Word {
  const found = words.find((word) => word === given)
  if (found === undefined) throw cliFaults['bad-options']({ why: `--${name} takes ${words.join(', ')}` })
  return found
}

/** `24h` ago, or a time. Milliseconds since the epoch. */
function timeOf(given: string, name: string): number {
  const ago = agoMs(given)
  if (ago !== undefined) return ago
  const ms = /^\d{4}-\d\d-\d\d/.test(given) ? Date.parse(given) : Number.NaN
  if (Number.isNaN(ms))
    throw cliFaults['bad-options']({ why: `--${name} takes 1h, 30m, 7d, or a time such as 2026-11-25T08:00:00Z` })
  return ms
}

function textOf({ at, level, log, message, request, code, error, facts }: LogLine): string {
  const beside = Object.entries(facts)
    .filter(([name]) => name !== 'process.pid')
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
  const parts = [
    `${at}  ${level.toUpperCase().padEnd(5)}  ${log.padEnd(10)}  ${message}`,
    ...(code === undefined ? [] : [code]),
    ...(request === undefined ? [] : [`request ${request}`]),
    ...beside,
  ]
  const trouble = error === undefined ? [] : [`${error.type}: ${error.message}`, ...error.places]
  return [parts.join('  '), ...trouble.map((line) => `    ${line}`)].join('\n')
}
