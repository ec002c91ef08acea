/** Scrapes every few seconds, keeps what came, and hands it to whoever judges; one process at a time. */
import { setTimeout as delay } from 'node:timers/promises'
import type { Registry } from 'prom-client'
import type { Database, Queries } from '#foundation/database.ts'
import type { Log } from '#foundation/log.ts'
import { counterIn, gaugeIn } from '#foundation/metric.ts'
import { type Labels, type Memory, openMemory } from '#promql'
import { openLease } from './lease.ts'
import { SAMPLE_METRICS } from './metrics.ts'
import { scrape, type Target } from './scrape.ts'
import { COARSE_SECONDS, FINE_HOURS, type Store } from './store.ts'
import { openTaking } from './take.ts'

/** What whoever judges is given after each scrape. */
interface Look {
  readonly atMs: number
  readonly source: Memory
  /** Whether it is the first one of this process since it has the watch: what was remembered is to be read again. */
  readonly first: boolean
  /** Within a transaction: whether this process still has the watch. */
  readonly holds: (tx: Queries) => Promise<boolean>
}

export interface SamplingOptions {
  readonly control: Database
  readonly store: Store
  readonly targets: readonly Target[]
  /** Metrics that are kept. */
  readonly metrics: ReadonlySet<string>
  /** How far back judging asks for a series; 0: only charts do. */
  readonly backSeconds: (labels: Labels) => number
  /** The most that it gives. */
  readonly longestSeconds: number
  readonly everySeconds: number
  readonly judge: (look: Look) => Promise<void>
  readonly nowMs: () => number
  readonly registry: Registry
  readonly log: Log
}

const FORGET_EVERY_MS = 600_000
const HOUR_MS = 3_600_000
/** Of one target: more are not kept, and told. */
const MOST_SAMPLES = 5_000
/** In looks: as long as that a process that has ended still has the watch. */
const HELD_FOR = 3

/** Goes on until it is disposed; then the next process can take over at once. */
export function startSampling(options: SamplingOptions): AsyncDisposable {
  const { control, everySeconds, nowMs, log } = options
  const lease = openLease(control)
  const stopping = new AbortController()
  const look = openLook(options)
  const everyMs = everySeconds * 1000
  let held = false
  const tryToHold = async () => {
    try {
      return await lease.hold(everySeconds * HELD_FOR)
    } catch (error) {
      log.warn({ err: error }, 'the control database does not say who has the watch')
      return held
    }
  }
  const keepLooking = async () => {
    while (!stopping.signal.aborted) {
      const holds = await tryToHold()
      const first = holds && !held
      held = holds
      if (holds)
        await look({ first, holds: lease.holds }).catch((error: unknown) => {
          log.error({ err: error }, 'samples could not be looked at; it is tried again')
          // What is in the database is read again.
          held = false
        })
      const now = nowMs()
      await delay(everyMs - (now % everyMs), undefined, { signal: stopping.signal }).catch(() => undefined)
    }
    if (held) await lease.leave().catch(() => undefined)
  }
  const running = keepLooking()
  return {
    async [Symbol.asyncDispose]() {
      stopping.abort()
      await running
    },
  }
}

/** One look: scrapes all targets at once, keeps what came, and has it judged. */
function openLook(options: SamplingOptions) {
  const { store, targets, metrics, backSeconds, longestSeconds, judge, nowMs, registry, log } = options
  const dropped = counterIn(registry, SAMPLE_METRICS.dropped)
  const series = gaugeIn(registry, SAMPLE_METRICS.series)
  const longestMs = longestSeconds * 1000
  let memory = emptyMemory(backSeconds)
  let take = openTaking(memory)
  let forgot = 0
  let storing = true

  const remember = async (now: number) => {
    memory = emptyMemory(backSeconds)
    take = openTaking(memory)
    const wanted = (labels: Labels) => backSeconds(labels) > 0
    const fineFrom = now - FINE_HOURS * HOUR_MS
    if (longestMs > FINE_HOURS * HOUR_MS)
      await store.read({ fromMs: now - longestMs, toMs: fineFrom, coarse: true }, wanted, memory)
    await store.read({ fromMs: fineFrom, toMs: now, coarse: false }, wanted, memory)
  }
  /** The database may be away: then judging goes on, and charts have a gap. */
  const keep = async (work: () => Promise<void>) =>
    work().then(
      () => {
        storing = true
      },
      (error: unknown) => {
        if (storing) log.warn({ err: error }, 'samples could not be kept')
        storing = false
      },
    )

  return async ({ first, holds }: Pick<Look, 'first' | 'holds'>): Promise<void> => {
    if (first) await remember(nowMs())
    const atMs = nowMs()
    const all = await Promise.all(targets.map((target) => scrape(target, metrics, MOST_SAMPLES)))
    for (const { target, samples, dropped: count } of all) {
      take(atMs, target.job, samples)
      if (count > 0) dropped.inc(count)
    }
    await keep(async () => {
      for (const { target, samples } of all) await store.add(atMs, target.job, samples)
    })
    await judge({ atMs, source: memory, first, holds })
    if (atMs - forgot < FORGET_EVERY_MS) return
    forgot = atMs
    memory.forget(atMs)
    series.set(memory.count())
    await keep(() => store.forget(atMs))
  }
}

const emptyMemory = (backSeconds: (labels: Labels) => number): Memory =>
  openMemory({
    // What is asked for lies within it, its first sample too.
    keepMs: (labels) => {
      const seconds = backSeconds(labels)
      return seconds === 0 ? 0 : (seconds + COARSE_SECONDS) * 1000
    },
    fineMs: FINE_HOURS * HOUR_MS,
    thinMs: COARSE_SECONDS * 1000,
  })
