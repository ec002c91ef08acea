/** The whole of OmniCare as it is really run: processes of its own, in a home of its own, on free ports. */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { commandOf, gone, parentOf, signal } from '#foundation/process.ts'
import { openFetch } from '#foundation/tls/calls.ts'
import { believedIn, type Run } from '../../src/run-file.ts'
import { type Copied, copyReady } from './ready.ts'
import type { After } from './suite.ts'

type Environment = Readonly<Record<string, string>>

const root = join(import.meta.dirname, '../..')
const DEADLINE_MS = 60_000

/** A folder for OMNICARE_HOME, passable for the databases' user; removed after the test, with all that still runs in it. */
export function freshHome(t: After): string {
  const home = mkdtempSync(join(tmpdir(), 'omnicare-home-'))
  chmodSync(home, 0o711)
  t.after(async () => {
    await killAll(processesIn(home))
    rmSync(home, { recursive: true, force: true })
  })
  return home
}

/** The same with both databases made and migrated, as a first start does it; the rest of a first start is still to come. */
export async function readyHome(t: After, copied?: Copied): Promise<string> {
  const home = freshHome(t)
  mkdirSync(join(home, 'postgres'))
  for (const name of ['record', 'control'] as const) await copyReady(name, join(home, 'postgres', name), copied)
  return home
}

export interface Running {
  readonly home: string
  readonly token: string
  /** As run.json has it at the moment. */
  readonly run: () => Run
  /** What was printed so far, to both streams. */
  readonly printed: () => string
  readonly ended: Promise<number | null>
  /** Asks operations to stop; gives the exit status. */
  readonly stop: () => Promise<number | null>
  /** kill -9 of everything that operations started, and of operations. */
  readonly kill: () => Promise<void>
  /** A request to the hospital, with the token. */
  readonly ask: (path: string, init?: RequestInit) => Promise<Response>
  /** Writes FHIR JSON to the hospital. */
  readonly send: (method: string, path: string, body: object, headers?: Environment) => Promise<Response>
}

/** Starts src/operate.ts and waits until it says that it runs. */
export async function startOmniCare(home: string, env: Environment = {}): Promise<Running> {
  const { child, printed, ended } = operate(home, env)
  await until('OmniCare runs', async () => {
    assert.equal(child.exitCode ?? child.signalCode, null, printed())
    return printed().includes('Stop it with Ctrl-C.')
  })
  const run = () => JSON.parse(readFileSync(join(home, 'run.json'), 'utf8')) as Run
  const token = readFileSync(join(home, 'admin-token'), 'utf8').trim()
  const { hospital, tls } = run()
  const fetch = openFetch(tls === undefined ? undefined : () => believedIn(run())?.() ?? [])
  const ask = (path: string, { headers, body, ...init }: RequestInit = {}) =>
    fetch(hospital + path, {
      ...init,
      ...(body != null && { body: body as string | Uint8Array }),
      headers: { authorization: `Bearer ${token}`, ...(headers as Environment) },
    })
  return {
    home,
    token,
    run,
    printed,
    ended,
    async stop() {
      child.kill('SIGTERM')
      return ended
    },
    kill: () => killAll(processesIn(home)),
    ask,
    send: (method, path, body, headers) =>
      ask(path, {
        method,
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/fhir+json', ...headers },
      }),
  }
}

/** Starts it where it must not start; gives the exit status and what it printed on stderr. */
export async function refusedStart(
  home: string,
  env: Environment = {},
  args: readonly string[] = [],
): Promise<{ status: number | null; said: string }> {
  const { ended, errors } = operate(home, env, args)
  return { status: await ended, said: errors() }
}

function operate(home: string, env: Environment, args: readonly string[] = []) {
  const child: ChildProcess = spawn(process.execPath, [join(root, 'src/operate.ts'), ...args], {
    env: {
      ...environment,
      OMNICARE_CONFIG: 'none',
      OMNICARE_HOME: home,
      OMNICARE_PORT: '0',
      OMNICARE_OPERATIONS_PORT: '0',
      OMNICARE_PRACTICE: 'off',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let all = ''
  let errors = ''
  child.stdout?.on('data', (piece) => {
    all += piece
  })
  child.stderr?.on('data', (piece) => {
    all += piece
    errors += piece
  })
  const ended = new Promise<number | null>((resolve) => void child.once('close', resolve))
  return { child, printed: () => all, errors: () => errors, ended }
}

/** The test's own, without what would be a setting. */
export const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !name.startsWith('OMNICARE_') && name !== 'NODE_TEST_CONTEXT'),
)

/** Waits for a condition; fails with its name when it does not come about. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  withinMs = DEADLINE_MS,
): Promise<void> {
  for (const end = performance.now() + withinMs; !(await holds()); await delay(20))
    assert.ok(performance.now() < end, `${what}: not within ${withinMs} ms`)
}

/** kill -9 of what is started again by itself; resolves once another process has its place. */
export async function killOne(what: string, pid: () => number): Promise<void> {
  const killed = pid()
  signal(killed, 'SIGKILL')
  await until(`${what} is started again`, () => {
    try {
      return pid() !== killed
    } catch {
      return false // There is no postmaster.pid between two postmasters.
    }
  })
}

/** Every process of the machine with its command. */
function processes(): { pid: number; command: string }[] {
  return readdirSync('/proc').flatMap((name) => {
    const pid = Number(name)
    const command = Number.isInteger(pid) ? commandOf(pid) : undefined
    return command === undefined ? [] : [{ pid, command }]
  })
}

/** Operations first, so that nothing that is killed is started again; then its hospital, the servers, and all their children. */
export function processesIn(home: string): number[] {
  const all = processes().filter(({ pid }) => pid !== process.pid)
  const found = new Set(all.filter(({ pid, command }) => belongs(home, pid, command)).map(({ pid }) => pid))
  for (let before = 0; before !== found.size; ) {
    before = found.size
    for (const { pid } of all) if (found.has(parentOf(pid) ?? 0)) found.add(pid)
  }
  const isOperations = (pid: number) => Number(commandOf(pid)?.includes('operate.ts') === true)
  return [...found].sort((a, b) => isOperations(b) - isOperations(a))
}

function belongs(home: string, pid: number, command: string): boolean {
  if (command.includes(`${home}/`)) return true
  if (!/(operate|serve)\.ts/.test(command)) return false
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`OMNICARE_HOME=${home}\0`)
  } catch {
    return false
  }
}

async function killAll(pids: readonly number[]): Promise<void> {
  for (const pid of pids) signal(pid, 'SIGKILL')
  assert.ok(await gone(() => pids.some((pid) => commandOf(pid) !== undefined), DEADLINE_MS), 'killed processes stay')
}

/** The postmaster of an embedded database. */
export const postmaster = (home: string, name: 'record' | 'control'): number =>
  Number(readFileSync(join(home, 'postgres', name, 'data/postmaster.pid'), 'utf8').split('\n')[0])
