import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import type { Ground } from '../ground.ts'
import { bundles } from '../patients.ts'
import { copyIn, makeBare, makeBareTable } from '../statements/floor.ts'
import type { Measured, Work } from '../work.ts'

const run = promisify(execFile)
const RESOURCES = 10_000
const FIRST_SEED = 1_000

/** `omnicare import` of transaction bundles, beside COPY of the same texts into a bare table. Each turn has new patients. */
export const importWork: Work = async (ground) => {
  let seed = FIRST_SEED
  let lines: readonly string[] = []
  const fresh = () => {
    lines = [...bundles(RESOURCES, seed++)]
    return lines
  }
  return {
    ours: () => byCommand(ground, fresh()),
    // The same patients as ours of this turn, or those of the turn's own when it comes first.
    floor: () => byCopy(ground, lines.length > 0 ? lines : fresh()),
    async [Symbol.asyncDispose]() {},
  }
}

async function byCommand({ home, hospital, token }: Ground, texts: readonly string[]): Promise<Measured> {
  const file = join(home, 'import.ndjson')
  const tokenFile = join(home, 'admin-token')
  writeFileSync(file, texts.join('\n'))
  writeFileSync(tokenFile, token)
  const program = join(import.meta.dirname, '../../src/omnicare.ts')
  const env = { PATH: process.env.PATH, OMNICARE_HOME: home, OMNICARE_URL: hospital }
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
