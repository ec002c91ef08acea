/** The pause before something that has ended by itself is started again. */

const FIRST_MS = 200
const LONGEST_MS = 10_000
/** After this long in service an end is a new trouble, not the old one again. */
const SOUND_MS = 60_000

/** Doubled each time, short again after a sound run. `lastMs` is the pause before the run that ended, 0 when there was none. */
export const pauseAfter = (lastMs: number, ranMs: number): number =>
  lastMs === 0 || ranMs >= SOUND_MS ? FIRST_MS : Math.min(lastMs * 2, LONGEST_MS)
