import type { Command } from '../command.ts'
import { cliFaults } from '../faults.ts'
import { askJson } from './ask.ts'

interface Month {
  readonly month: string
  readonly made: string
  readonly destroyed: string | null
}

/** `audit keys`, `audit keys rotate master|log`, `audit keys destroy MONTH`. */
export const keysCommand: Command = {
  options: { json: { type: 'boolean', means: 'Prints JSON, for programs.' } },
  takes: '[rotate master|log] [destroy MONTH]',
  async run({ options, words }, context) {
    const [verb, what] = words
    const { out } = context
    if (verb === undefined) {
      const { months, log } = await askJson<{ months: Month[]; log: string[] }>(context, 'keys')
      if (options.json === true) out(JSON.stringify({ months, log }))
      else {
        for (const key of log) out(`log      ${key}`)
        for (const { month, destroyed } of months)
          out(`${month}  ${destroyed === null ? 'can be read' : `destroyed ${destroyed}`}`)
      }
      return 0
    }
    if (verb === 'rotate' && (what === 'master' || what === 'log')) {
      const done = await askJson<{ verifier?: string }>(context, 'keys/rotate', { what })
      out(
        done.verifier === undefined
          ? 'All keys are wrapped by a new master key; keep a copy of its file apart from the backups.'
          : `Checkpoints are signed by ${done.verifier} from now on; give it to whoever verifies.`,
      )
      return 0
    }
    if (verb === 'destroy' && what !== undefined) {
      await askJson(context, 'keys/destroy', { month: what })
      out(
        `The key of ${what} is destroyed. Copies are left in backups: they end when those do, or with audit keys rotate master.`,
      )
      return 0
    }
    throw cliFaults['bad-options']({
      why: 'audit keys takes nothing, rotate master, rotate log, or destroy and a month',
    })
  },
}
