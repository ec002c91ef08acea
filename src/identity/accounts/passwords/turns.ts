import { identityFaults } from '../../faults.ts'

/** Does at most `atOnce` works at a time, in the order they came; when `most` wait, one more is refused: `identity/crowded`. */
export function openTurns(atOnce: number, most: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = []
  let working = 0
  return async (work) => {
    if (working >= atOnce) {
      if (waiting.length >= most) throw identityFaults.crowded()
      // Whoever ends hands the turn over: the count stays.
      await new Promise<void>((go) => void waiting.push(go))
    } else working++
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next === undefined) working--
      else next()
    }
  }
}
