import { setTimeout as delay } from 'node:timers/promises'
import type { FoundEntry } from '#audit'
import type { Command, Context } from '../command.ts'
import { cliFaults } from '../faults.ts'
import { askJson } from './ask.ts'
import { csvHead, csvOf, lineOf } from './show.ts'

const FILTERS = {
  person: { type: 'string' },
  patient: { type: 'string' },
  action: { type: 'string' },
  outcome: { type: 'string' },
  type: { type: 'string' },
  request: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  'break-glass': { type: 'boolean' },
} as const

type Options = Readonly<Record<string, string | boolean | undefined>>

const PAGE = 1_000

function wordsOf(options: Options): URLSearchParams {
  const words = new URLSearchParams()
  for (const name of Object.keys(FILTERS)) {
    const given = options[name]
    if (name === 'break-glass' && given === true) words.set('breakGlass', 'true')
    else if (typeof given === 'string') words.set(name, name === 'patient' ? reference(given) : given)
  }
  return words
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
    most: { type: 'string' },
    json: { type: 'boolean' },
    csv: { type: 'boolean' },
    ndjson: { type: 'boolean' },
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
  options: { ...FILTERS, lines: { type: 'string' }, follow: { type: 'boolean' }, ndjson: { type: 'boolean' } },
  async run({ options }, context) {
    const words = wordsOf(options)
    const show = (entry: FoundEntry) => context.out(options.ndjson === true ? JSON.stringify(entry) : lineOf(entry))
    let last = -1
    for (let lines = Number(options.lines ?? 20); ; lines = PAGE) {
      const fresh = (await page(context, words, lines)).filter(({ index }) => index > last).reverse()
      for (const entry of fresh) show(entry)
      last = fresh.at(-1)?.index ?? last
      if (options.follow !== true) return 0
      await delay(1_000)
    }
  },
}

export const countCommand: Command = {
  options: { ...FILTERS, json: { type: 'boolean' } },
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
