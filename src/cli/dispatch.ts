import { parseArgs } from 'node:util'
import type { Command, Context, Entry } from './command.ts'
import { cliFaults } from './faults.ts'
import { helpOf, helpOfAll } from './help.ts'

/** Runs the command that `args` name; gives the exit status. Throws `cli/unknown-command`, `cli/bad-options`. */
export async function dispatch(entries: readonly Entry[], args: readonly string[], context: Context): Promise<number> {
  const [first = '--help', ...others] = args
  if (first === '--version') {
    noMore('--version', others)
    context.out(`omnicare ${context.version()}`)
    return 0
  }
  if (first === 'help' || isHelp(first))
    return help(
      entries,
      others.filter((arg) => !isHelp(arg)),
      context,
    )
  const entry = entryIn(entries, args)
  if (entry === undefined) {
    const words = args.filter((arg) => !arg.startsWith('-'))
    if (args.some(isHelp)) return help(entries, words, context)
    const isArea = entries.some((one) => one.words.startsWith(`${words.join(' ')} `))
    throw cliFaults['unknown-command']({
      near: isArea ? `${words.join(' ')} --help` : nearest(entries, words.join(' ')),
    })
  }
  const command = await entry.load()
  const { values, positionals } = parse(args.slice(entry.words.split(' ').length), command)
  if (values.help === true) return say(helpOf(entry, command), context)
  if (command.takes === undefined) noMore(entry.words, positionals)
  return command.run({ options: values, words: positionals }, context)
}

const isHelp = (arg: string): boolean => arg === '--help' || arg === '-h'

const entryIn = (entries: readonly Entry[], args: readonly string[]): Entry | undefined =>
  entries.find(({ words }) => words.split(' ').every((word, index) => args[index] === word))

function noMore(what: string, words: readonly string[]): void {
  if (words.length > 0) throw cliFaults['bad-options']({ why: `omnicare ${what} takes nothing after it but options` })
}

/** Help for all, for an area, or for a command. */
async function help(entries: readonly Entry[], words: readonly string[], context: Context): Promise<number> {
  if (words.length === 0) return say(helpOfAll(entries), context)
  const entry = entryIn(entries, words)
  if (entry !== undefined) return say(helpOf(entry, await entry.load()), context)
  const area = words.join(' ')
  const within = entries.filter((one) => one.words.startsWith(`${area} `))
  if (within.length > 0) return say(helpOfAll(within, area), context)
  throw cliFaults['unknown-command']({ near: nearest(entries, words.join(' ')) })
}

function say(lines: readonly string[], { out }: Context): number {
  for (const line of lines) out(line)
  return 0
}

function parse(args: readonly string[], { options }: Command) {
  const known = { ...options, help: { type: 'boolean' as const, short: 'h' } }
  try {
    const { values, positionals } = parseArgs({ args: [...args], options: known, allowPositionals: true, strict: true })
    return { values: values as Record<string, string | boolean | undefined>, positionals }
  } catch (error) {
    throw cliFaults['bad-options']({ why: (error as Error).message.split('. ')[0] as string })
  }
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
