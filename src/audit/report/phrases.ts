/** The sentences of a patient's report, the same in text and PDF. */

import { openZone } from '#foundation/zone.ts'
import type { Doings, Done, PatientReport } from './report.ts'
import { ENDS } from './words.ts'

export const TITLE = 'Who looked at your record'

const times = (count: number): string => (count === 1 ? 'once' : `${count} times`)
const days = (count: number): string => (count === 1 ? 'one day' : `${count} days`)

/** Name and value of what stands at the head. */
export function headOf(report: PatientReport): (readonly [string, string])[] {
  const clock = openZone(report.zone)
  const made = Date.parse(report.made)
  return [
    ['Record', report.patient],
    ['Period', report.period],
    ['Made', `${clock.dayInWords(made)}, ${clock.time(made)}`],
    ['Times', `all as on the clock in ${report.zone}`],
  ]
}

export function summaryOf({ times: count, people, days: list, emergencies, refused }: PatientReport): string {
  if (count === 0) return 'Nobody has used this record in this period.'
  const who = people === 1 ? 'One person or program' : `${people} people and programs`
  const sentences = [`${who} used this record ${times(count)} on ${days(list.length)}.`]
  if (emergencies > 0) sentences.push(`Emergency access was used ${times(emergencies)}: it is marked EMERGENCY ACCESS.`)
  if (refused > 0) sentences.push(`Access was refused ${times(refused)}.`)
  return sentences.join(' ')
}

export const personLine = ({ name, role, times: count }: Doings): string =>
  `${capital(name)}${role === '' ? '' : `, ${role}`}: ${times(count)}`

/** `08:15`, or `08:15–11:40`. */
export const timeOf = ({ from, until }: Done): string => (until === undefined ? from : `${from}–${until}`)

export function doneLine({ what, why, outcome, times: count, emergency, reason, undone }: Done): string {
  return [
    emergency ? 'EMERGENCY ACCESS. ' : '',
    `${what}, ${why}${ENDS[outcome]}`,
    count > 1 ? ` (${times(count)})` : '',
    '.',
    reason === undefined ? '' : ` The reason given: "${reason}"`,
    undone ? ' The hospital has since gone back to an earlier copy of your record; this was done before.' : '',
  ].join('')
}

/** What a reader has to know, sentence by sentence. */
export function notesOf({ noLongerKept, unreadable }: PatientReport): string[] {
  return [
    'This list is made from the trail that the hospital keeps of every use of your record. Nobody can change that trail without it being seen.',
    'Where it says "in a list of several patients", somebody looked at a list or made a change in which you were one of several.',
    ...(noLongerKept.length > 0
      ? [
          `What was done in ${listed(noLongerKept)} is no longer kept: the time for which the hospital keeps it is over.`,
        ]
      : []),
    ...(unreadable > 0
      ? [
          `${times(unreadable)} something was recorded that can not be read. Please ask the hospital about it.`.replace(
            /^once/,
            'Once',
          ),
        ]
      : []),
    'If you do not know somebody in this list, or think that there was no reason, ask the hospital: it has to answer you.',
  ]
}

const listed = (months: readonly string[]): string =>
  months.length <= 3 ? months.join(', ') : `the ${months.length} months from ${months[0]} to ${months.at(-1)}`

const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1)
