/** Pages are second copies of what the code says, and second copies rot: these tests read both. */
import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { describe, test } from 'node:test'
import { KINDS } from '#foundation/fault.ts'
import { COMMANDS } from '../src/cli/commands.ts'
import { SETTINGS } from '../src/settings.ts'

const root = join(import.meta.dirname, '..')
const PAGES = globSync(['*.md', 'docs/**/*.md'], { cwd: root }).sort()
const SOURCES = globSync(
  ['{src,scripts,tests,bench,practice}/**/*.{ts,mjs,lua}', 'migrations/**/*.sql', '.github/**/*.yml', 'package.json'],
  { cwd: root },
).filter((file) => file !== 'tests/docs.test.ts')
const textOf = (file: string): string => readFileSync(join(root, file), 'utf8')

/** Every match of `pattern` in `files`, its first group, as `file: match`. */
const all = (files: readonly string[], pattern: RegExp) =>
  files.flatMap((file) => [...textOf(file).matchAll(pattern)].map((match) => ({ file, found: match[1] ?? match[0] })))
const told = ({ file, found }: { file: string; found: string }) => `${file}: ${found}`

/** A row of a table as its cells. */
const rowsOf = (text: string): string[][] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) => line.split('|').slice(1, -1))
    .map((cells) => cells.map((cell) => cell.trim()))

/** What stands under a heading of a page, up to the next of its rank or above. */
function section(file: string, heading: string): string {
  const lines = textOf(file).split('\n')
  const from = lines.indexOf(heading)
  assert.ok(from >= 0, `${file} has no "${heading}"`)
  const rank = heading.indexOf(' ')
  const to = lines.findIndex((line, at) => at > from && /^#+ /.test(line) && line.indexOf(' ') <= rank)
  return lines.slice(from, to < 0 ? undefined : to).join('\n')
}

describe('the pages', () => {
  test('under docs/ that code or other pages name are there', () => {
    const named = all([...PAGES, ...SOURCES], /(?<![\w./-])(docs\/[\w./-]*[\w/])/g)
    assert.ok(named.length > 10)
    assert.deepEqual(named.filter(({ found }) => !existsSync(join(root, found))).map(told), [])
  })

  test('link only to what is there', () => {
    const links = all(PAGES, /\]\((?!https?:|#)([^)#\s]+)[^)]*\)/g)
    assert.ok(links.length > 10)
    const dead = links.filter(({ file, found }) => !existsSync(join(root, normalize(join(dirname(file), found)))))
    assert.deepEqual(dead.map(told), [])
  })

  test('name only files and folders that are there', () => {
    const named = all(PAGES, /`((?:src|tests|bench|scripts|migrations|practice)\/[\w./-]*[\w/])`/g)
    // CONTRIBUTING names the migration that the reader is about to write.
    const dead = named.filter(({ found }) => !existsSync(join(root, found)) && !found.endsWith('_what_it_does.sql'))
    assert.ok(named.length > 50)
    assert.deepEqual(dead.map(told), [])
  })

  test('name only settings that there are', () => {
    const known = new Set<string>(Object.values(SETTINGS).map(({ env }) => env))
    const unknown = all(PAGES, /\bOMNICARE_[A-Z_]*[A-Z]\b/g).filter(({ found }) => !known.has(found))
    assert.deepEqual(unknown.map(told), [])
  })

  test('name the npm scripts that there are, and no others', () => {
    const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> }
    const named = all(PAGES, /\bnpm (?:run )?((?<=run )[\w:]+|start|test)\b/g)
    assert.deepEqual(named.filter(({ found }) => scripts[found] === undefined).map(told), [])
    const unnamed = Object.keys(scripts).filter((script) => !named.some(({ found }) => found === script))
    assert.deepEqual(unnamed, [])
  })

  test('name only commands of omnicare that there are, and the README names them all', () => {
    const words = COMMANDS.map((command) => command.words)
    const isCommand = (found: string) =>
      found === 'help' || words.some((one) => found === one || found.startsWith(`${one} `))
    const typed = all(PAGES, /(?:^\$ |`)(?:\.\/)?omnicare ([a-z]+(?: [a-z-]+){0,2})/gm)
    assert.deepEqual(typed.filter(({ found }) => !isCommand(found)).map(told), [])
    const missing = words.filter((one) => !textOf('README.md').includes(`omnicare ${one}`))
    assert.deepEqual(missing, [])
  })
})

describe('the runbooks', () => {
  const named = all(SOURCES, /'(docs\/runbooks\/[\w-]+\.md)'/g).map(({ found }) => found)

  test('have the same headings, so that they are read at night', () => {
    const pages = globSync('docs/runbooks/*.md', { cwd: root })
    assert.ok(pages.length > 15)
    const headings = [
      '## What you see',
      '## Is anyone in danger',
      '## Do this now',
      '## Then find out',
      '## Who to tell',
    ]
    for (const page of pages) assert.deepEqual(textOf(page).match(/^## .*$/gm), headings, page)
  })

  test('name the probes that lead to them', () => {
    assert.ok(named.length > 15)
    const probes = all(SOURCES, /^ +name: ['`]([\w:${}]+)['`]/gm).map(({ found }) =>
      found.replace(/\$\{name\}/, 'record'),
    )
    const told = globSync('docs/runbooks/*.md', { cwd: root }).map(textOf).join('\n')
    const untold = probes.filter((probe) => /^[a-z]+:[a-z]+$/.test(probe) && !told.includes(`\`${probe}\``))
    assert.deepEqual(untold, [])
  })
})

describe('ARCHITECTURE.md', () => {
  test('lists the rooms that are folders of src/, and no others', () => {
    const listed = rowsOf(section('ARCHITECTURE.md', '## The rooms')).flatMap(
      ([first = '']) => /^`src\/([^/]+)\/`$/.exec(first)?.[1] ?? [],
    )
    const folders = globSync('src/*/', { cwd: root }).map((folder) => folder.split(/[\\/]/)[1])
    assert.deepEqual(listed.sort(), folders.sort())
  })

  test('names functions in the files that have them', () => {
    const steps = rowsOf(section('ARCHITECTURE.md', '## How a request travels')).filter(([, file]) =>
      file?.startsWith('`src/'),
    )
    assert.ok(steps.length > 20)
    const astray = steps.filter(([name = '', file = '']) => {
      const bare = name.replaceAll('`', '')
      return !new RegExp(`\\b(?:function|const|class) ${bare}\\b|\\b${bare}\\(`).test(textOf(file.replaceAll('`', '')))
    })
    assert.deepEqual(astray, [])
    const inPassing = [...textOf('ARCHITECTURE.md').matchAll(/`(\w+)`(?:,|\s\()\s*`(src\/[\w./-]+\.ts)`/g)].filter(
      ([, name = '', file = '']) => !new RegExp(`\\b${name}\\b`).test(textOf(file)),
    )
    assert.deepEqual(
      inPassing.map(([found]) => found),
      [],
    )
  })

  test('has the table of faults as the code has it', () => {
    const listed = rowsOf(section('ARCHITECTURE.md', '## Faults')).slice(2)
    const wanted = Object.entries(KINDS).map(([kind, { http, issue, ack, exit }]) => [
      `\`${kind}\``,
      String(http),
      issue,
      ack,
      String(exit),
    ])
    assert.deepEqual(listed, wanted)
  })
})

describe('a decision', () => {
  const decisions = PAGES.filter((page) => page.startsWith('docs/decisions/'))
  const HEADINGS = ['We decided', 'Because', 'We looked at', 'It costs us', 'We will change our mind when']

  test('has a number of its own, without a gap, and says so in its title', () => {
    decisions.forEach((page, index) => {
      assert.ok(page.startsWith(`docs/decisions/${String(index + 1).padStart(4, '0')}-`), page)
      assert.match(textOf(page), new RegExp(`^# ${index + 1}\\. `), page)
    })
  })

  test('says what was decided, why, beside what, at which cost, and until when', () => {
    for (const page of decisions)
      assert.deepEqual(
        [...textOf(page).matchAll(/^## (.+)$/gm)].map(([, heading]) => heading),
        HEADINGS,
        page,
      )
  })
})
