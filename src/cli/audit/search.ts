import { setTimeout as delay } from 'node:timers/promises'
import type { FoundEntry } from '#audit'
import { Fault } from '#foundation/fault.ts'
import type { Command, Context } from '../command.ts'
import { cliFaults } from '../faults.ts'
import { agoMs } from '../span.ts'
import { askJson, askOperations, linesOf } from './ask.ts'
import { csvHead, csvOf, lineOf } from './show.ts'

const FILTERS = {
  person: { type: 'string', takes: 'WHO', means: 'Who did it: a user name, or an id.' },
  patient: { type: 'string', takes: 'ID', means: 'Whose record it was about.' },
  action: { type: 'string', takes: 'LIST', means: 'As in read,search,sign-in,oversight.' },
  outcome: { type: 'string', takes: 'LIST', means: 'Of success, refused, failed and cancelled.' },
  type: { type: 'string', takes: 'TYPE', means: 'What it was done to, as in Observation or person.' },
  request: { type: 'string', takes: 'ID', means: 'Of one request, by its X-Request-Id.' },
  from: { type: 'string', takes: 'TIME', means: 'From then on, as in 2026-11-01T00:00:00Z.' },
  to: { type: 'string', takes: 'TIME', means: 'Before then.' },
  since: { type: 'string', takes: 'SPAN', means: 'The last 90s, 30m, 24h or 7d; or a time.' },
  'break-glass': { type: 'boolean', means: 'Only under emergency access.' },
} as const

type Options = Readonly<Record<string, string | boolean | undefined>>

const PAGE = 1_000
const ASK_AGAIN_MS = 1_000

function wordsOf(options: Options): URLSearchParams {
  const words = new URLSearchParams()
  for (const name of Object.keys(FILTERS)) {
    const given = options[name]
    if (name === 'break-glass' && given === true) words.set('breakGlass', 'true')
    else if (name === 'since' && typeof given === 'string') words.set('from', since(given))
    else if (typeof given === 'string') words.set(name, name === 'patient' ? reference(given) : given)
  }
  return words
}

/** Some time ago, as in `24h`; anything else is a time. */
function since(given: string): string {
  const ms = agoMs(given)
  return ms === undefined ? given : new Date(ms).toISOString()
}

const reference = (patient: string): string => (patient.includes('/') ? patient : `Patient/${patient}`)

async function page(context: Context, words: URLSearchParams, most: number, before?: number): Promise<FoundEntry[]> {
  const asked = new URLSearchParams(words)
  asked.set('most', String(most))
  if (before !== undefined) asked.set('before', String(before))
  return (await askJson<{ entries: FoundEntry[] }>(context, `entries?${asked}`)).entries
}

/** Newest first, page after page, up to `most`. */
export const searchCommand: Command = {
  options: {
    ...FILTERS,
    most: { type: 'string', takes: 'COUNT', means: 'How many at most: 100 unless it is said.' },
    json: { type: 'boolean', means: 'Prints JSON, for programs.' },
    csv: { type: 'boolean', means: 'Prints CSV with a heading.' },
    ndjson: { type: 'boolean', means: 'Prints JSON, an entry a line.' },
  },
  async run({ options }, context) {
    const { out } = context
    const most = options.most === undefined ? 100 : Number(options.most)
    if (!Number.isSafeInteger(most) || most < 1) throw cliFaults['bad-options']({ why: '--most takes a number from 1' })
    const words = wordsOf(options)
    const all: FoundEntry[] = []
    if (options.csv === true) out(csvHead())
    for (let before: number | undefined, left = most; left > 0; ) {
      const entries = await page(context, words, Math.min(left, PAGE), before)
      for (const entry of entries) {
        if (options.json === true) all.push(entry)
        else out(options.csv === true ? csvOf(entry) : options.ndjson === true ? JSON.stringify(entry) : lineOf(entry))
      }
      left -= entries.length
      before = entries.at(-1)?.index
      if (entries.length < PAGE || before === undefined) break
    }
    if (options.json === true) out(JSON.stringify(all))
    return 0
  },
}

/** The newest entries; with --follow also those that come, until it is stopped. */
export const tailCommand: Command = {
  options: {
    ...FILTERS,
    lines: { type: 'string', takes: 'COUNT', means: 'How many of the newest: 20 unless it is said.' },
    follow: { type: 'boolean', means: 'Goes on with those that come, until it is stopped.' },
    ndjson: { type: 'boolean', means: 'Prints JSON, an entry a line.' },
  },
  async run({ options }, context) {
    const words = wordsOf(options)
    const lines = options.lines === undefined ? 20 : Number(options.lines)
    if (!Number.isSafeInteger(lines) || lines < 0) throw cliFaults['bad-options']({ why: '--lines takes a number' })
    const show = (entry: FoundEntry) => context.out(options.ndjson === true ? JSON.stringify(entry) : lineOf(entry))
    if (options.follow === true) return follow(context, words, lines, show)
    for (const entry of lines === 0 ? [] : (await page(context, words, lines)).reverse()) show(entry)
    return 0
  },
}

/** Goes on after what was seen last when operations is started again: nothing is missed, nothing comes twice. */
async function follow(
  context: Context,
  words: URLSearchParams,
  lines: number,
  show: (entry: FoundEntry) => void,
): Promise<never> {
  for (let last: number | undefined; ; ) {
    const asked = new URLSearchParams(words)
    asked.set(last === undefined ? 'lines' : 'after', String(last ?? lines))
    try {
      for await (const line of linesOf<FoundEntry | { at: number }>(await askOperations(context, `follow?${asked}`))) {
        if ('at' in line) last = line.at
        else {
          show(line)
          last = line.index
        }
      }
    } catch (error) {
      // A stream that breaks off is no Fault; nor is there anything to go on from before the first line.
      const away = !(error instanceof Fault) || error.kind === 'busy'
      if (last === undefined || !away) throw error
    }
    context.note('operations does not answer; it is asked again\n')
    await delay(ASK_AGAIN_MS)
  }
}

export const countCommand: Command = {
  options: { ...FILTERS, json: { type: 'boolean', means: 'Prints JSON, for programs.' } },
  async run({ options }, context) {
    const counted = await askJson<{ count: number; first?: string; last?: string }>(
      context,
      `count?${wordsOf(options)}`,
    )
    if (options.json === true) context.out(JSON.stringify(counted))
    else
      context.out(counted.count === 0 ? '0 entries' : `${counted.count} entries, ${counted.first} to ${counted.last}`)
    return counted.count > 0 ? 0 : 1
  },
}
