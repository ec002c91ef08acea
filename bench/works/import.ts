import { execFile } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { getCompileCacheDir } from 'node:module'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import { gunzipSync } from 'node:zlib'
import pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import type { Ground } from '../ground.ts'
import { bundles } from '../patients.ts'
import { copyIn, makeBare, makeBareTable } from '../statements/floor.ts'
import type { Measured, Work } from '../work.ts'

const run = promisify(execFile)
const RESOURCES = 60_000
const FIRST_SEED = 1_000

/**
 * `omnicare import` of transaction bundles, beside COPY of the same texts into a bare table. Each turn has new patients,
 * or those of the folder that `--from` names, under another Bundle id: the hospital would not import the same twice.
 */
export const importWork: Work = async (ground, { from }) => {
  let turn = 0
  let lines: readonly string[] = []
  const given = from === undefined ? undefined : bundlesIn(from)
  const fresh = () => {
    turn++
    // Twice over, so that the start of the command weighs as little as in an import worth the name.
    lines =
      given === undefined
        ? [...bundles(RESOURCES, FIRST_SEED + turn)]
        : [1, 2, 3, 4].flatMap((time) => renamed(given, `${turn}-${time}`))
    return lines
  }
  return {
    ours: () => byCommand(ground, fresh()),
    // The same patients as ours of this turn, or those of the turn's own when it comes first.
    floor: () => byCopy(ground, lines.length > 0 ? lines : fresh()),
    async [Symbol.asyncDispose]() {},
  }
}

const renamed = (texts: readonly string[], id: string): string[] =>
  texts.map((text) => text.replace('{', `{"id":"${id}",`))

/** The transaction bundles in a folder, each on one line; what others refer to first, as `omnicare import` orders them. */
function bundlesIn(folder: string): string[] {
  const rank = (name: string) => (/^(hospital|practitioner)Information/.test(name) ? 0 : 1)
  const names = readdirSync(folder).filter((name) => /\.json(\.gz)?$/.test(name))
  return names
    .sort((a, b) => rank(a) - rank(b))
    .map((name) => {
      const bytes = readFileSync(join(folder, name))
      return JSON.stringify(JSON.parse((name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')))
    })
}

async function byCommand({ home, hospital, token }: Ground, texts: readonly string[]): Promise<Measured> {
  const file = join(home, 'import.ndjson')
  const tokenFile = join(home, 'admin-token')
  writeFileSync(file, texts.join('\n'))
  writeFileSync(tokenFile, token)
  const program = join(import.meta.dirname, '../../src/omnicare.ts')
  // With the compile cache, as ./omnicare has it.
  const env = { OMNICARE_HOME: home, OMNICARE_URL: hospital, NODE_COMPILE_CACHE: getCompileCacheDir() }
  return timed(async () => {
    const { stdout } = await run(process.execPath, [program, 'import', file, '--resume', '--json'], { env })
    const { loaded } = JSON.parse(stdout) as { loaded: Readonly<Record<string, number>> }
    return Object.values(loaded).reduce((sum, count) => sum + count, 0)
  })
}

async function byCopy({ db, databaseUrl }: Ground, texts: readonly string[]): Promise<Measured> {
  await db.rows(makeBare())
  await db.rows(makeBareTable())
  let number = 0
  const rows = texts.flatMap((text) =>
    (JSON.parse(text) as { entry: { resource: object }[] }).entry.map(({ resource }) => {
      const body = JSON.stringify(resource).replace(/[\\\n\r\t]/g, (one) => `\\${ESCAPES[one] ?? one}`)
      return `${String(number++).padStart(36, '0')}\t${body}\n`
    }),
  )
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  const measured = await timed(async () => {
    await pipeline(chunksOf(rows), client.query(copyFrom(copyIn)))
    return rows.length
  })
  await client.end()
  return measured
}

const ESCAPES: Readonly<Record<string, string>> = { '\n': 'n', '\r': 'r', '\t': 't' }

function* chunksOf(rows: readonly string[]): Generator<string> {
  for (let at = 0; at < rows.length; at += 100) yield rows.slice(at, at + 100).join('')
}

async function timed(work: () => Promise<number>): Promise<Measured> {
  const began = performance.now()
  const done = await work()
  return { perSecond: done / ((performance.now() - began) / 1000), p50: null, p99: null }
}
