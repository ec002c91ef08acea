/** Asks both databases how they are, now and every quarter of a minute: who scrapes waits for no database. */
import { setTimeout as delay } from 'node:timers/promises'
import type { Registry } from 'prom-client'
import type { Database } from '#foundation/database.ts'
import type { Log } from '#foundation/log.ts'
import { readIn } from '#foundation/metric.ts'
import type { Written } from './lag.ts'
import { DATABASE_METRICS, type Known } from './metrics.ts'
import { readDatabase } from './read.ts'
import { sizeNow } from './statements/reading.ts'

const READ_EVERY_MS = 15_000
const SIZE_EVERY_MS = 300_000

interface Watched {
  readonly name: 'record' | 'control'
  /** Used for nothing else: whoever watches must not wait behind what is watched. Its statements end within seconds. */
  readonly db: Database
}

export interface MeteringOptions {
  readonly databases: readonly Watched[]
  readonly metrics: Registry
  readonly log: Log
  readonly nowMs: () => number
  /** READ_EVERY_MS unless a test has no time for that. */
  readonly everyMs?: number
}

/** Goes on until it is disposed. */
export function startMetering({
  databases,
  metrics,
  log,
  nowMs,
  everyMs = READ_EVERY_MS,
}: MeteringOptions): AsyncDisposable {
  const known = new Map<string, Known>()
  for (const { declared, tell } of DATABASE_METRICS)
    readIn(metrics, declared, () =>
      Array.from(known, ([database, one]) =>
        tell(one).map(({ labels, ...sample }) => ({ ...sample, labels: { database, ...labels } })),
      ).flat(),
    )
  const stopping = new AbortController()
  const watch = async ({ name, db }: Watched): Promise<void> => {
    let moments: readonly Written[] = []
    let bytes: number | undefined
    let sizedMs = Number.NEGATIVE_INFINITY
    let failing = false
    while (!stopping.signal.aborted) {
      try {
        const read = await readDatabase(db, moments, nowMs)
        moments = read.moments
        known.set(name, { reading: read.reading, bytes })
        failing = false
      } catch (error) {
        known.set(name, { reading: undefined, bytes: undefined })
        // Once: whoever looks at the log finds the beginning.
        if (!failing) log.warn({ err: error, database: name }, 'a database does not tell how it is')
        failing = true
      }
      if (!failing && nowMs() - sizedMs >= SIZE_EVERY_MS) {
        // Of a database of many files it may take longer than a statement may here: all else is told without it.
        const [row] = await db.rows(sizeNow).catch(() => [])
        bytes = row === undefined ? undefined : Number(row.bytes)
        sizedMs = nowMs()
        known.set(name, { ...(known.get(name) as Known), bytes })
      }
      await delay(everyMs, undefined, { signal: stopping.signal }).catch(() => undefined)
    }
  }
  const running = databases.map(watch)
  return {
    async [Symbol.asyncDispose]() {
      stopping.abort()
      await Promise.all(running)
    },
  }
}
