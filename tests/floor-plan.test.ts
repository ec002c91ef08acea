import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { describe, test } from 'node:test'

const root = join(import.meta.dirname, '..')
const MOST_LINES = 400

/** From the ground up; a room may import rooms below it only. */
const FLOORS = [
  ['foundation'],
  ['fhir', 'hl7v2', 'promql', 'tlog'],
  ['audit', 'identity'],
  ['record', 'terminology', 'operations'],
  ['care', 'interfaces'],
  ['http', 'cli'],
]
const floorOf = (room: string): number => FLOORS.findIndex((floor) => floor.includes(room))
const roomOf = (file: string): string | undefined => /^src\/([^/]+)\//.exec(file)?.[1]

const SOURCES = ['src', 'practice', 'scripts', 'tests', 'bench', 'web'].map((folder) => `${folder}/**/*.{ts,tsx,mjs}`)
const files = globSync(SOURCES, { cwd: root, exclude: ['web/built/**'] }).sort()
const textOf = (file: string): string => readFileSync(join(root, file), 'utf8')
const isTest = (file: string): boolean => file.endsWith('.test.ts') || file.startsWith('tests/')

const ALIASES = (JSON.parse(textOf('package.json')) as { imports: Record<string, string> }).imports
const resolveImport = (from: string, to: string): string | undefined => {
  if (to.startsWith('.')) return normalize(join(dirname(from), to))
  const [room, ...rest] = to.split('/')
  const target = ALIASES[to] ?? ALIASES[`${room}/*`]?.replace('*', rest.join('/'))
  return target === undefined ? undefined : normalize(target)
}

const imports = files.flatMap((file) =>
  [...textOf(file).matchAll(/^(?:import|export)\b(?:[^'"]*?from)? '([^']+)'|\bimport\('([^']+)'\)/gm)].flatMap(
    (match) => {
      const to = resolveImport(file, match[1] ?? match[2] ?? '')
      return to === undefined ? [] : [{ file, to, from: roomOf(file), room: roomOf(to) }]
    },
  ),
)
const between = imports.filter(
  ({ file, from, room }) => !isTest(file) && from !== undefined && room !== undefined && from !== room,
)

describe('the floor plan', () => {
  test('every room has a floor', () => {
    const rooms = [...new Set(files.map(roomOf))].filter((room) => room !== undefined)
    assert.deepEqual(
      rooms.filter((room) => floorOf(room) < 0),
      [],
    )
  })

  test('no room imports a room on its own floor or above', () => {
    assert.deepEqual(
      between.filter(({ from, room }) => floorOf(from as string) <= floorOf(room as string)),
      [],
    )
  })

  test('a room is entered only by its door, index.ts; the ground and operations have a door for each part', () => {
    const inside = between.filter(
      ({ to, room }) => room !== 'foundation' && !/^src\/[^/]+\/([^/]+\/)?index\.ts$/.test(to),
    )
    assert.deepEqual(inside, [])
  })

  test('each of these words is written only where it belongs', () => {
    const BELONGS = [
      { word: /\bprocess\.env\b/, in: /^src\/(operate|serve|omnicare)\.ts$|^scripts\/launch\.mjs$/ },
      { word: /\bconsole\./, in: /^src\/omnicare\.ts$|^bench\// },
      { word: /\bDate\.now\(|new Date\(\)|Temporal\.Now\b/, in: /^src\/foundation\/clock\.ts$|^web\// },
    ]
    const astray = files
      .filter((file) => !isTest(file))
      .flatMap((file) =>
        BELONGS.filter((rule) => rule.word.test(textOf(file)) && !rule.in.test(file)).map(
          (rule) => `${file}: ${rule.word.source}`,
        ),
      )
    assert.deepEqual(astray, [])
  })

  test('tables are named only in statements and migrations', () => {
    const astray = files.filter(
      (file) =>
        !isTest(file) &&
        /\b(?:FROM|INTO|UPDATE|JOIN) (?:\$\{name|"?fhir|record\.|operations\.|identity\.)/.test(textOf(file)) &&
        !/\/statements\//.test(file),
    )
    assert.deepEqual(
      astray.filter((file) => !file.startsWith('scripts/')),
      [],
    )
  })

  test('the languages do no input or output and read no clock', () => {
    const impure = files.filter(
      (file) =>
        /^src\/(fhir|hl7v2|promql|tlog)\//.test(file) &&
        !isTest(file) &&
        /from 'node:(fs|net|http|child_process|dns)|clock\.ts'/.test(textOf(file)),
    )
    assert.deepEqual(impure, [])
  })

  test('the web pages take nothing from the server but terms, and the server nothing from them', () => {
    const isWeb = (file: string) => file.startsWith('web/')
    const astray = imports.filter(
      ({ file, to }) =>
        !file.startsWith('tests/') && isWeb(file) !== isWeb(to) && !(isWeb(file) && /\/terms\.ts$/.test(to)),
    )
    assert.deepEqual(astray, [])
  })

  test(`no file is longer than ${MOST_LINES} lines`, () => {
    assert.deepEqual(
      files.filter((file) => textOf(file).split('\n').length > MOST_LINES + 1),
      [],
    )
  })
})
