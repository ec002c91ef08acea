/** When a delivery that failed is tried again: soon at first, then ever more rarely, and never at the same moment as all others. Pure. */

const FIRST_MS = 10_000
const LONGEST_MS = 30 * 60_000

/** About four hours, with the pauses below. */
export const MOST_TRIES = 15

/** Between half and all of the pause, which doubles. `tries`: how many were made; `random`: from 0 to 1. */
export function pauseMs(tries: number, random: number): number {
  const longest = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(tries - 1, 30))
  return Math.round(longest * (0.5 + random / 2))
}
