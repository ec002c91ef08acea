/** For how much of the time the hospital could be worked with, beside what was promised. */
import type { Registry } from 'prom-client'
import { readIn } from '#foundation/metric.ts'
import type { History } from './history.ts'
import { HEALTH_METRICS } from './metrics.ts'
import type { Sla } from './terms.ts'
import type { Watch } from './watch.ts'
import { within } from './within.ts'

/** Of the hospital: the same as `/health/ready` says. */
export const WATCHED = 'hospital:ready'

export const SLA_DAYS = 30
/** What is promised of the hospital, in percent of the time. */
export const SLA_PERCENT = 99.9

/** Of both from memory: who scrapes waits for no database. */
export function meterSla(
  metrics: Registry,
  { watch, history }: { readonly watch: Pick<Watch, 'states'>; readonly history: Pick<History, 'remembered'> },
): void {
  readIn(metrics, HEALTH_METRICS.up, () => {
    const verdict = watch.states().find(({ name }) => name === WATCHED)?.verdict
    return verdict === undefined ? [] : [{ value: verdict === 'fail' ? 0 : 1 }]
  })
  readIn(metrics, HEALTH_METRICS.availability, () => {
    const { percent } = history.remembered()
    return percent === undefined ? [] : [{ value: percent }]
  })
}

export async function slaOf(history: Pick<History, 'availability' | 'ownAvailability'>): Promise<Sla> {
  const targetPercent = SLA_PERCENT
  const known = await within(
    Promise.all([history.availability(WATCHED, 1), history.availability(WATCHED, SLA_DAYS)]),
    () => undefined,
  )
  if (known !== undefined) return { targetPercent, lastDay: known[0], last30Days: known[1] }
  const own = history.ownAvailability(WATCHED)
  const lacks = 'The control database does not answer: this is only since operations started.'
  return { targetPercent, lastDay: own, last30Days: own, lacks }
}
