/** One life of a PostgreSQL server, from its start until it ends. */
import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import type { Log } from '../log.ts'
import { embeddedFaults } from './faults.ts'
import type { OsUser } from './user.ts'

const START_DEADLINE_MS = 120_000
const STOP_DEADLINE_MS = 60_000

export interface PostmasterOptions {
  readonly name: string
  readonly binaries: string
  readonly data: string
  readonly user: OsUser | undefined
  readonly url: string
  readonly log: Log
}

interface Ending {
  readonly code: number | null
  readonly signal: string | null
}

export interface Postmaster {
  readonly pid: number
  readonly ended: Promise<Ending>
  /** Has it read its settings anew. */
  reload(): void
  /**
   * Fast shutdown: ends sessions, writes a checkpoint; after `withinMs`, a minute unless told otherwise, the hard one, which
   * loses nothing either, and leaves it to the next start to read its journal.
   */
  stop(withinMs?: number): Promise<void>
}

/** Starts the server; resolves when it answers and has its database. Throws `embedded/did-not-start`. */
export async function startPostmaster({
  name,
  binaries,
  data,
  user,
  url,
  log,
}: PostmasterOptions): Promise<Postmaster> {
  const server = spawn(join(binaries, 'postgres'), ['-D', data], {
    ...(user ?? {}),
    cwd: '/',
    stdio: ['ignore', 'ignore', 'pipe'],
    // Ctrl-C in a terminal goes to the whole group: the server must outlive the hospital that still writes to it.
    detached: true,
    env: { LC_ALL: 'C', TZ: 'UTC' },
  })
  const ended = new Promise<Ending>((resolve) => {
    server.once('exit', (code, signal) => resolve({ code, signal }))
    server.once('error', () => resolve({ code: null, signal: null }))
  })
  const lastSaid = repeatLog(server, name, log)
  try {
    await answering({ name, url, ended, lastSaid })
  } catch (error) {
    server.kill('SIGQUIT')
    throw error
  }
  return {
    pid: server.pid as number,
    ended,
    reload: () => void server.kill('SIGHUP'),
    async stop(withinMs = STOP_DEADLINE_MS) {
      const hard = setTimeout(() => server.kill('SIGQUIT'), withinMs)
      server.kill('SIGINT')
      await ended
      clearTimeout(hard)
    },
  }
}

const LINE = /^(?<process>[^|\t]*)\|(?<level>LOG|WARNING|ERROR|FATAL|PANIC): +(?<says>.*)$/

/**
 * Writes what the server says about itself into our log; gives a function that tells the last complaint.
 *
 * What sessions complain of is left out: whoever sent the statement is told, and it can quote what was sent.
 */
function repeatLog(server: ChildProcess, name: string, log: Log): () => string | undefined {
  let last: string | undefined
  if (server.stderr === null) return () => last
  createInterface({ input: server.stderr }).on('line', (line) => {
    const said = LINE.exec(line)?.groups
    if (said === undefined || (said.process === 'client backend' && said.level !== 'PANIC')) return
    const facts = { 'service.type': 'postgresql', 'postgresql.server': name }
    if (said.level === 'FATAL' || said.level === 'PANIC') last = said.says
    if (said.level === 'LOG') log.debug(facts, said.says)
    else log.warn(facts, said.says)
  })
  return () => last
}

interface Answering {
  readonly name: string
  readonly url: string
  readonly ended: Promise<Ending>
  readonly lastSaid: () => string | undefined
}

/** Waits until the server answers, and makes its database when it is new. */
async function answering({ name, url, ended, lastSaid }: Answering): Promise<void> {
  let over = false
  void ended.then(() => {
    over = true
  })
  for (const until = performance.now() + START_DEADLINE_MS; ; await delay(25)) {
    if (over) throw embeddedFaults['did-not-start']({ name, why: lastSaid() ?? 'the server ended at once' })
    if (performance.now() > until) throw embeddedFaults['did-not-start']({ name, why: 'it does not answer' })
    const client = new pg.Client({ connectionString: url.replace('/omnicare?', '/postgres?') })
    client.on('error', () => undefined)
    try {
      await client.connect()
      const { rowCount } = await client.query("SELECT FROM pg_database WHERE datname = 'omnicare'")
      if (rowCount === 0) await client.query('CREATE DATABASE omnicare')
      return
    } catch (error) {
      const { code = '', message } = error as { code?: string; message: string }
      const notYet = /^(ENOENT|ECONNREFUSED|ECONNRESET|EPIPE|57P0\d)$/.test(code) || /terminated/.test(message)
      if (!notYet) throw error
    } finally {
      await client.end().catch(() => undefined)
    }
  }
}
