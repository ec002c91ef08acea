/** For how much of the time the hospital could be worked with, beside what was promised. */
import type { History } from './history.ts'
import type { Sla } from './terms.ts'
import { within } from './within.ts'

/** Of the hospital: the same as `/health/ready` says. */
const WATCHED = 'hospital:ready'

export async function slaOf(
  history: Pick<History, 'availability' | 'ownAvailability'>,
  targetPercent: number,
): Promise<Sla> {
  const known = await within(
    Promise.all([history.availability(WATCHED, 1), history.availability(WATCHED, 30)]),
    () => undefined,
  )
  if (known !== undefined) return { targetPercent, lastDay: known[0], last30Days: known[1] }
  const own = history.ownAvailability(WATCHED)
  const lacks = 'The control database does not answer: this is only since operations started.'
  return { targetPercent, lastDay: own, last30Days: own, lacks }
}
