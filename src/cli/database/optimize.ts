import { type OptimizeDone, type OptimizePlan, type OptimizeStep, size } from '../../operations/performance/index.ts'
import { askOperations, linesOf } from '../ask.ts'
import type { Command, Context } from '../command.ts'
import { cliFaults } from '../faults.ts'

type Line = { plan: OptimizePlan } | { done: OptimizeDone } | { failed: number }

/** What measures say should be done to the databases; with --apply it is done. */
export const optimizeCommand: Command = {
  options: {
    apply: { type: 'boolean', means: 'Does it; without it is only shown what would be done.' },
    reason: { type: 'string', takes: 'TEXT', means: 'Why, for the audit trail. Needed with --apply.' },
    database: { type: 'string', takes: 'NAME', means: 'Of record or control only.' },
    json: { type: 'boolean', means: 'Prints the plan, or each step that was done, as JSON.' },
  },
  about: [
    'Statistics anew where rows have changed, vacuum where many are dead, indexes anew (REINDEX CONCURRENTLY) where less than',
    'half of them is full or they are broken, and autovacuum tuned for large tables. Without --apply a finding (1) when there',
    'is anything to do; with it when a step failed.',
  ],
  examples: ['database optimize', 'database optimize --apply --reason "weekly maintenance"'],
  async run({ options }, context) {
    const { database, reason, apply, json } = options as Readonly<Record<string, string | boolean | undefined>>
    const named = typeof database === 'string' ? { database } : {}
    if (apply === true && typeof reason !== 'string')
      throw cliFaults['bad-options']({ why: '--apply needs a --reason' })
    if (apply === true) return applied(context, { ...named, reason }, json === true)
    const plan = (await (
      await askOperations(context, `performance/optimize?${new URLSearchParams(named)}`)
    ).json()) as OptimizePlan
    if (json === true) context.out(JSON.stringify(plan))
    else {
      for (const step of plan.steps) context.out(lineOf(step))
      for (const note of plan.notes) context.out(`Note: ${note}`)
      context.out(
        plan.steps.length === 0
          ? 'There is nothing to do.'
          : `${plan.steps.length} steps; --apply --reason … does them.`,
      )
    }
    return plan.steps.length === 0 ? 0 : 1
  },
}

async function applied(context: Context, body: object, json: boolean): Promise<number> {
  let failed: number | undefined
  for await (const line of linesOf<Line>(await askOperations(context, 'performance/optimize', body))) {
    if ('failed' in line) failed = line.failed
    else if ('plan' in line) context.note(`${line.plan.steps.length} steps\n`)
    else context.out(json ? JSON.stringify(line.done) : doneLine(line.done))
  }
  if (failed === undefined) throw cliFaults['cut-off']()
  return failed > 0 ? 1 : 0
}

const lineOf = ({ database, statement, because, holds }: OptimizeStep): string =>
  `${database}: ${statement};\n  ${because} Holds up: ${holds}`

function doneLine({ database, statement, seconds, bytes, failure }: OptimizeDone): string {
  const sizes =
    bytes === undefined || bytes.before === bytes.after ? '' : `, ${size(bytes.before)} to ${size(bytes.after)}`
  return `${failure === undefined ? 'done' : 'FAILED'}  ${database}: ${statement} (${seconds.toFixed(1)} s${sizes})${failure === undefined ? '' : `\n  ${failure}`}`
}
