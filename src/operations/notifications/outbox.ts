/**
 * The outbox: what has to leave OmniCare is written down in the transaction of what it tells of. It is there once that is
 * committed, and is not when it isn't; `startSending` delivers it.
 *
 * Delivered at least once: a process that dies between a delivery and its note delivers again, under the same id.
 */
import { Counter, type Registry } from 'prom-client'
import { fromBytea } from '#foundation/bytea.ts'
import type { Database, Queries } from '#foundation/database.ts'
import { newId } from '#foundation/ids.ts'
import type { Log } from '#foundation/log.ts'
import { at, instant } from '#foundation/timestamp.ts'
import type { Seal } from '#identity'
import { addNotice, listNotices, outboxWaiting, sealedByOthers, setContent } from './statements/outbox.ts'
import type { NoticeState, NoticeStatus, OutboxWaiting } from './terms.ts'

interface Notice {
  readonly channel: 'mail'
  /** As in `invitation`. */
  readonly kind: string
  /** Whom it concerns, as in `person/018f…`: what may be shown of it. */
  readonly about: string
  /** To whom and what, as its channel reads it; kept sealed, and only until it is delivered. */
  readonly content: string
  /** RFC 3339: later than this nobody wants it. */
  readonly expires: string
}

export interface Outbox {
  /** False when too many wait already: then it is not sent, and `notifications_total` counts it as `full`. */
  put(tx: Queries, notice: Notice): Promise<boolean>
  /** The newest first, 100 unless told otherwise. */
  list(filter?: { readonly state?: NoticeState; readonly most?: number }): Promise<NoticeStatus[]>
}

export interface OutboxOptions {
  readonly control: Database
  readonly seal: Seal
  readonly nowMs: () => number
  readonly metrics: Registry
  readonly log: Log
  /** How many may wait; 10,000 unless told otherwise. */
  readonly mostWaiting?: number
}

export type NoticeCount = (channel: string, outcome: 'sent' | 'failed' | 'dead' | 'full') => void

const MOST_WAITING = 10_000
const MOST_LISTED = 1_000
const DAY_MS = 86_400_000

/** What it was sealed for: a row's content can't be put into another row. */
export const sealedAs = (id: string): string => `outbox ${id}`

/** Opens it, and seals anew what waits under a former key. Throws `identity/other-identity-key`. */
export async function openOutbox(
  options: OutboxOptions,
): Promise<Outbox & { readonly count: NoticeCount; readonly waiting: () => Promise<OutboxWaiting> }> {
  const { control, seal, nowMs, metrics, log, mostWaiting = MOST_WAITING } = options
  const total = new Counter({
    name: 'notifications_total',
    help: 'Tries to deliver what waits in the outbox, by channel and outcome: sent, failed (tried again), dead (given up); full: not taken in.',
    labelNames: ['channel', 'outcome'],
    registers: [metrics],
  })
  const count: NoticeCount = (channel, outcome) => total.inc({ channel, outcome })
  await control.transaction(async (tx) => {
    for (const { id, content, key } of await tx.rows(sealedByOthers(seal.id))) {
      const what = sealedAs(id)
      await tx.rows(setContent(id, seal.seal(seal.open(fromBytea(content), key, what), what), seal.id))
    }
  })
  return {
    count,
    async put(tx, { channel, kind, about, content, expires }) {
      const id = newId()
      const sealed = seal.seal(Buffer.from(content), sealedAs(id))
      const row = { id, channel, kind, about, content: sealed, key: seal.id, expires }
      if ((await tx.rows(addNotice(row, at(nowMs()), mostWaiting))).length > 0) return true
      count(channel, 'full')
      log.error({ channel, kind, most: mostWaiting }, 'too much waits to be delivered: this is not taken in')
      return false
    },
    async waiting() {
      const [row] = await control.quick(outboxWaiting(at(nowMs() - DAY_MS)))
      const oldest = row?.oldest ?? null
      return {
        waiting: row?.waiting ?? 0,
        ...(oldest !== null && { oldestMs: Temporal.Instant.from(oldest).epochMilliseconds }),
        dead: row?.dead ?? 0,
      }
    },
    async list({ state, most = 100 } = {}) {
      const rows = await control.rows(listNotices(state, Math.max(1, Math.min(most, MOST_LISTED))))
      return rows.map(({ id, channel, kind, about, state: is, made, due, tries, why, done }) => ({
        id,
        channel,
        kind,
        about,
        state: is,
        made: instant(made),
        ...(is === 'waiting' && { due: instant(due) }),
        tries,
        ...(why !== null && { why }),
        ...(done !== null && { done: instant(done) }),
      }))
    },
  }
}
