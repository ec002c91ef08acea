import { isDistrust, openFetch } from '#foundation/tls/calls.ts'
import type { HealthReport } from '../../operations/health/index.ts'
import { askOperations } from '../ask.ts'
import type { Command, Context } from '../command.ts'
import { cliFaults } from '../faults.ts'
import { isFinding, linesOf } from './print.ts'
import { checkRegions } from './regions.ts'
import { type Alone, aloneLines } from './without-operations.ts'

/** Every probe has at most 5 s, and some come after others. */
const PATIENCE_MS = 20_000
const HOSPITAL_PATIENCE_MS = 5_000

/** `health`: the five sections of the morning check. A finding when anything is to be seen to. */
export const healthCommand: Command = {
  options: {
    comprehensive: {
      type: 'boolean',
      means: 'Shows every probe with what it found, its schedule, and what has changed.',
    },
    regions: { type: 'boolean', means: 'Shows how each region is that OMNICARE_REGIONS names, and this one.' },
    json: { type: 'boolean', means: 'Prints it as JSON.' },
  },
  about: [
    'The five sections of the morning check: cluster, application, database, errors of the last hour, SLA; then what is',
    'wrong by itself, what depends on it, and which page says what to do. Every probe is asked anew. It works without the',
    'hospital, and without the record database; without operations it says what the hospital knows of itself.',
    'A finding (1) when anything is to be seen to: a probe that is not well, an error in the logs, less than was promised.',
  ],
  examples: ['health', 'health --comprehensive', 'health --regions', 'health --json'],
  async run({ options }, context) {
    const { out } = context
    const json = options.json === true
    if (options.regions === true) {
      if (options.comprehensive === true)
        throw cliFaults['bad-options']({ why: 'take one of --comprehensive and --regions' })
      return checkRegions(context, json)
    }
    const report = await reported(context)
    if (report === undefined) {
      const alone = await askHospital(context)
      if (json) out(JSON.stringify(alone))
      else for (const line of aloneLines(alone)) out(line)
      return 1
    }
    if (json) out(JSON.stringify(report))
    else for (const line of linesOf(report, options.comprehensive === true)) out(line)
    return isFinding(report) ? 1 : 0
  },
}

/** Undefined when operations does not answer. */
async function reported(context: Context): Promise<HealthReport | undefined> {
  try {
    const answer = await askOperations(context, 'health?anew=true', undefined, AbortSignal.timeout(PATIENCE_MS))
    return (await answer.json()) as HealthReport
  } catch (error) {
    if ((error as { code?: string }).code === 'cli/not-running') return undefined
    throw error
  }
}

async function askHospital({ url, operationsUrl, believed }: Context): Promise<Alone> {
  try {
    const answer = await openFetch(believed)(`${url}/health`, { signal: AbortSignal.timeout(HOSPITAL_PATIENCE_MS) })
    return { operationsUrl, url, hospital: (await answer.json()) as Alone['hospital'] }
  } catch (error) {
    const says = isDistrust(error) ? 'shows a certificate that is not believed' : 'does not answer'
    return { operationsUrl, url, hospital: { status: 'fail', says } }
  }
}
