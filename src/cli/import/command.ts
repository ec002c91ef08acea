import { writeFile } from 'node:fs/promises'
import type { Command, Context } from '../command.ts'
import { cliFaults } from '../faults.ts'
import { type Account, load } from './load.ts'
import { filesIn, type Unit, unitsOf } from './units.ts'

const MOST_SHOWN = 20

/** `omnicare import PATH…|-` */
export const importCommand: Command = {
  takes: 'PATH…|-',
  options: {
    resume: { type: 'boolean' },
    parallel: { type: 'string', default: '4' },
    report: { type: 'string' },
    json: { type: 'boolean' },
  },
  async run({ options, words }, context) {
    const parallel = Number(options.parallel)
    if (words.length === 0) throw cliFaults['bad-options']({ why: 'Name a file, a folder, or - for standard input' })
    if (!Number.isInteger(parallel) || parallel < 1 || parallel > 64)
      throw cliFaults['bad-options']({ why: '--parallel takes a whole number from 1 to 64' })
    const files = words[0] === '-' ? ['-'] : await filesIn(words)
    const account = await load(unitsIn(files), { url: context.url, token: context.token() }, parallel, ({ units }) => {
      if (process.stderr.isTTY) context.note(`\r${bar(units, files.length)}`)
    })
    if (process.stderr.isTTY) context.note('\n')
    if (typeof options.report === 'string')
      await writeFile(options.report, `${JSON.stringify(asJson(account), null, 2)}\n`)
    if (options.json === true) context.out(JSON.stringify(asJson(account)))
    else summarize(account, options.resume === true, context)
    return account.refused.length > 0 || (account.there > 0 && options.resume !== true) ? 1 : 0
  },
}

async function* unitsIn(files: readonly string[]): AsyncGenerator<Unit> {
  for (const file of files) yield* file === '-' ? unitsOf('standard input', process.stdin) : unitsOf(file)
}

const WIDTH = 30

function bar(done: number, of: number): string {
  const full = Math.min(WIDTH, Math.round((done / Math.max(of, done)) * WIDTH))
  return `[${'#'.repeat(full)}${' '.repeat(WIDTH - full)}] ${done}`
}

const asJson = ({ units, there, loaded, refused }: Account) => ({
  units,
  alreadyLoaded: there,
  loaded: Object.fromEntries([...loaded].sort()),
  refused,
})

function summarize({ units, there, loaded, refused }: Account, resume: boolean, { out }: Context): void {
  const total = [...loaded.values()].reduce((sum, count) => sum + count, 0)
  out(`${total} resources loaded from ${units} bundles`)
  for (const [type, count] of [...loaded].sort()) out(`  ${type.padEnd(32)}${String(count).padStart(8)}`)
  if (there > 0)
    out(
      `${there} bundles were loaded already and changed nothing${resume ? '' : '; --resume passes over them quietly'}`,
    )
  if (refused.length > 0) out(`${refused.length} refused:`)
  for (const { from, why } of refused.slice(0, MOST_SHOWN))
    out(
      `  ${from}\n${why
        .slice(0, 5)
        .map((one) => `    ${one}`)
        .join('\n')}`,
    )
  if (refused.length > MOST_SHOWN) out(`  … and ${refused.length - MOST_SHOWN} more; --report FILE has them all`)
}
