/**
 * Delivers what waits in the outbox. A notice is taken for a few seconds, which are renewed while its delivery is under
 * way: of a process that dies, the next one takes it over soon, and a slow receiver is not written to twice.
 */
import { setTimeout as delay } from 'node:timers/promises'
import type { Registry } from 'prom-client'
import { fromBytea } from '#foundation/bytea.ts'
import type { Database } from '#foundation/database.ts'
import type { Log } from '#foundation/log.ts'
import { gaugeIn } from '#foundation/metric.ts'
import { at } from '#foundation/timestamp.ts'
import type { Seal } from '#identity'
import { MOST_TRIES, pauseMs } from './back-off.ts'
import { NOTIFICATION_METRICS } from './metrics.ts'
import { type NoticeCount, sealedAs } from './outbox.ts'
import {
  countNotices,
  forgetDone,
  keepTaken,
  noteDead,
  noteFailed,
  noteSent,
  type TakenRow,
  takeDue,
} from './statements/outbox.ts'

/** What became of a try. `why`: fixed words, nothing that somebody else has said. */
export type Went =
  | { readonly is: 'sent' }
  | { readonly is: 'failed'; readonly why: string }
  /** For good: trying again gives the same. */
  | { readonly is: 'refused'; readonly why: string }

interface Delivery {
  /** The same at every try. */
  readonly id: string
  readonly content: string
  readonly madeMs: number
}

export interface Channel {
  /** Takes its time, within bounds of its own. What it throws counts as failed. */
  deliver(delivery: Delivery): Promise<Went>
}

export interface SendingOptions {
  readonly control: Database
  readonly seal: Seal
  readonly channels: ReadonlyMap<string, Channel>
  readonly count: NoticeCount
  readonly nowMs: () => number
  readonly metrics: Registry
  readonly log: Log
  readonly random?: () => number
}

const LOOK_EVERY_MS = 1_000
const TAKEN_MS = 20_000
const KEEP_EVERY_MS = 5_000
const AT_ONCE = 4
const COUNT_EVERY_MS = 15_000
const FORGET_EVERY_MS = 3_600_000
const DAY_MS = 86_400_000
const SENT_DAYS = 30
const DEAD_DAYS = 90
/** What is not delivered by then is taken over after the next start. */
const FINISH_WITHIN_MS = 5_000

/** Takes what is due and delivers it, a few at a time; gives how many it took. Throws when the database fails. */
export async function deliverDue(options: SendingOptions): Promise<number> {
  const { control, channels, nowMs } = options
  const now = nowMs()
  const taken = await control.rows(takeDue([...channels.keys()], at(now), at(now + TAKEN_MS), AT_ONCE))
  const settled = await Promise.allSettled(taken.map((one) => deliverOne(options, one)))
  for (const one of settled) if (one.status === 'rejected') throw one.reason
  return taken.length
}

async function deliverOne(options: SendingOptions, { id, channel, content, key, tries, made, expires }: TakenRow) {
  const { control, seal, channels, count, nowMs, log, random = Math.random } = options
  const giveUp = async (why: string) => {
    await control.change(noteDead(id, tries, at(nowMs()), why))
    count(channel, 'dead')
    log.error({ notice: id, channel, tries, why }, 'a notice could not be delivered and is given up')
  }
  const endsMs = Temporal.Instant.from(expires).epochMilliseconds
  if (nowMs() >= endsMs) return giveUp('too late')
  // Whatever ends the process each time must not do so for ever.
  if (tries > MOST_TRIES) return giveUp('too many tries')
  const keep = setInterval(() => {
    control.change(keepTaken(id, tries, at(nowMs() + TAKEN_MS))).catch((error: unknown) => {
      log.warn({ err: error, notice: id }, 'a delivery under way could not be kept')
    })
  }, KEEP_EVERY_MS)
  let went: Went
  try {
    const text = seal.open(fromBytea(content), key, sealedAs(id)).toString()
    const madeMs = Temporal.Instant.from(made).epochMilliseconds
    went = await (channels.get(channel) as Channel).deliver({ id, content: text, madeMs })
  } catch (error) {
    log.error({ err: error, notice: id, channel }, 'a delivery failed unexpectedly')
    went = { is: 'failed', why: 'unexpected' }
  } finally {
    clearInterval(keep)
  }
  if (went.is === 'sent') {
    await control.change(noteSent(id, at(nowMs())))
    count(channel, 'sent')
    return
  }
  const due = nowMs() + pauseMs(tries, random())
  if (went.is === 'refused') return giveUp(went.why)
  if (tries >= MOST_TRIES) return giveUp(`too many tries: ${went.why}`)
  if (due >= endsMs) return giveUp(`too late: ${went.why}`)
  await control.change(noteFailed(id, tries, at(due), went.why))
  count(channel, 'failed')
  log.warn({ notice: id, channel, tries, why: went.why }, 'a delivery failed; it is tried again')
}

/** Goes on delivering until it is disposed. */
export function startSending(options: SendingOptions): AsyncDisposable {
  const { control, nowMs, metrics, log } = options
  const stopping = new AbortController()
  const waiting = gaugeIn(metrics, NOTIFICATION_METRICS.waiting)
  const oldest = gaugeIn(metrics, NOTIFICATION_METRICS.oldest)
  const recount = async () => {
    const counts = new Map((await control.rows(countNotices())).map((row) => [row.state, row]))
    for (const state of ['waiting', 'dead'] as const) waiting.set({ state }, counts.get(state)?.count ?? 0)
    const since = counts.get('waiting')?.oldest
    oldest.set(since === undefined ? 0 : (nowMs() - Temporal.Instant.from(since).epochMilliseconds) / 1000)
  }
  const forget = async () => {
    const now = nowMs()
    await control.rows(forgetDone(at(now - SENT_DAYS * DAY_MS), at(now - DEAD_DAYS * DAY_MS)))
  }
  const now = { counted: 0, forgot: 0 }
  const look = async (): Promise<boolean> => {
    const at0 = nowMs()
    if (at0 - now.counted >= COUNT_EVERY_MS) {
      await recount()
      now.counted = at0
    }
    if (at0 - now.forgot >= FORGET_EVERY_MS) {
      await forget()
      now.forgot = at0
    }
    return (await deliverDue(options)) > 0
  }
  const keepSending = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const more = await look().catch((error: unknown) => {
        log.error({ err: error }, 'the outbox could not be worked on; it is tried again')
        return false
      })
      if (!more) await delay(LOOK_EVERY_MS, undefined, { signal: stopping.signal }).catch(() => undefined)
    }
  }
  const running = keepSending()
  return {
    async [Symbol.asyncDispose]() {
      stopping.abort()
      await Promise.race([running, delay(FINISH_WITHIN_MS, undefined, { ref: false })])
    },
  }
}
