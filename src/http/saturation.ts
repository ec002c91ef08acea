/**
 * Whether this process still gets to what it is asked: who knows that it doesn't sends nobody more, before those who were sent
 * get no answer. It looks ten times a second, and is sure for five seconds of what it has seen, so that it does not go to and fro.
 *
 * Node's own histogram of the event loop's delays stands still while one timer after the other is late, which is when it is
 * wanted; so what counts here is by how much our own timer is.
 */

export interface Load {
  /** The median by which our timer came late in the last three seconds, in ms. One long request alone does not move it. */
  readonly lateMs: number
  /** How long somebody waits for a database connection, in ms. */
  readonly waitedMs: number
  readonly tooLate: boolean
  readonly waitedTooLong: boolean
}

export interface SaturationOptions {
  /** How long the one has waited who waits longest for a connection, in ms; 0 when nobody waits. */
  readonly longestWaitMs: () => number
  readonly now?: () => number
}

const EVERY_MS = 100
const LATELY_MS = 3_000
const SURE_MS = 5_000
/** Above it the event loop turns less than twice a second. */
const TOO_LATE_MS = 500
/** At 5 s the wait ends with 503. */
const TOO_LONG_MS = 2_000

export function watchSaturation({
  longestWaitMs,
  now = () => performance.now(),
}: SaturationOptions): (() => Load) & Disposable {
  let [lateMs, waitedMs] = [0, 0]
  let [late, long] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY]
  let before = now()
  const lately: { readonly at: number; readonly lateMs: number }[] = []
  const look = () => {
    const at = now()
    lately.push({ at, lateMs: Math.max(0, at - before - EVERY_MS) })
    before = at
    while ((lately[0]?.at ?? at) < at - LATELY_MS) lately.shift()
    const sorted = lately.map((one) => one.lateMs).sort((a, b) => a - b)
    lateMs = Math.round(sorted[Math.floor((sorted.length - 1) / 2)] as number)
    waitedMs = Math.round(longestWaitMs())
    if (lateMs > TOO_LATE_MS) late = at
    if (waitedMs > TOO_LONG_MS) long = at
  }
  const timer = setInterval(look, EVERY_MS).unref()
  const load = (): Load => ({
    lateMs,
    waitedMs,
    tooLate: now() - late < SURE_MS,
    waitedTooLong: now() - long < SURE_MS,
  })
  return Object.assign(load, { [Symbol.dispose]: () => clearInterval(timer) })
}
