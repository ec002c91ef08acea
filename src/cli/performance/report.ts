import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { type PerformanceReport, reportText } from '../../operations/performance/index.ts'
import { askOperations } from '../ask.ts'
import type { Command } from '../command.ts'

/** What is slow, full or unused, and what to do about it. */
export const performanceReportCommand: Command = {
  options: {
    json: { type: 'boolean', means: 'Prints the report as JSON.' },
    pdf: { type: 'string', takes: 'FILE', means: 'Writes it into a file, as a PDF.' },
  },
  about: [
    'Slow statements with the index that each lacks, unused and broken indexes, bloat, leaked connections, locks,',
    'endpoints and saturation, each with the exact next step. A finding (1) when there is any. It has no data of patients.',
  ],
  examples: ['performance report', 'performance report --pdf report.pdf'],
  async run({ options }, context) {
    if (typeof options.pdf === 'string') {
      const file = resolve(options.pdf)
      writeFileSync(file, Buffer.from(await (await askOperations(context, 'performance?format=pdf')).arrayBuffer()), {
        mode: 0o600,
      })
      context.out(`The report is in ${file}.`)
      return 0
    }
    const report = (await (await askOperations(context, 'performance')).json()) as PerformanceReport
    if (options.json === true) context.out(JSON.stringify(report))
    else for (const line of reportText(report)) context.out(line)
    return report.well ? 0 : 1
  },
}
