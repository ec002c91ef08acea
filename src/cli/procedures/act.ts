/** `omnicare procedures start`, `step`, `note`, `sign`, `hand-over` and `accept`: doing one, as the owner of the machine. */
import type { Occurrence } from '../../operations/procedures/index.ts'
import type { Command, Context } from '../command.ts'
import { cliFaults } from '../faults.ts'
import { ask, linesOf, oneNamed } from './ask.ts'

type Options = Readonly<Record<string, string | boolean | undefined>>

const OPTIONS = {
  note: { type: 'string', means: 'What is to be said with it; no patient’s name.', takes: 'TEXT' },
  json: { type: 'boolean', means: 'Prints the whole of it, as JSON.' },
} as const

function say({ out }: Context, options: Options, occurrence: Occurrence, says: string): number {
  out(options.json === true ? JSON.stringify(occurrence) : says)
  return 0
}

/** An act that takes a note, or none. */
const acting = (verb: string, says: (occurrence: Occurrence) => string): Command => ({
  options: OPTIONS,
  takes: 'PROCEDURE',
  examples: [`procedures ${verb} ${verb === 'sign' ? 'morning-check' : 'shift-handover'}`],
  async run({ options, words }, context) {
    const note = String(options.note ?? '')
    const done = await ask<Occurrence>(context, `/${oneNamed(words, verb)}/${verb}`, { note })
    return say(context, options, done, says(done))
  },
})

export const signCommand = acting('sign', ({ title, signed }) => `${title} is signed by ${signed?.by.name}.`)
export const handOverCommand = acting(
  'hand-over',
  ({ title }) => `${title}: handed over. Another person has to accept it.`,
)
export const acceptCommand = acting('accept', ({ title, signed }) => `${title} is accepted by ${signed?.by.name}.`)
export const noteCommand = acting('note', ({ title }) => `${title}: noted.`)

export const startCommand: Command = {
  options: { json: OPTIONS.json },
  takes: 'PROCEDURE',
  about: ['Finds out again what is found out by the machine, and shows the steps.'],
  examples: ['procedures start morning-check'],
  async run({ options, words }, context) {
    const started = await ask<Occurrence>(context, `/${oneNamed(words, 'start')}/start`, {})
    return say(context, options, started, linesOf(started).join('\n'))
  },
}

export const stepCommand: Command = {
  options: {
    ...OPTIONS,
    answer: { type: 'string', means: 'well, problem or not-done.', takes: 'ANSWER', default: 'well' },
  },
  takes: 'PROCEDURE STEP',
  about: ['A note is needed with problem and not-done, and where a finding is not well by itself.'],
  examples: ['procedures step morning-check errors --answer problem --note "Disk of db2 is being replaced"'],
  async run({ options, words }, context) {
    const [procedure, step] = words
    if (procedure === undefined || step === undefined || words.length > 2)
      throw cliFaults['bad-options']({ why: 'procedures step takes a procedure and the name of a step' })
    const given = { answer: String(options.answer), note: String(options.note ?? '') }
    const path = `/${encodeURIComponent(procedure)}/steps/${encodeURIComponent(step)}`
    const done = await ask<Occurrence>(context, path, given)
    const { steps, answered } = done
    return say(context, options, done, `${step}: ${given.answer}. ${answered} of ${steps} steps are answered.`)
  },
}
