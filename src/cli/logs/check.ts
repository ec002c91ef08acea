import type { KeptLogs, LogCheck } from '../../operations/logs/index.ts'
import { askOperations } from '../ask.ts'
import type { Command } from '../command.ts'

const MIB = 1024 * 1024

/** The manual's "Log Rotation Check". */
export const logsCheckCommand: Command = {
  options: { json: { type: 'boolean', means: 'Prints what was found as JSON.' } },
  about: [
    'Are the logs written, begun anew every day, closed to others, and kept: application logs 30 days, backup logs 90 days,',
    'audit logs 7 years? A finding (1) when not.',
  ],
  examples: ['logs check', 'logs check --json'],
  async run({ options }, context) {
    const check = (await (await askOperations(context, 'logs/check')).json()) as LogCheck
    if (options.json === true) context.out(JSON.stringify(check))
    else for (const line of linesOf(check)) context.out(line)
    return check.well ? 0 : 1
  },
}

function linesOf({ kept, findings, well }: LogCheck): string[] {
  return [
    ...kept.map(keptLine),
    ...(well ? ['The logs rotate as they should.'] : []),
    ...findings.flatMap(({ says, remedy }) => [`! ${says}`, `  ${remedy}`]),
  ]
}

function keptLine({ kind, keepDays, files, bytes, oldest }: KeptLogs): string {
  const since = oldest === undefined ? 'none yet' : `since ${oldest}`
  const size = `${files} files, ${(bytes / MIB).toFixed(1)} MiB`
  return `${kind.padEnd(13)}${`${keepDays} days`.padEnd(12)}${since.padEnd(19)}${size}`
}
