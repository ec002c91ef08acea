/** The hospital as a child process: started, watched, started again when it ends by itself. */
import { type ChildProcess, fork } from 'node:child_process'
import { nowMilliseconds } from '#foundation/clock.ts'
import type { Database } from '#foundation/database.ts'
import type { Log } from '#foundation/log.ts'
import { runEnded, runStarted } from './statements/hospital-run.ts'

const FIRST_PAUSE_MS = 200
const LONGEST_PAUSE_MS = 10_000
/** After this long in service an end is a new trouble, not the old one again. */
const SOUND_MS = 60_000

export interface HospitalOptions {
  readonly program: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly control: Database
  readonly log: Log
}

export interface Hospital extends AsyncDisposable {
  /** Where it serves, once it does for the first time; rejects with its exit code when it ends before. */
  readonly serving: Promise<string>
  readonly pid: () => number | undefined
  readonly restarts: () => number
}

/** The pause before the next start: doubled each time, short again after a sound run. */
const pauseAfter = (lastPauseMs: number, ranMs: number): number =>
  ranMs >= SOUND_MS ? FIRST_PAUSE_MS : Math.min(lastPauseMs * 2, LONGEST_PAUSE_MS)

export function superviseHospital({ program, env, control, log }: HospitalOptions): Hospital {
  let child: ChildProcess | undefined
  let stopping = false
  let restarts = 0
  let pauseMs = FIRST_PAUSE_MS / 2
  let timer: NodeJS.Timeout | undefined
  const first = Promise.withResolvers<string>()
  let served = false

  const start = () => {
    const startedAt = nowMilliseconds()
    const run = control.quick(runStarted()).then(
      ([row]) => row?.id,
      () => undefined,
    )
    child = fork(program, { env: env as NodeJS.ProcessEnv, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
    child.on('message', (message) => {
      served = true
      first.resolve((message as { serving: string }).serving)
    })
    child.on('exit', (code, signal) => {
      void run
        .then((id) => (id === undefined ? undefined : control.quick(runEnded(id, code, signal))))
        .catch(() => undefined)
      if (stopping) return
      if (!served)
        return first.reject(Object.assign(new Error('the hospital ended before it served'), { exitCode: code ?? 70 }))
      pauseMs = pauseAfter(pauseMs, nowMilliseconds() - startedAt)
      restarts++
      log.error({ 'process.exit_code': code, signal, pauseMs }, 'the hospital has ended by itself and is started again')
      timer = setTimeout(start, pauseMs)
    })
  }
  start()

  return {
    serving: first.promise,
    pid: () => child?.pid,
    restarts: () => restarts,
    async [Symbol.asyncDispose]() {
      stopping = true
      clearTimeout(timer)
      if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
      const ended = new Promise((resolve) => child?.once('exit', resolve))
      child.kill('SIGTERM')
      await ended
    },
  }
}
