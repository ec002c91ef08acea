/** All that is known of health, together: for the console, the command line and the daily check. */
import { at } from '#foundation/timestamp.ts'
import type { History } from './history.ts'
import { causesOf, serviceVerdict, worst } from './judge.ts'
import type { HealthReport, LoggedErrors, ProbeChange, Sla } from './terms.ts'
import type { Watch } from './watch.ts'
import { within } from './within.ts'

const MOST_CHANGES = 100

export interface ReportNeeds {
  readonly watch: Pick<Watch, 'states' | 'ask' | 'changes'>
  readonly history: Pick<History, 'changes'>
  readonly sla: () => Promise<Sla>
  readonly errors: () => Promise<LoggedErrors>
  readonly region: string
  readonly nowMs: () => number
}

/** `anew`: every probe is asked first, and answered within its time. */
export async function reportHealth(needs: ReportNeeds, anew: boolean): Promise<HealthReport> {
  const { watch, history, sla, errors, region, nowMs } = needs
  const probes = anew ? await watch.ask() : watch.states()
  const [changes, objectives, logged] = await Promise.all([
    within<readonly ProbeChange[]>(history.changes(MOST_CHANGES), () => watch.changes().slice(0, MOST_CHANGES)),
    sla(),
    errors(),
  ])
  return {
    at: at(nowMs()),
    region,
    verdict: worst(probes.map(({ verdict }) => verdict ?? 'warn')),
    service: serviceVerdict(probes),
    causes: causesOf(probes),
    probes,
    changes,
    errors: logged,
    sla: objectives,
  }
}
