/** The words of the outbox, shared with every door. Imports nothing. */

export const NOTICE_STATES = ['waiting', 'sent', 'dead'] as const
export type NoticeState = (typeof NOTICE_STATES)[number]

/** What waits, has been sent or was given up; never to which address, nor what it says. */
export interface NoticeStatus {
  readonly id: string
  readonly channel: string
  /** As in `invitation`. */
  readonly kind: string
  /** Whom it concerns, as in `person/018f…`. */
  readonly about: string
  readonly state: NoticeState
  /** RFC 3339. */
  readonly made: string
  /** The next try, of what waits. */
  readonly due?: string
  readonly tries: number
  /** Why the last try failed. */
  readonly why?: string
  readonly done?: string
}

export interface OutboxWaiting {
  readonly waiting: number
  /** When the oldest of them was made, in ms since 1970; absent when none waits. */
  readonly oldestMs?: number
  /** Given up within the last day. */
  readonly dead: number
}
