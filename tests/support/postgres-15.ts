import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { unprivilegedUser } from '#foundation/embedded/user.ts'
import { until } from './running.ts'
import type { After } from './suite.ts'

const binaries = '/usr/lib/postgresql/15/bin'

/** Debian's PostgreSQL 15 on a socket of its own; gives the address of a new, empty database whenever it is asked. */
export async function startPostgres15(t: After): Promise<(name: string) => Promise<string>> {
  const { address, make } = await startServer(t, (data, as) => {
    const initdb = ['-D', data, '-U', 'omnicare', '-A', 'trust', '-E', 'UTF8', '--no-sync']
    execFileSync(join(binaries, 'initdb'), initdb, as)
  })
  return async (name) => {
    await make(`CREATE DATABASE ${name}`)
    return address(name)
  }
}

/** A standby of the server that has the database of this address; gives the same database's address there. */
export async function startStandby15(t: After, primary: string): Promise<string> {
  const [, name = '', folder = ''] = /([^/]+)\?host=(.*)$/.exec(primary) ?? []
  const { address } = await startServer(t, (data, as) => {
    const from = ['-h', decodeURIComponent(folder), '-U', 'omnicare']
    execFileSync(join(binaries, 'pg_basebackup'), [...from, '-D', data, '-R', '-X', 'stream', '-c', 'fast'], as)
  })
  return address(name)
}

type As = Parameters<typeof execFileSync>[2] & object

/** A server over data that `fill` has put into an empty folder. */
async function startServer(t: After, fill: (data: string, as: As) => void) {
  const folder = mkdtempSync(join(tmpdir(), 'omnicare-15-'))
  const user = unprivilegedUser()
  chmodSync(folder, 0o700)
  if (user !== undefined) chownSync(folder, user.uid, user.gid)
  const as: As = { ...(user ?? {}), cwd: '/', env: { LC_ALL: 'C.UTF-8' }, stdio: 'ignore' }
  const data = join(folder, 'data')
  fill(data, as)
  const options = ['-D', data, '-k', folder, '-c', 'listen_addresses=', '-c', 'max_locks_per_transaction=256']
  const server = spawn(join(binaries, 'postgres'), options, as as object)
  t.after(async () => {
    const ended = once(server, 'exit')
    server.kill('SIGINT')
    await ended
    rmSync(folder, { recursive: true, force: true })
  })
  const address = (name: string) => `postgresql://omnicare@/${name}?host=${encodeURIComponent(folder)}`
  const make = async (sql: string) => {
    const client = new pg.Client(address('postgres'))
    await client.connect()
    await client.query(sql).finally(() => client.end())
  }
  await until('PostgreSQL 15 answers', () =>
    make('SELECT 1').then(
      () => true,
      () => false,
    ),
  )
  return { address, make }
}
