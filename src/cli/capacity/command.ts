import type { CapacityReport, Recommendation } from '../../operations/capacity/index.ts'
import { size } from '../../operations/performance/index.ts'
import { askOperations } from '../ask.ts'
import type { Command } from '../command.ts'

/** How many processes, connections, how much memory and disk. */
export const capacityCommand: Command = {
  options: { json: { type: 'boolean', means: 'Prints the recommendations as JSON.' } },
  about: [
    'Recommended from the load that is measured now and from how it grew. A finding (1) when something should grow.',
  ],
  examples: ['capacity'],
  async run({ options }, context) {
    const report = (await (await askOperations(context, 'performance/capacity')).json()) as CapacityReport
    if (options.json === true) context.out(JSON.stringify(report))
    else {
      for (const one of report.recommendations) context.out(lineOf(one))
      context.out(report.trendDays === 0 ? 'There is no trend yet.' : `The trend is that of ${report.trendDays} days.`)
    }
    return report.well ? 0 : 1
  },
}

function lineOf({ resource, verdict, now, recommended, unit, because, next, daysLeft }: Recommendation): string {
  const amount = (value: number) => (unit === 'bytes' ? size(value) : String(value))
  const change = now === recommended ? amount(now) : `${amount(now)}, better ${amount(recommended)}`
  const left = daysLeft === undefined ? '' : ` It lasts ${daysLeft} days.`
  return `${resource.padEnd(13)}${verdict.padEnd(8)}${change}\n  ${because}${left}${next === 'Nothing.' ? '' : `\n  Next: ${next}`}`
}
