/**
 * Hands the pair that is served to a process that is started again: it comes back also while the files hold what can't be
 * served. Only to who asks, and by the channel between the two: an environment is in /proc and in dumps, and every process
 * that is started later inherits it.
 */
import type { ChildProcess } from 'node:child_process'
import type { Held } from './keep.ts'

interface Asking {
  readonly asks: 'tls-pair'
  /** Given back with the answer: one that comes too late is none to the next question. */
  readonly nth: number
}

interface Answer {
  readonly tlsPair: Held | null
  readonly nth: number
}

/** Whoever hasn't been answered by then goes on without: it was started by something else. */
const ANSWERED_WITHIN_MS = 5_000

const isAsking = (message: unknown): message is Asking =>
  typeof message === 'object' && message !== null && 'asks' in message && message.asks === 'tls-pair'

const isAnswer = (message: unknown): message is Answer =>
  typeof message === 'object' && message !== null && 'tlsPair' in message

let asked = 0

/** Answers a child whenever it asks. */
export function handTo(child: ChildProcess, held: () => Promise<Held | undefined>): void {
  child.on('message', async (message) => {
    if (!isAsking(message)) return
    const tlsPair = await held().catch(() => undefined)
    // A child that has ended meanwhile, or ends now, asks again after its next start.
    if (child.connected) child.send({ tlsPair: tlsPair ?? null, nth: message.nth } satisfies Answer, () => undefined)
  })
}

/** Asks the process that has started this one; nothing when that has no pair, or there is none to ask. */
export async function heldByParent(withinMs = ANSWERED_WITHIN_MS): Promise<Held | undefined> {
  if (process.send === undefined || !process.connected) return undefined
  const nth = ++asked
  const { promise, resolve } = Promise.withResolvers<Held | undefined>()
  const hear = (message: unknown) => {
    if (isAnswer(message) && message.nth === nth) resolve(message.tlsPair ?? undefined)
  }
  const giveUp = () => resolve(undefined)
  const timer = setTimeout(giveUp, withinMs)
  process.on('message', hear)
  process.once('disconnect', giveUp)
  try {
    process.send({ asks: 'tls-pair', nth } satisfies Asking)
    return await promise
  } finally {
    clearTimeout(timer)
    process.off('message', hear)
    process.off('disconnect', giveUp)
  }
}
