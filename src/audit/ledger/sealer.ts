/** The loop that seals: a look at every source five times a second, and at once again while something waits. */
import { setTimeout as delay } from 'node:timers/promises'
import type { Registry } from 'prom-client'
import { Fault } from '#foundation/fault.ts'
import type { Log } from '#foundation/log.ts'
import { counterIn, gaugeIn } from '#foundation/metric.ts'
import { pauseAfter } from '#foundation/pause.ts'
import { AUDIT_METRICS } from '../metrics.ts'
import type { SourceName } from './payload.ts'
import { type SealOptions, type Source, sealNext } from './seal.ts'

const LOOK_EVERY_MS = 200
const DAY_MS = 86_400_000
const DAILY_TRY_EVERY_MS = 60_000

export interface SealerOptions extends SealOptions {
  readonly sources: readonly Source[]
  readonly metrics: Registry
  readonly log: Log
  /** Done now and then, between batches; what it throws is logged. */
  readonly daily?: () => Promise<void>
}

export interface SealingState {
  readonly source: SourceName
  /** No entry that can be sealed has waited longer than this. */
  readonly lagSeconds: number
  /** Why the last try failed; absent when it went well. */
  readonly failure?: string
}

export interface Sealer extends AsyncDisposable {
  readonly state: () => SealingState[]
}

interface State {
  /** When nothing waited that could be sealed. */
  emptyAtMs: number
  failure: string | undefined
  pauseMs: number
  notBeforeMs: number
}

/** Starts sealing. Disposing finishes the batch that is under way. */
export function startSealer(options: SealerOptions): Sealer {
  const { sources, metrics, log, nowMs } = options
  const stopping = new AbortController()
  const states = new Map(
    sources.map(({ name }): [SourceName, State] => [
      name,
      { emptyAtMs: nowMs(), failure: undefined, pauseMs: 0, notBeforeMs: 0 },
    ]),
  )
  const state = (): SealingState[] =>
    Array.from(states, ([source, { emptyAtMs, failure }]) => ({
      source,
      lagSeconds: Math.max(0, nowMs() - emptyAtMs) / 1000,
      ...(failure !== undefined && { failure }),
    }))
  gaugeIn(metrics, AUDIT_METRICS.sealingLag, (gauge) => {
    for (const { source, lagSeconds } of state()) gauge.set({ source }, lagSeconds)
  })
  const sealedEntries = counterIn(metrics, AUDIT_METRICS.sealed)
  for (const { name: source } of sources) sealedEntries.inc({ source }, 0)

  /** Gives whether more can be sealed at once. */
  const look = async (source: Source): Promise<boolean> => {
    const own = states.get(source.name) as State
    const began = nowMs()
    if (began < own.notBeforeMs) return false
    try {
      const sealed = await sealNext(options, source)
      if (sealed === undefined) return false
      const { taken, more, oldestMs } = sealed
      sealedEntries.inc({ source: source.name }, taken)
      // What is left came after the oldest that was taken; how old it is shows when nothing is left.
      own.emptyAtMs = more ? Math.max(own.emptyAtMs, Math.min(oldestMs ?? own.emptyAtMs, began)) : began
      Object.assign(own, { failure: undefined, pauseMs: 0, notBeforeMs: 0 })
      return more && taken > 0
    } catch (error) {
      own.failure = error instanceof Fault ? error.message : 'Unexpected failure; the log has more.'
      own.pauseMs = pauseAfter(own.pauseMs, 0)
      own.notBeforeMs = nowMs() + own.pauseMs
      log.error({ err: error, source: source.name }, 'audit entries could not be sealed; it is tried again')
      return false
    }
  }
  const keepSealing = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      let behind = false
      for (const source of sources) behind = (await look(source)) || behind
      if (!behind) await delay(LOOK_EVERY_MS, undefined, { signal: stopping.signal }).catch(() => undefined)
    }
  }
  const everyDay = async (): Promise<void> => {
    let lastDay = -1
    while (!stopping.signal.aborted) {
      const day = Math.floor(nowMs() / DAY_MS)
      if (day !== lastDay) {
        const failed = await options.daily?.().then(
          () => undefined,
          (error: unknown) => ({ error }),
        )
        if (failed) log.error({ err: failed.error }, 'the daily work on the audit ledger failed; it is tried again')
        else lastDay = day
      }
      await delay(DAILY_TRY_EVERY_MS, undefined, { signal: stopping.signal }).catch(() => undefined)
    }
  }
  const running = [everyDay(), keepSealing()]

  return {
    state,
    async [Symbol.asyncDispose]() {
      stopping.abort()
      await Promise.all(running)
    },
  }
}
