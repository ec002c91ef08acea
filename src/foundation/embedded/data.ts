/** The data folder of an embedded server: made when it is new, refused when it is not ours to use. */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { commandOf, gone, parentOf, signal, standingIn } from '../process.ts'
import { embeddedFaults } from './faults.ts'
import { giveTo, type OsUser } from './user.ts'

const END_DEADLINE_MS = 30_000

/** Makes the folder unless it holds data already; throws `embedded/other-version` when those are of another PostgreSQL. */
export function openData(binaries: string, data: string, password: string, user: OsUser | undefined): void {
  const versionFile = join(data, 'PG_VERSION')
  if (!existsSync(versionFile)) {
    initialise(binaries, data, password, user)
    return
  }
  const found = readFileSync(versionFile, 'utf8').trim()
  const said = execFileSync(join(binaries, 'postgres'), ['--version'], { cwd: '/' }).toString()
  const needed = /(\d+)/.exec(said)?.[1] ?? ''
  if (found !== needed) throw embeddedFaults['other-version']({ folder: data, found, needed })
}

function initialise(binaries: string, data: string, password: string, user: OsUser | undefined): void {
  // A folder without PG_VERSION is what an interrupted initdb left: it never held anybody's data.
  rmSync(data, { recursive: true, force: true })
  const passwordFile = join(dirname(data), 'initdb-password')
  writeFileSync(passwordFile, password, { mode: 0o600 })
  giveTo(user, passwordFile)
  const options = [
    `--pgdata=${data}`,
    '--username=omnicare',
    '--auth=scram-sha-256',
    `--pwfile=${passwordFile}`,
    '--encoding=UTF8',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    '--data-checksums',
    '--no-instructions',
  ]
  try {
    execFileSync(join(binaries, 'initdb'), options, { ...(user ?? {}), cwd: '/', stdio: ['ignore', 'ignore', 'pipe'] })
  } catch (error) {
    const said = String((error as { stderr?: Buffer }).stderr ?? '')
    throw embeddedFaults['did-not-start']({ name: 'new', why: said.trim().split('\n').at(-1) ?? '' })
  } finally {
    rmSync(passwordFile, { force: true })
  }
}

/**
 * Ends a server that outlived the process that started it (kill -9); its work is durable, so that it may be ended hard.
 * It is ours when it is PostgreSQL and runs in this data folder; `embedded/in-use` when another OmniCare looks after it.
 * Gives the folder of its sockets.
 */
export async function endLeftOver(data: string): Promise<string | undefined> {
  const file = join(data, 'postmaster.pid')
  if (!existsSync(file)) return undefined
  const lines = readFileSync(file, 'utf8').split('\n')
  const pid = Number(lines[0])
  const runs = () => commandOf(pid)?.includes(`${data} `) === true
  if (runs()) {
    const parent = parentOf(pid)
    if (parent !== undefined && parent !== process.pid && commandOf(parent)?.includes('operate.ts') === true)
      throw embeddedFaults['in-use']({ folder: data, pid: parent })
    signal(pid, 'SIGQUIT')
    if (!(await gone(runs, END_DEADLINE_MS))) throw embeddedFaults['in-use']({ folder: data, pid })
  }
  // The number may belong to somebody else by now, or to a process that is dead and not yet buried; PostgreSQL would take
  // either for a server. What must really be gone is its sessions: they hold the shared memory and may still write.
  if (process.platform === 'linux') {
    const stand = () => standingIn(data)
    if (!(await gone(() => stand() !== undefined, END_DEADLINE_MS)))
      throw embeddedFaults['in-use']({ folder: data, pid: stand() ?? pid })
    rmSync(file, { force: true })
  }
  return lines[SOCKET_LINE]
}

/** https://www.postgresql.org/docs/current/storage-file-layout.html, postmaster.pid */
const SOCKET_LINE = 4
