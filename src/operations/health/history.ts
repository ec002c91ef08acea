/**
 * What probes have found, in the control database: changes of verdicts for 400 days, and for how long of each day each probe
 * failed. What can't be written now is written once it can be; of too much the oldest is let go.
 *
 * Invariant: what was watched counts once. When it is not known whether the database has it, a minute is lost rather than
 * counted twice.
 */
import type { Database } from '#foundation/database.ts'
import { databaseFaults } from '#foundation/database-faults.ts'
import { Fault } from '#foundation/fault.ts'
import type { Log } from '#foundation/log.ts'
import { at, instant } from '#foundation/timestamp.ts'
import * as statements from './statements/history.ts'
import type { Availability, ProbeChange } from './terms.ts'
import type { Watched } from './watch.ts'

const EVERY_MS = 60_000
const DAY_MS = 86_400_000
const KEPT_DAYS = 400
const MOST_KEPT = 1_000

export interface HistoryOptions {
  readonly control: Pick<Database, 'rows' | 'change'>
  readonly nowMs: () => number
  readonly takeWatched: () => readonly Watched[]
  /** Of which probe, and of how many days, the availability is kept in memory. */
  readonly remembers: { readonly probe: string; readonly days: number }
  readonly log: Log
}

export interface History extends AsyncDisposable {
  readonly add: (change: ProbeChange) => void
  /** The newest first. Rejects while the control database does not answer. */
  readonly changes: (most: number) => Promise<ProbeChange[]>
  /** Of the last days, today among them: from the database, with what was not written yet. */
  readonly availability: (probe: string, days: number) => Promise<Availability>
  /** That of the probe which is remembered: as it was in the database within the last minute, with what was not written yet. */
  readonly remembered: () => Availability
  /** The same of what this process knows by itself. */
  readonly ownAvailability: (probe: string) => Availability
}

/** Writes what is new every minute, until disposed. */
export function keepHistory({ control, nowMs, takeWatched, remembers, log }: HistoryOptions): History {
  let unwritten: ProbeChange[] = []
  /** Not written yet, by probe. */
  const waiting = new Map<string, { watchedMs: number; failedMs: number }>()
  /** Since this process began. */
  const own = new Map<string, { watchedMs: number; failedMs: number }>()
  /** What the database has of the probe that is remembered. */
  let stored = { watchedMs: 0, failedMs: 0 }
  let forgotMs = 0
  let missed = false

  const gather = () => {
    for (const { probe, watchedMs, failedMs } of takeWatched())
      for (const sums of [waiting, own]) {
        const sum = sums.get(probe) ?? { watchedMs: 0, failedMs: 0 }
        sums.set(probe, { watchedMs: sum.watchedMs + watchedMs, failedMs: sum.failedMs + failedMs })
      }
  }
  const writeChanges = async () => {
    const these = unwritten
    if (these.length === 0) return
    await control.change(
      statements.addChanges({
        probes: these.map(({ probe }) => probe),
        at: these.map((change) => change.at),
        was: these.map(({ from }) => from ?? null),
        verdicts: these.map(({ to }) => to),
        says: these.map(({ says }) => says ?? null),
      }),
    )
    unwritten = unwritten.filter((change) => !these.includes(change))
  }
  const storedOf = async (probe: string, days: number) => {
    const [row] = await control.rows(statements.sumWatched(probe, dayAt(nowMs() - (days - 1) * DAY_MS)))
    return { watchedMs: Number(row?.watched ?? 0), failedMs: Number(row?.failed ?? 0) }
  }
  const remember = async () => {
    stored = await storedOf(remembers.probe, remembers.days)
  }
  const writeWatched = async () => {
    gather()
    const these = [...waiting].map(([probe, { watchedMs, failedMs }]) => {
      const watched = Math.round(watchedMs)
      return { probe, watchedMs, failedMs, watched, failed: Math.min(watched, Math.round(failedMs)) }
    })
    const written = () => {
      for (const { probe, watchedMs, failedMs } of these) {
        const sum = waiting.get(probe)
        if (sum !== undefined)
          waiting.set(probe, { watchedMs: sum.watchedMs - watchedMs, failedMs: sum.failedMs - failedMs })
        if (probe === remembers.probe)
          stored = { watchedMs: stored.watchedMs + watchedMs, failedMs: stored.failedMs + failedMs }
      }
    }
    try {
      await control.change(
        statements.addWatched(dayAt(nowMs()), {
          probes: these.map(({ probe }) => probe),
          watched: these.map(({ watched }) => watched),
          failed: these.map(({ failed }) => failed),
        }),
      )
    } catch (error) {
      if (error instanceof Fault && error.code === UNKNOWN) written()
      throw error
    }
    written()
  }
  const forget = async () => {
    const now = nowMs()
    if (now - forgotMs < DAY_MS) return
    const before = now - KEPT_DAYS * DAY_MS
    await control.change(statements.forgetChanges(at(before)))
    await control.change(statements.forgetWatched(dayAt(before)))
    forgotMs = now
  }
  const write = async () => {
    try {
      await writeChanges()
      await writeWatched()
      await remember()
      await forget()
      missed = false
    } catch (error) {
      if (!missed) log.warn({ err: error }, 'the history of health could not be written; it is tried again')
      missed = true
    }
  }
  // What is known from before comes first: a start is no fresh beginning.
  let underWay: Promise<void> = remember().catch(() => undefined)
  const soon = () => {
    underWay = underWay.then(write)
  }
  const timer = setInterval(soon, EVERY_MS).unref()

  return {
    add(change) {
      unwritten.push(change)
      if (unwritten.length > MOST_KEPT) unwritten.shift()
    },
    async changes(most) {
      const rows = await control.rows(statements.listChanges(most))
      const written = rows.map(({ probe, at: when, was, verdict, says }) => ({
        probe,
        at: instant(when),
        ...(was !== null && { from: was }),
        to: verdict,
        ...(says !== null && { says }),
      }))
      return [...unwritten.toReversed(), ...written].slice(0, most)
    },
    async availability(probe, days) {
      const known = await storedOf(probe, days)
      gather()
      const { watchedMs = 0, failedMs = 0 } = waiting.get(probe) ?? {}
      return availabilityOf(known.watchedMs + watchedMs, known.failedMs + failedMs)
    },
    remembered() {
      gather()
      const { watchedMs = 0, failedMs = 0 } = waiting.get(remembers.probe) ?? {}
      return availabilityOf(stored.watchedMs + watchedMs, stored.failedMs + failedMs)
    },
    ownAvailability(probe) {
      gather()
      const { watchedMs = 0, failedMs = 0 } = own.get(probe) ?? {}
      return availabilityOf(watchedMs, failedMs)
    },
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      soon()
      await underWay
    },
  }
}

const UNKNOWN = databaseFaults['outcome-unknown']().code
const dayAt = (ms: number): string => at(ms).slice(0, 10)

function availabilityOf(watchedMs: number, failedMs: number): Availability {
  const [watchedSeconds, failedSeconds] = [Math.round(watchedMs / 1000), Math.round(failedMs / 100) / 10]
  if (watchedMs <= 0) return { watchedSeconds: 0, failedSeconds: 0 }
  // Not rounded up: 99.9996 % is not all of the time.
  const percent = Math.floor((1 - failedMs / watchedMs) * 100_000) / 1_000
  return { percent, watchedSeconds, failedSeconds }
}
