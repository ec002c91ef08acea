/** Asking operations about the daily procedures, and how they are said in a terminal. */
import {
  ANSWER_WORDS,
  FINDINGS,
  type Finding,
  type Occurrence,
  type OccurrenceSummary,
  STATE_WORDS,
  VERDICT_WORDS,
} from '../../operations/procedures/index.ts'
import { askOperations } from '../ask.ts'
import type { Context } from '../command.ts'
import { cliFaults } from '../faults.ts'

export const ask = async <T>(context: Context, path: string, body?: object): Promise<T> =>
  (await askOperations(context, `procedures${path}`, body)).json() as Promise<T>

/** The one that a command is about: the id of one, or the name of a procedure for its newest. Throws `cli/bad-options`. */
export function oneNamed(words: readonly string[], verb: string): string {
  const [named] = words
  if (named === undefined || words.length > 1)
    throw cliFaults['bad-options']({ why: `procedures ${verb} takes a procedure, such as morning-check, or an id` })
  return encodeURIComponent(named)
}

/** `2026-11-01 08:00`, as the clock had it. */
export const clockIn = ({ clock }: Pick<OccurrenceSummary, 'clock'>): string => clock.slice(0, 16).replace('T', ' ')

export const stateIn = ({ state, overdue, signed }: OccurrenceSummary): string => {
  const late = overdue && state !== 'missed' ? (signed === undefined ? ', overdue' : ', late') : ''
  return `${STATE_WORDS[state].toLowerCase()}${late}`
}

/** A finding when it is late, was missed, or had a problem. */
export const exitOf = ({ overdue, state, problems }: OccurrenceSummary): number =>
  overdue || state === 'missed' || problems > 0 ? 1 : 0

export function linesOf(occurrence: Occurrence): string[] {
  const { id, title, does, plan, answers, findings, steps, answered, started, handed, signed } = occurrence
  const told = findings?.all ?? []
  return [
    `${title}, due ${clockIn(occurrence)}: ${stateIn(occurrence)}`,
    does,
    `${answered} of ${steps} steps answered. ${id}`,
    ...(started === undefined ? [] : [`started ${started.at} by ${started.by.name}`]),
    ...(handed === undefined ? [] : [`handed over ${handed.at} by ${handed.by.name}`]),
    ...(signed === undefined ? [] : [`${handed ? 'accepted' : 'signed'} ${signed.at} by ${signed.by.name}`]),
    ...plan.flatMap((step) => {
      const answer = answers.find((one) => one.step === step.name)
      const said = answer === undefined ? 'not answered' : ANSWER_WORDS[answer.answer].toLowerCase()
      return [
        '',
        `${step.name}: ${said}${answer === undefined ? '' : ` (${answer.by.name})`}`,
        `  ${step.does}`,
        ...told.filter(({ name }) => step.findings.includes(name)).flatMap(findingLines),
        ...(answer === undefined || answer.note === '' ? [] : [`  note: ${answer.note}`]),
        ...(step.commands ?? []).map((command) => `  $ omnicare ${command}`),
      ]
    }),
  ]
}

const findingLines = ({ name, verdict, says, lines, more, measures = [] }: Finding): string[] => [
  `  ${FINDINGS[name]}: ${VERDICT_WORDS[verdict].toLowerCase()}. ${says}`,
  ...measures.map(
    ({ name: measure, value, unit, before }) =>
      `    ${measure}: ${value} ${unit}${before === undefined ? '' : ` (${before} the time before)`}`,
  ),
  ...lines.map((line) => `    ${line}`),
  ...(more > 0 ? [`    and ${more} more`] : []),
]
