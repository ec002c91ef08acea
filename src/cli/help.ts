/** What `omnicare --help` and `omnicare COMMAND --help` print, from the commands themselves. */
import type { Command, Entry, Option } from './command.ts'

const WIDTH = 120

/** Of all commands, or of those of an area. */
export function helpOfAll(entries: readonly Entry[], area?: string): string[] {
  return [
    `omnicare ${area ?? '<area>'} ${area === undefined ? '[<verb>]' : '<verb>'} [options]`,
    '',
    ...columns(entries.map(({ words, does }) => [words, does])),
    '',
    ...(area === undefined ? columns(GLOBAL) : []),
    ...(area === undefined ? [''] : []),
    'Exit status: 0 well, 1 a finding, 2 wrong use, 3 refused, 70 internal, 75 try again.',
    'It asks the hospital at OMNICARE_URL, with the token in OMNICARE_HOME; docs/settings.md has all settings.',
    '',
    'For example:',
    ...(area === undefined ? ['  omnicare status', '  omnicare import --help'] : exampleOf(entries)),
  ]
}

const exampleOf = ([first]: readonly Entry[]): string[] =>
  first === undefined ? [] : [`  omnicare ${first.words} --help`]

const GLOBAL: [string, string][] = [
  ['--help', 'After a command: what it does, its options, examples. Also: omnicare help COMMAND.'],
  ['--version', 'The version of OmniCare.'],
]

export function helpOf({ words, does }: Entry, { takes, options, about = [], examples = [] }: Command): string[] {
  const named = Object.entries(options)
  return [
    `omnicare ${words}${named.length > 0 ? ' [options]' : ''}${takes === undefined ? '' : ` ${takes}`}`,
    '',
    does,
    ...about,
    ...(named.length > 0 ? ['', ...columns(named.map(([name, option]) => described(name, option)))] : []),
    ...(examples.length > 0 ? ['', 'For example:', ...examples.map((example) => `  omnicare ${example}`)] : []),
  ]
}

function described(name: string, { type, takes = '…', means = '', default: fallback }: Option): [string, string] {
  const unless = fallback === undefined ? '' : ` Default: ${fallback}.`
  return [`--${name}${type === 'string' ? ` ${takes}` : ''}`, `${means}${unless}`.trim()]
}

/** Two columns, the second broken into lines where it is too long. */
function columns(rows: readonly (readonly [string, string])[]): string[] {
  const first = Math.max(...rows.map(([left]) => left.length)) + 4
  return rows.flatMap(([left, right]) =>
    broken(right, WIDTH - first).map((line, index) =>
      `${(index === 0 ? `  ${left}` : '').padEnd(first)}${line}`.trimEnd(),
    ),
  )
}

function broken(text: string, width: number): string[] {
  const lines = ['']
  for (const word of text.split(' ')) {
    const line = lines.at(-1) as string
    if (line !== '' && line.length + 1 + word.length > width) lines.push(word)
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`
  }
  return lines
}
