import { writeFile } from 'node:fs/promises'
import type { Command, Context } from '../command.ts'
import { cliFaults } from '../faults.ts'
import { wholeNumber } from '../options.ts'
import { type Account, load, newAccount } from './load.ts'
import { bar } from './progress.ts'
import { checkRunning } from './send.ts'
import { type Source, sourceOf, sourcesIn } from './source.ts'
import type { Refusal, Unit } from './unit.ts'
import { unitsOf } from './units.ts'

const MOST_SHOWN = 20

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
    const sources = words[0] === '-' ? [sourceOf('standard input', process.stdin)] : await sourcesIn(words)
    const target = { url: context.url, token: context.token() }
    await checkRunning(target)

    const account = newAccount()
    const total = sources.reduce((sum, { bytes }) => sum + bytes, 0)
    let bytes = 0
    const tell = () => {
      if (process.stderr.isTTY) context.note(`\r${bar({ bytes, total }, account)}`)
    }
    // What others refer to is loaded before anything that may refer to it is sent.
    for (const first of [true, false]) {
      const wanted = sources.filter((source) => source.first === first)
      const units = unitsIn(wanted, (read) => {
        bytes += read
      })
      await load(units, target, parallel, tell, account)
    }
    if (process.stderr.isTTY) context.note('\n')

    if (typeof options.report === 'string')
      await writeFile(options.report, `${JSON.stringify(asJson(account), null, 2)}\n`)
    if (options.json === true) context.out(JSON.stringify(asJson(account)))
    else summarize(account, options.resume === true, context)
    return account.refused.length > 0 || (account.there > 0 && options.resume !== true) ? 1 : 0
  },
}

async function* unitsIn(sources: readonly Source[], tell: (bytes: number) => void): AsyncGenerator<Unit | Refusal> {
  for (const source of sources) yield* unitsOf(source, tell)
}

const asJson = ({ units, there, loaded, refused }: Account) => ({
  units,
  alreadyLoaded: there,
  loaded: Object.fromEntries([...loaded].sort()),
  refused,
})

const counted = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`

function summarize({ units, there, loaded, refused }: Account, resume: boolean, { out }: Context): void {
  const total = [...loaded.values()].reduce((sum, count) => sum + count, 0)
  out(`${counted(total, 'resource')} loaded from ${counted(units, 'bundle')}`)
  for (const [type, count] of [...loaded].sort()) out(`  ${type.padEnd(32)}${String(count).padStart(8)}`)
  if (there > 0)
    out(
      `${counted(there, 'bundle')} ${there === 1 ? 'was' : 'were'} loaded already and changed nothing${resume ? '' : '; --resume passes over them quietly'}`,
    )
  if (refused.length > 0) out(`${refused.length} refused:`)
  for (const { from, why } of refused.slice(0, MOST_SHOWN)) {
    out(`  ${from}`)
    for (const one of why.slice(0, 5)) out(`    ${one}`)
  }
  if (refused.length > MOST_SHOWN) out(`  … and ${refused.length - MOST_SHOWN} more; --report FILE has them all`)
}
