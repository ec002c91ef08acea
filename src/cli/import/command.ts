import { writeFile } from 'node:fs/promises'
import type { Command } from '../command.ts'
import { cliFaults } from '../faults.ts'
import { wholeNumber } from '../options.ts'
import { type Account, load, newAccount } from './load.ts'
import { bar } from './progress.ts'
import { checkRunning } from './send.ts'
import { type Source, sourceOf, sourcesIn } from './source.ts'
import { asJson, summary } from './summary.ts'
import type { Refusal, Unit } from './unit.ts'
import { unitsOf } from './units.ts'

/** `omnicare import PATH…|-` */
export const importCommand: Command = {
  takes: 'PATH…|-',
  options: {
    resume: {
      type: 'boolean',
      means: 'Run again after an interruption: what was loaded before is no finding. Nothing is ever loaded twice.',
    },
    parallel: { type: 'string', takes: 'N', default: '4', means: 'Bundles that are under way together, 1 to 64.' },
    report: { type: 'string', takes: 'FILE', means: 'Writes the counts and every refusal to a file, as JSON.' },
    json: { type: 'boolean', means: 'Prints the same as JSON instead of the summary.' },
  },
  about: [
    'PATH is a file, or a folder that is searched for *.json, *.ndjson and both with .gz; - is standard input.',
    'A transaction is loaded whole or not at all; of other bundles, and of NDJSON, each resource stands for itself.',
  ],
  examples: ['import --resume exports/', 'import --report refused.json Patient.ndjson.gz', 'import - < bundle.json'],
  async run({ options, words }, context) {
    const parallel = wholeNumber(options, 'parallel', 1, 64)
    if (words.length === 0) throw cliFaults['bad-options']({ why: 'Name a file, a folder, or - for standard input' })
    if (words.includes('-') && words.length > 1)
      throw cliFaults['bad-options']({ why: 'Standard input (-) can not be combined with files' })
    const sources = words[0] === '-' ? [sourceOf('standard input', process.stdin)] : await found(words, context.note)
    const report = typeof options.report === 'string' ? options.report : undefined
    // Before anything is loaded: what is to be reported later should have a place.
    if (report !== undefined) await writeReport(report, '')
    const target = { url: context.url, token: context.token(), believed: context.believed }
    await checkRunning(target)

    const account = newAccount()
    const total = sources.reduce((sum, { bytes }) => sum + bytes, 0)
    let bytes = 0
    const tell = () => {
      if (process.stderr.isTTY) context.note(`\r${bar({ bytes, total }, account)}`)
    }
    try {
      // What others refer to is loaded before anything that may refer to it is sent.
      for (const first of [true, false]) {
        const wanted = sources.filter((source) => source.first === first)
        const units = unitsIn(wanted, (read) => {
          bytes += read
        })
        await load(units, target, parallel, tell, account)
      }
    } finally {
      // Also when the hospital has gone: it is told what was loaded until then.
      if (process.stderr.isTTY) context.note('\n')
      account.refused.sort(byPlace)
      const json = asJson(account)
      if (report !== undefined) await writeReport(report, `${JSON.stringify(json, null, 2)}\n`)
      if (options.json === true) context.out(JSON.stringify(json))
      else for (const line of summary(account, options.resume === true)) context.out(line)
    }
    return isFinding(account, options.resume === true) ? 1 : 0
  },
}

const isFinding = ({ refused, there }: Account, resume: boolean): boolean =>
  refused.length > 0 || (there > 0 && !resume)

/** By file and line: several were under way together. */
const byPlace = (a: Refusal, b: Refusal): number => a.from.localeCompare(b.from, 'en', { numeric: true })

/** Throws `cli/no-such-path`, `cli/nothing-to-import`. */
async function found(paths: readonly string[], note: (text: string) => void): Promise<readonly Source[]> {
  const { sources, empty } = await sourcesIn(paths)
  const nothing = cliFaults['nothing-to-import']({ paths: empty })
  if (sources.length === 0) throw nothing
  if (empty.length > 0) note(`${nothing.message}\n`)
  return sources
}

async function* unitsIn(sources: readonly Source[], tell: (bytes: number) => void): AsyncGenerator<Unit | Refusal> {
  for (const source of sources) yield* unitsOf(source, tell)
}

/** Throws `cli/unwritable`. */
async function writeReport(path: string, text: string): Promise<void> {
  await writeFile(path, text).catch(({ code }: NodeJS.ErrnoException) => {
    throw cliFaults.unwritable({ path, code: code ?? 'unknown' })
  })
}
