import { parseArgs } from 'node:util'
import type { Context, Entry } from './command.ts'
import { cliFaults } from './faults.ts'

/** Runs the command that `args` name; gives the exit status. */
export async function dispatch(entries: readonly Entry[], args: readonly string[], context: Context): Promise<number> {
  const words = args.filter((arg) => !arg.startsWith('-'))
  if (args.length === 0 || words[0] === 'help' || (words.length === 0 && args.includes('--help'))) {
    help(entries, context)
    return 0
  }
  const entry = entries.find((one) => one.words.split(' ').every((word, index) => args[index] === word))
  if (entry === undefined) throw cliFaults['unknown-command']({ near: nearest(entries, words.join(' ')) })
  const command = await entry.load()
  const options = { ...command.options, help: { type: 'boolean' as const } }
  const rest = args.slice(entry.words.split(' ').length)
  const { values, positionals } = parse(rest, options)
  if (values.help === true) {
    context.out(`omnicare ${entry.words}${command.takes === undefined ? '' : ` ${command.takes}`}`)
    context.out(entry.does)
    for (const [name, { type }] of Object.entries(command.options))
      context.out(`  --${name}${type === 'string' ? ' …' : ''}`)
    return 0
  }
  return command.run({ options: values as Record<string, string | boolean | undefined>, words: positionals }, context)
}

function parse(args: readonly string[], options: NonNullable<Parameters<typeof parseArgs>[0]>['options']) {
  try {
    return parseArgs({ args: [...args], options: options ?? {}, allowPositionals: true, strict: true })
  } catch (error) {
    throw cliFaults['bad-options']({ why: (error as Error).message.split('. ')[0] as string })
  }
}

function help(entries: readonly Entry[], { out }: Context): void {
  out('omnicare <area> <verb> [options]')
  out('')
  const width = Math.max(...entries.map(({ words }) => words.length)) + 2
  for (const { words, does } of entries) out(`  ${words.padEnd(width)}${does}`)
  out('')
  out('Add --help to any of them. Exit status: 0 well, 1 a finding, 2 wrong use, 3 refused, 70 internal, 75 try again.')
}

/** The command that begins most like what was typed. */
function nearest(entries: readonly Entry[], typed: string): string | undefined {
  const alike = (words: string) => {
    let same = 0
    while (same < typed.length && typed[same] === words[same]) same++
    return same
  }
  const [best] = entries.map(({ words }) => ({ words, same: alike(words) })).sort((a, b) => b.same - a.same)
  return best !== undefined && best.same >= 2 ? best.words : undefined
}
