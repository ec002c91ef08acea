/** The hospital as a child process: started, watched, started again when it ends by itself. */
import { type ChildProcess, fork } from 'node:child_process'
import { nowMilliseconds } from '#foundation/clock.ts'
import type { Database } from '#foundation/database.ts'
import { endChild } from '#foundation/end-child.ts'
import type { Log } from '#foundation/log.ts'
import { pauseAfter } from '#foundation/pause.ts'
import { handTo } from '#foundation/tls/handing.ts'
import type { Held } from '#foundation/tls/keep.ts'
import { runEnded, runStarted } from './statements/hospital-run.ts'

/**
 * Node's flags for the hospital. What a request makes is garbage as soon as it is answered: with more room for the young
 * (MiB) it dies there, and twice as much took 54 MiB more in an import and made it no faster; collecting it on one thread takes a third less of the processors, which PostgreSQL needs too.
 */
export const HOSPITAL_FLAGS: readonly string[] = ['--max-semi-space-size=16', '--single-threaded-gc']

export interface HospitalOptions {
  readonly program: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** The pair that it serves TLS by; asked for by a hospital whose files hold none that can be served. */
  readonly held: () => Promise<Held | undefined>
  readonly control: Database
  readonly log: Log
  /** When it has not stopped by then, it is killed. */
  readonly stopWithinMs: number
  /** Told each time it serves, also after a restart. */
  readonly onServing: (pid: number, address: string) => void
  /** The error for a hospital that ends before it has served for the first time. */
  readonly failed: (exitCode: number | null) => Error
}

/** When it ended by itself, and by what, as in `signal SIGKILL`. */
interface Ending {
  readonly atMs: number
  readonly by: string
}

export interface Hospital extends AsyncDisposable {
  /** Where it serves, once it does for the first time; after a restart it is the same address. */
  readonly serving: Promise<string>
  readonly restarts: () => number
  /** Whether its process has said that it serves, and has not ended since. */
  readonly serves: () => boolean
  /** How many of its copies serve, of how many there are to be. */
  readonly copies: () => { readonly serving: number; readonly of: number }
  /** The last 20, the newest last. */
  readonly endings: () => readonly Ending[]
  /** Calls `tell` when it has ended by itself, and when it serves again. */
  readonly onChange: (tell: () => void) => void
  /** Asks it to read again what it reads from files. */
  readonly reload: () => void
}

const MOST_ENDINGS = 20

interface Said {
  readonly serving?: string
  readonly copies?: { readonly serving: number; readonly of: number }
}

export function superviseHospital(options: HospitalOptions): Hospital {
  const { program, env, held, control, log, stopWithinMs, onServing, failed } = options
  const first = Promise.withResolvers<string>()
  let child: ChildProcess | undefined
  let timer: NodeJS.Timeout | undefined
  let stopping = false
  let restarts = 0
  let pauseMs = 0
  let port: string | undefined
  let copies = { serving: 0, of: 1 }
  const endings: Ending[] = []
  const tellers: (() => void)[] = []
  const tellAll = () => {
    for (const tell of tellers) tell()
  }

  const start = () => {
    const began = performance.now()
    const run = writeDown(control)
    const samePort = port === undefined ? {} : { OMNICARE_PORT: port }
    child = fork(program, {
      env: { ...env, ...samePort } as NodeJS.ProcessEnv,
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      execArgv: [...process.execArgv, ...HOSPITAL_FLAGS],
    })
    handTo(child, held)
    const pid = child.pid as number
    child.on('message', ({ serving, copies: told }: Said) => {
      if (told !== undefined) copies = told
      if (serving === undefined) return
      if (copies.serving === 0) copies = { serving: 1, of: copies.of }
      port = new URL(serving).port
      onServing(pid, serving)
      first.resolve(serving)
      tellAll()
    })
    child.on('exit', (code, signal) => {
      void run.then((ended) => ended(code, signal))
      copies = { serving: 0, of: copies.of }
      if (stopping) return
      endings.push({ atMs: nowMilliseconds(), by: signal === null ? `exit status ${code}` : `signal ${signal}` })
      if (endings.length > MOST_ENDINGS) endings.shift()
      if (port === undefined) return first.reject(failed(code))
      pauseMs = pauseAfter(pauseMs, performance.now() - began)
      restarts++
      log.error({ 'process.exit_code': code, signal, pauseMs }, 'the hospital has ended by itself and is started again')
      timer = setTimeout(start, pauseMs)
      tellAll()
    })
  }
  start()

  return {
    serving: first.promise,
    restarts: () => restarts,
    serves: () => copies.serving > 0,
    copies: () => copies,
    endings: () => endings,
    onChange: (tell) => void tellers.push(tell),
    reload: () => void child?.kill('SIGHUP'),
    async [Symbol.asyncDispose]() {
      stopping = true
      clearTimeout(timer)
      if (child !== undefined && (await endChild(child, stopWithinMs)))
        log.error({ 'process.pid': child.pid }, 'the hospital did not stop in time and was killed')
    },
  }
}

/** Writes a run down, and gives the way to write down its end. A control database that is away keeps no hospital from running. */
async function writeDown(control: Database): Promise<(code: number | null, signal: string | null) => Promise<void>> {
  const [run] = await control.quick(runStarted()).catch(() => [])
  return async (code, signal) => {
    if (run !== undefined) await control.quick(runEnded(run.id, code, signal)).catch(() => undefined)
  }
}
