/** Gives how much a count has grown within about the last window of seconds; asked with the count and the time as they are. */
export type Rate = (count: number, nowSeconds: number) => number

interface Look {
  readonly count: number
  readonly seconds: number
}

/**
 * How much a count grows within `windowSeconds`, told from what it was when somebody asked before: nothing runs between two
 * questions. Asked more seldom than once in a window, the growth since then is scaled down to one; before the first window is
 * over it is what there was.
 */
export function openRate(windowSeconds: number, count: number, nowSeconds: number): Rate {
  /** Oldest first; the first is the youngest of those that are a window old. */
  let looks: readonly Look[] = [{ count, seconds: nowSeconds }]
  return (counted, now) => {
    const old = looks.findLastIndex(({ seconds }) => now - seconds >= windowSeconds)
    looks = looks.slice(Math.max(0, old))
    const first = looks[0] as Look
    const last = looks.at(-1) as Look
    // Who asks all the time must not make this long.
    if (now - last.seconds >= windowSeconds / MOST_LOOKS) looks = [...looks, { count: counted, seconds: now }]
    return (counted - first.count) * Math.min(1, windowSeconds / (now - first.seconds || 1))
  }
}

const MOST_LOOKS = 60
