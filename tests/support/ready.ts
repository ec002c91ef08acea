/**
 * Data folders that are ready to start from. initdb and the migrations take seconds: they run once, what they make is kept
 * beside the installation until something that it is made of changes, and each test has a copy.
 */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  appendFileSync,
  chmodSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import pg from 'pg'
import { startEmbedded } from '#foundation/embedded/server.ts'
import { type Log, openLog } from '#foundation/log.ts'
import { migrate } from '#foundation/migrate.ts'

const ROOT = join(import.meta.dirname, '../..')
const MADE_OF = [
  'migrations/*/*.sql',
  'src/foundation/embedded/*.ts',
  'src/foundation/migrate.ts',
  'tests/support/ready.ts',
  'package-lock.json',
]

const bringUp = (url: string, name: 'record' | 'control', log: Log) => migrate(url, join(ROOT, 'migrations', name), log)

const MAKES = {
  record: (url: string, log: Log) => bringUp(url, 'record', log),
  control: (url: string, log: Log) => bringUp(url, 'control', log),
  /** The control database, and beside it on the same server one that has of the record what audit needs. */
  ledgers: async (url: string, log: Log) => {
    const client = new pg.Client(url)
    await client.connect()
    await client.query('CREATE DATABASE record')
    await client.end()
    await bringUp(url, 'control', log)
    await bringUp(url.replace('/omnicare?', '/record?'), 'record', log)
  },
}

export type Ready = keyof typeof MAKES

export interface Copied {
  /** The server waits for the disk, as it does for users: for a test of what is durable. */
  readonly durable?: boolean
}

/** Makes `folder`, to be given to `startEmbedded`: it finds its data and its password there. */
export async function copyReady(what: Ready, folder: string, { durable = false }: Copied = {}): Promise<void> {
  const kept = join(keptIn(), what)
  if (!existsSync(kept)) await make(what, kept)
  copy(kept, folder)
  // The server's own settings are written anew at each start, to another file.
  const settings = [
    ...(durable ? [] : ['fsync = off']),
    // Its transactions come at any time, and what was recorded since one of them began is not sealed before it has ended.
    ...(what === 'ledgers' ? ['autovacuum = off'] : []),
  ]
  appendFileSync(join(folder, 'data/postgresql.conf'), settings.map((one) => `${one}\n`).join(''))
}

/** With their owner: the server may run as another user than the test. */
const copy = (from: string, to: string) => execFileSync('cp', ['-a', from, to])

function keptIn(): string {
  const files = globSync(MADE_OF, { cwd: ROOT }).sort()
  const hash = createHash('sha256').update(`${process.getuid?.()}`)
  for (const file of files) hash.update(`\0${file}\0`).update(readFileSync(join(ROOT, file)))
  return join(ROOT, 'node_modules/.cache/omnicare-tests', hash.digest('hex').slice(0, 16))
}

async function make(what: Ready, kept: string): Promise<void> {
  // Not where it is kept: the user that the server runs as may not come there.
  const home = mkdtempSync(join(tmpdir(), 'omnicare-ready-'))
  chmodSync(home, 0o711)
  const folder = join(home, what)
  try {
    await using log = openLog({ service: 'test', folder: home, level: 'warn', toStdout: false })
    const server = await startEmbedded({ name: what === 'record' ? 'record' : 'control', folder, log })
    await MAKES[what](server.url, log).finally(() => server.stop())
    mkdirSync(dirname(kept), { recursive: true })
    const own = `${kept}-${process.pid}`
    copy(folder, own)
    keep(own, kept)
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}

/** Of several that make the same at once the first has it kept. */
function keep(own: string, kept: string): void {
  try {
    renameSync(own, kept)
  } catch (error) {
    if (!existsSync(kept)) throw error
    rmSync(own, { recursive: true, force: true })
  }
}
