/**
 * How much of the last thirty days the hospital was to be had, as operations saw it: asked every five seconds, added up hour
 * by hour in the control database. Time in which operations itself did not look is neither.
 *
 * Invariant: what was seen counts once. It is taken out of memory only when the database has said that it has it; when it is
 * not known whether it has, the few seconds are lost rather than counted twice.
 */
import { setTimeout as delay } from 'node:timers/promises'
import type { Registry } from 'prom-client'
import type { Database } from '#foundation/database.ts'
import { databaseFaults } from '#foundation/database-faults.ts'
import { Fault } from '#foundation/fault.ts'
import type { Log } from '#foundation/log.ts'
import { metric, readIn } from '#foundation/metric.ts'
import { at } from '#foundation/timestamp.ts'
import { addAvailability, availabilitySince, forgetAvailability } from './statements/availability.ts'

export const AVAILABILITY_METRICS = {
  availability: metric({
    name: 'omnicare_sla_availability_percentage',
    type: 'gauge',
    help: 'Which part of the last 30 days, in percent, the hospital and its record answered; of the time in which operations looked.',
    moves: 'A hospital that does not answer its health within three seconds, or says `fail`. Asked every five seconds.',
  }),
  up: metric({
    name: 'omnicare_hospital_up',
    type: 'gauge',
    help: '1 when the hospital answered the last time that operations asked for its health, else 0.',
    moves: 'A hospital that does not answer its health within three seconds, or says `fail`.',
  }),
}

const HOUR_MS = 3_600_000
const WINDOW_MS = 30 * 24 * HOUR_MS
const KEEP_MS = 400 * 24 * HOUR_MS
const ASK_EVERY_MS = 5_000
const STORE_EVERY_MS = 60_000

export interface AvailabilityOptions {
  readonly control: Database
  readonly metrics: Registry
  readonly log: Log
  readonly nowMs: () => number
  /** Whether the hospital answers and is well enough; takes its time, within bounds of its own, and throws nothing. */
  readonly ask: () => Promise<boolean>
  readonly askEveryMs?: number
  readonly storeEveryMs?: number
}

interface Seen {
  upMs: number
  downMs: number
}

/** Goes on until it is disposed, and then stores what it has seen. */
export function watchAvailability(options: AvailabilityOptions): AsyncDisposable {
  const { control, metrics, log, nowMs, ask, askEveryMs = ASK_EVERY_MS, storeEveryMs = STORE_EVERY_MS } = options
  let stored: Seen | undefined
  let up: boolean | undefined
  /** Not stored yet, by the hour in which it was seen. */
  const seen = new Map<number, Seen>()

  const total = (): Seen =>
    [...seen.values()].reduce(
      (sum, { upMs, downMs }) => ({ upMs: sum.upMs + upMs, downMs: sum.downMs + downMs }),
      stored ?? { upMs: 0, downMs: 0 },
    )
  readIn(metrics, AVAILABILITY_METRICS.up, () => (up === undefined ? [] : [{ value: Number(up) }]))
  readIn(metrics, AVAILABILITY_METRICS.availability, () => {
    const { upMs, downMs } = total()
    return upMs + downMs === 0 ? [] : [{ value: (100 * upMs) / (upMs + downMs) }]
  })

  const store = async () => {
    const now = nowMs()
    try {
      for (const [hour, { upMs, downMs }] of seen) {
        try {
          await control.change(addAvailability(at(hour), upMs, downMs))
        } catch (error) {
          if (error instanceof Fault && error.code === UNKNOWN) seen.delete(hour)
          throw error
        }
        seen.delete(hour)
      }
      const [row] = await control.rows(availabilitySince(at(now - WINDOW_MS)))
      stored = { upMs: Number(row?.up ?? 0), downMs: Number(row?.down ?? 0) }
      await control.change(forgetAvailability(at(now - KEEP_MS)))
    } catch (error) {
      log.warn({ err: error }, 'how available the hospital was could not be stored; it is tried again')
    }
  }

  const stopping = new AbortController()
  const watch = async () => {
    // What is known from before comes first: a start is no fresh beginning.
    await store()
    let lastMs = nowMs()
    let storedMs = lastMs
    while (!stopping.signal.aborted) {
      await delay(askEveryMs, undefined, { signal: stopping.signal }).catch(() => undefined)
      if (stopping.signal.aborted) break
      up = await ask()
      const now = nowMs()
      // A machine that slept, or a clock that was set, must not count as time in which somebody looked.
      const passed = Math.min(Math.max(0, now - lastMs), 2 * askEveryMs + 3_000)
      lastMs = now
      const hour = Math.floor(now / HOUR_MS) * HOUR_MS
      const here = seen.get(hour) ?? { upMs: 0, downMs: 0 }
      if (up) here.upMs += passed
      else here.downMs += passed
      seen.set(hour, here)
      if (now - storedMs >= storeEveryMs) {
        await store()
        storedMs = now
      }
    }
    await store()
  }
  const running = watch()
  return {
    async [Symbol.asyncDispose]() {
      stopping.abort()
      await running
    },
  }
}

const UNKNOWN = databaseFaults['outcome-unknown']().code
