/** Several copies of the hospital on one port: started, watched, started again when one ends by itself. */
import cluster, { type Worker } from 'node:cluster'
import { endChild } from '#foundation/end-child.ts'
import type { Log } from '#foundation/log.ts'
import { pauseAfter } from '#foundation/pause.ts'
import { shareMetrics } from '#foundation/shared-metrics.ts'
import { handTo, heldByParent } from '#foundation/tls/handing.ts'
import { ChildFailed } from './say-why-not.ts'

/** Tells a worker, in its environment, which of the copies it is: 1, 2, 3 … A copy that is started again keeps its number. */
export const COPY = 'HOSPITAL_COPY'

export interface Serving {
  readonly serving: string
}

const isServing = (message: unknown): message is Serving =>
  typeof message === 'object' && message !== null && 'serving' in message

/** Asks every copy to read again what it reads from files. */
export function reloadWorkers(): void {
  for (const worker of Object.values(cluster.workers ?? {})) worker?.process.kill('SIGHUP')
}

interface Workers {
  readonly count: number
  readonly stop: Promise<string>
  /** A copy that has not stopped by then is killed. */
  readonly stopWithinMs: number
  readonly log: Log
  /** Told the address once, when the first copy serves. */
  readonly serving: (address: string) => void
  /** Told whenever another number of copies serves. */
  readonly copies: (serving: number, of: number) => void
}

/** Keeps `count` copies running until asked to stop, and lets each finish what it accepted. Throws when none can serve. */
export async function keepWorkers({ count, stop, stopWithinMs, log, serving, copies }: Workers): Promise<void> {
  const failed = Promise.withResolvers<never>()
  const ready = new Set<Worker>()
  const timers = new Set<NodeJS.Timeout>()
  let told = false
  let stopping = false
  shareMetrics(() => ready)

  const start = (copy: number, lastPauseMs: number) => {
    const began = performance.now()
    const worker = cluster.fork({ [COPY]: String(copy) })
    handTo(worker.process, heldByParent)
    worker.on('message', (message: unknown) => {
      if (!isServing(message)) return
      ready.add(worker)
      copies(ready.size, count)
      if (!told) serving(message.serving)
      told = true
    })
    worker.on('exit', (code, signal) => {
      ready.delete(worker)
      if (stopping) return
      copies(ready.size, count)
      // Nobody has served yet: what keeps this one from it keeps the others too, and whoever started us must know.
      if (!told) return failed.reject(new ChildFailed(code))
      const pauseMs = pauseAfter(lastPauseMs, performance.now() - began)
      log.error(
        { copy, 'process.exit_code': code, signal, pauseMs },
        'a copy of the hospital has ended by itself and is started again',
      )
      const timer = setTimeout(() => {
        timers.delete(timer)
        start(copy, pauseMs)
      }, pauseMs)
      timers.add(timer)
    })
  }
  for (let copy = 1; copy <= count; copy++) start(copy, 0)

  try {
    const signal = await Promise.race([stop, failed.promise])
    log.info({ signal }, 'the hospital stops')
  } finally {
    stopping = true
    for (const timer of timers) clearTimeout(timer)
    await Promise.all(
      Object.values(cluster.workers ?? {}).map(async (worker) => {
        if (worker !== undefined && (await endChild(worker.process, stopWithinMs)))
          log.error({ 'process.pid': worker.process.pid }, 'a copy of the hospital did not stop in time and was killed')
      }),
    )
  }
}
