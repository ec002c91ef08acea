/** Work on entries that waits for nobody, such as refusing them: thousands would be gone through before anybody else is served. */
import { setImmediate } from 'node:timers/promises'
import { nowMilliseconds } from '#foundation/clock.ts'

const MOST_MS_WITHOUT_REST = 20

/** Resolves at once, or when it has been long since the last time, after everybody else has had a turn. */
export function resting(): () => Promise<void> | undefined {
  let rested = nowMilliseconds()
  // One for all who work together: had each its own, each would work alone between two turns.
  let turn: Promise<void> | undefined
  return () => {
    if (nowMilliseconds() - rested < MOST_MS_WITHOUT_REST) return undefined
    turn ??= setImmediate().then(() => {
      rested = nowMilliseconds()
      turn = undefined
    })
    return turn
  }
}
