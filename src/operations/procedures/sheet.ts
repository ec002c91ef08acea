/** One occurrence of a procedure as it is printed. Pure. */
import type { Sheet } from '#foundation/pdf/sheet.ts'
import { openZone } from '#foundation/zone.ts'
import {
  ANSWER_WORDS,
  EVENT_WORDS,
  FINDINGS,
  type Finding,
  type Occurrence,
  type OccurrenceEvent,
  STATE_WORDS,
  VERDICT_WORDS,
} from './terms.ts'

/** `zone`: in which times are said. */
export function occurrenceSheet(occurrence: Occurrence, zone: string, madeMs: number): Sheet {
  const clock = openZone(zone)
  const say = (at: string) => `${clock.day(Date.parse(at))} ${clock.time(Date.parse(at))}`
  const { title, due, late, state, owner, takesTwo, started, handed, signed, missed, findings, events } = occurrence
  const told = findings?.all ?? []
  return {
    title,
    summary: summaryOf(occurrence),
    footer: `${title}, ${say(due)}`,
    madeMs,
    head: [
      ['Due', `${say(due)}, on the clock in ${zone}`],
      ['To be done by', say(late)],
      ['Owner', owner],
      ['State', STATE_WORDS[state]],
      ...row('Started', started && `${say(started.at)} by ${started.by.name}`),
      ...row('Handed over', handed && `${say(handed.at)} by ${handed.by.name}`),
      ...row(takesTwo ? 'Accepted' : 'Signed', signed && `${say(signed.at)} by ${signed.by.name}`),
      ...row('Missed', missed && say(missed)),
      ['Printed', say(new Date(madeMs).toISOString())],
    ],
    sections: [
      ...occurrence.plan.map((step, at) => {
        const answer = occurrence.answers.find((one) => one.step === step.name)
        const words = answer && `${ANSWER_WORDS[answer.answer]}, ${answer.by.name}, ${say(answer.at)}`
        return {
          title: `${at + 1}. ${step.title}`,
          lines: [
            { text: step.does },
            ...step.findings.flatMap((name) => told.filter((one) => one.name === name).flatMap(findingLines)),
            { name: 'Answer', text: words ?? 'Not answered', bold: answer?.answer !== 'well' },
            ...(answer === undefined || answer.note === '' ? [] : [{ name: 'Note', text: answer.note }]),
          ],
        }
      }),
      {
        title: 'History',
        lines: events.map((event) => ({ name: say(event.at), text: eventLine(occurrence, event) })),
      },
    ],
  }
}

const row = (name: string, value: string | undefined): [string, string][] =>
  value === undefined ? [] : [[name, value]]

const findingLines = ({ name, verdict, says, lines, more, measures = [] }: Finding) => [
  { name: FINDINGS[name], text: `${VERDICT_WORDS[verdict]}. ${says}`, bold: verdict === 'look' },
  ...measures.map(({ name: measure, value, unit, before }) => ({
    name: '',
    text: `${measure}: ${value} ${unit}${before === undefined ? '' : `, ${before} ${unit} the time before`}`,
  })),
  ...lines.map((text) => ({ name: '', text })),
  ...(more > 0 ? [{ name: '', text: `and ${more} more` }] : []),
]

function summaryOf({ state, overdue, steps, answered, problems }: Occurrence): string {
  if (state === 'missed') return `Nobody finished it: ${answered} of ${steps} steps were answered.`
  const found = problems === 0 ? 'none with a problem' : `${problems} with a problem or not done`
  return `${answered} of ${steps} steps answered, ${found}${overdue ? '; late' : ''}.`
}

function eventLine({ plan }: Pick<Occurrence, 'plan'>, event: OccurrenceEvent): string {
  const { what, by, step, answer, note = '', looks, unknowns } = event
  const who = by === undefined ? 'OmniCare' : by.name
  const titled = plan.find(({ name }) => name === step)?.title
  return [
    `${who}: ${EVENT_WORDS[what]}`,
    titled === undefined ? '' : ` “${titled}”`,
    answer === undefined ? '' : `: ${ANSWER_WORDS[answer].toLowerCase()}`,
    looks === undefined ? '' : `: ${looks} to look at, ${unknowns} not known`,
    note === '' ? '' : `. ${note}`,
  ].join('')
}
