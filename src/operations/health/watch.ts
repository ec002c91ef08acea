/**
 * Asks every probe on its own schedule, each for so long and no longer, and keeps what was answered. A question that never
 * comes back is not asked a second time beside it: it goes on counting as a failure.
 */
import { Gauge, type Registry } from 'prom-client'
import type { Log } from '#foundation/log.ts'
import { at } from '#foundation/timestamp.ts'
import { type Considered, explained, steadied } from './judge.ts'
import { type Answer, fail, type Probe } from './probe.ts'
import type { ProbeChange, ProbeState, Verdict } from './terms.ts'

/** How long a probe was watched, and for how much of that it failed. */
export interface Watched {
  readonly probe: string
  readonly watchedMs: number
  readonly failedMs: number
}

export interface WatchOptions {
  readonly probes: readonly Probe[]
  readonly nowMs: () => number
  readonly metrics: Registry
  readonly log: Log
  /** Told of each change of a verdict, and of each first one that is not well. */
  readonly changed?: (change: ProbeChange) => void
}

export interface Watch extends Disposable {
  readonly states: () => ProbeState[]
  /** Asks these now, by name, or all; who asks while a question is under way shares its answer. */
  readonly ask: (names?: readonly string[]) => Promise<ProbeState[]>
  /** The same of those that are cheap, for whoever asks `/health`. */
  readonly askLive: () => Promise<ProbeState[]>
  /** The newest first. */
  readonly changes: () => readonly ProbeChange[]
  /** What was watched since this was asked last. */
  readonly takeWatched: () => Watched[]
}

const MOST_CHANGES = 200
const MOST_SAYS = 500

interface Own {
  readonly probe: Probe
  verdict?: Verdict
  considered?: Considered | undefined
  sinceMs: number
  askedMs: number
  tookSeconds: number
  answer: Answer | undefined
  /** That it was not asked, because that by way of which it asks fails: its next answer counts at once. */
  unasked: boolean
  underWay: Promise<void> | undefined
  /** Of a question that was given up and has not come back. */
  lost: boolean
  /** When its time was counted last, by the clock that never goes back. */
  countedAt: number
  watchedMs: number
  failedMs: number
  timer?: NodeJS.Timeout
}

/** Asks all of them at once, and then each by its schedule, until disposed. Throws for a need that names no probe. */
export function openWatch({ probes, nowMs, metrics, log, changed }: WatchOptions): Watch {
  const owns = new Map(probes.map((probe) => [probe.name as string, fresh(probe)]))
  if (owns.size < probes.length) throw new Error('two probes have one name')
  for (const { name, needs = [], through } of probes)
    for (const need of [...needs, ...(through === undefined ? [] : [through])])
      if (!owns.has(need)) throw new Error(`${name} needs ${need}, which is no probe`)
  const changes: ProbeChange[] = []
  const meter = openMetrics(metrics, owns)
  let ended = false

  const take = (own: Own, { answer, tookSeconds, unasked = false }: Answered): void => {
    const { probe } = own
    count(own)
    const steady = unasked || own.unasked ? 1 : (probe.steady ?? 1)
    const { verdict, considered } = steadied(own.verdict, own.considered, answer.verdict, steady)
    // Told once, of that by way of which it asks.
    const quiet = unasked || (own.unasked && verdict === 'pass')
    own.unasked = unasked
    own.considered = considered
    own.askedMs = nowMs()
    own.tookSeconds = tookSeconds
    // What it says belongs to the verdict that counts.
    if (answer.verdict === verdict || own.answer === undefined) own.answer = answer
    meter.took(probe.name, tookSeconds)
    if (verdict === own.verdict) return
    const from = own.verdict
    own.verdict = verdict
    own.sinceMs = own.askedMs
    // To be well from the beginning on is no news.
    if (quiet || (from === undefined && verdict === 'pass')) return
    const says = answer.says?.slice(0, MOST_SAYS)
    const change = {
      probe: probe.name,
      at: at(own.askedMs),
      ...(from !== undefined && { from }),
      to: verdict,
      ...(says !== undefined && { says }),
    }
    changes.unshift(change)
    changes.length = Math.min(changes.length, MOST_CHANGES)
    tell(log, change)
    changed?.(change)
    // Those that ask by way of it know at once, not at the next time on their schedule.
    if (from === 'fail' || verdict === 'fail')
      for (const other of owns.values()) if (other.probe.through === probe.name) void askOne(other)
  }
  const askOne = (own: Own): Promise<void> => {
    own.underWay ??= answerOf(own, owns, log)
      .then((answered) => {
        if (!ended) take(own, answered)
      })
      .finally(() => {
        own.underWay = undefined
      })
    return own.underWay
  }
  const states = (): ProbeState[] => {
    const all = [...owns.values()].map(stateOf)
    const because = explained(all)
    return all.map((state) => {
      const cause = because.get(state.name)
      return cause === undefined ? state : { ...state, because: cause }
    })
  }
  const askThese = async (these: Iterable<Own>): Promise<ProbeState[]> => {
    // Those by way of which others ask come first.
    const all = [...these]
    const direct = all.filter(({ probe }) => probe.through === undefined)
    await Promise.all(direct.map(askOne))
    await Promise.all(all.filter(({ probe }) => probe.through !== undefined).map(askOne))
    return states()
  }
  const schedule = (own: Own) => {
    if (ended) return
    own.timer = setTimeout(() => void askOne(own).then(() => schedule(own)), own.probe.everySeconds * 1000).unref()
  }
  void askThese(owns.values()).then(() => {
    for (const own of owns.values()) schedule(own)
  })

  return {
    states,
    ask: (names) => askThese(names === undefined ? owns.values() : names.flatMap((name) => owns.get(name) ?? [])),
    askLive: () => askThese([...owns.values()].filter(({ probe }) => probe.live === true)),
    changes: () => changes,
    takeWatched: () =>
      [...owns.values()].map((own) => {
        count(own)
        const { watchedMs, failedMs } = own
        Object.assign(own, { watchedMs: 0, failedMs: 0 })
        return { probe: own.probe.name, watchedMs, failedMs }
      }),
    [Symbol.dispose]() {
      ended = true
      for (const { timer } of owns.values()) clearTimeout(timer)
    },
  }
}

const fresh = (probe: Probe): Own => ({
  probe,
  sinceMs: 0,
  askedMs: 0,
  tookSeconds: 0,
  answer: undefined,
  unasked: false,
  underWay: undefined,
  lost: false,
  countedAt: performance.now(),
  watchedMs: 0,
  failedMs: 0,
})

/** Adds the time since the last count to what the verdict of that time is. A machine that slept has watched nothing. */
function count(own: Own): void {
  const now = performance.now()
  const { everySeconds, timeoutSeconds } = own.probe
  const ms = Math.min(now - own.countedAt, (everySeconds + timeoutSeconds) * 2_000)
  own.countedAt = now
  if (own.verdict === undefined) return
  own.watchedMs += ms
  if (own.verdict === 'fail') own.failedMs += ms
}

interface Answered {
  readonly answer: Answer
  readonly tookSeconds: number
  readonly unasked?: boolean
}

async function answerOf(own: Own, owns: ReadonlyMap<string, Own>, log: Log): Promise<Answered> {
  const { probe } = own
  const { through, timeoutSeconds } = probe
  if (through !== undefined && owns.get(through)?.verdict === 'fail')
    return { answer: fail(`It is not asked while ${through} fails.`), tookSeconds: 0, unasked: true }
  const says = `There was no answer within ${timeoutSeconds} s.`
  if (own.lost) return { answer: fail(says), tookSeconds: timeoutSeconds }
  const began = performance.now()
  const giveUp = new AbortController()
  const late = Promise.withResolvers<Answer>()
  const timer = setTimeout(() => {
    own.lost = true
    late.resolve(fail(says))
    giveUp.abort()
  }, timeoutSeconds * 1000)
  const asked = Promise.try(probe.ask, giveUp.signal)
    .catch((error: unknown): Answer => {
      if (own.verdict !== 'fail') log.error({ err: error, probe: probe.name }, 'a probe could not be asked')
      return fail('It can not be asked: the log of operations says why.')
    })
    .finally(() => {
      own.lost = false
    })
  const answer = await Promise.race([asked, late.promise])
  clearTimeout(timer)
  return { answer, tookSeconds: (performance.now() - began) / 1000 }
}

function stateOf({ probe, verdict, answer, sinceMs, askedMs, tookSeconds }: Own): ProbeState {
  const { ask: _, live: __, needs = [], through, steady = 1, ...declared } = probe
  const all = { ...declared, steady, needs: [...needs, ...(through === undefined ? [] : [through])] }
  if (verdict === undefined || answer === undefined) return all
  const { says, detail, observed, unit } = answer
  return {
    ...all,
    verdict,
    since: at(sinceMs),
    asked: at(askedMs),
    tookSeconds: Math.round(tookSeconds * 1e6) / 1e6,
    ...(says !== undefined && { says }),
    ...(detail !== undefined && { detail }),
    ...(observed !== undefined && { observed }),
    ...(unit !== undefined && { unit }),
  }
}

function tell(log: Log, { probe, from, to, says }: ProbeChange): void {
  const facts = { probe, from, to, says }
  if (to === 'fail') log.warn(facts, 'a probe fails')
  else if (to === 'warn') log.warn(facts, 'a probe warns')
  else log.info(facts, 'a probe is well again')
}

function openMetrics(metrics: Registry, owns: ReadonlyMap<string, Own>) {
  const registers = [metrics]
  const labelNames = ['probe'] as const
  const having = (verdict: Verdict, name: string, help: string) =>
    new Gauge({
      name,
      help,
      labelNames,
      registers,
      collect() {
        for (const [probe, own] of owns) this.set({ probe }, own.verdict === verdict ? 1 : 0)
      },
    })
  having('fail', 'omnicare_probe_failed', '1 while the probe fails.')
  having('warn', 'omnicare_probe_warned', '1 while the probe warns.')
  const duration = new Gauge({
    name: 'omnicare_probe_duration_seconds',
    help: 'How long the last answer of the probe took.',
    labelNames,
    registers,
  })
  return { took: (probe: string, seconds: number) => duration.set({ probe }, seconds) }
}
