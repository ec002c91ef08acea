/** What the procedures themselves tell: how the last checks went, and what is not finished. */
import type { Database } from '#foundation/database.ts'
import { at, instant } from '#foundation/timestamp.ts'
import { openZone } from '#foundation/zone.ts'
import type { FindingSource, FindingSources } from '../findings.ts'
import { planOf, summaryOf } from '../occurrence.ts'
import { answersOf, handedNotes, newestOccurrence, type OccurrenceRow, openEnds } from '../statements/procedures.ts'
import { ANSWER_WORDS, type Answer, STATE_WORDS } from '../terms.ts'

interface Needs {
  readonly control: Database
  readonly zone: string
}

const MOST_ROWS = 100
const CHECKS = ['morning-check', 'end-of-day'] as const

export const ownSources = ({ control, zone }: Needs): FindingSources => {
  const clock = openZone(zone)
  const when = (timestamp: string): string => {
    const ms = Date.parse(instant(timestamp))
    return `${clock.day(ms)} ${clock.time(ms)}`
  }

  const lastCheck: FindingSource = async ({ toMs }) => {
    const rows = (await Promise.all(CHECKS.map((name) => control.rows(newestOccurrence(name))))).flat()
    if (rows.length === 0) return { verdict: 'unknown', says: 'No check has been due yet.' }
    const told = await Promise.all(rows.map((row) => linesOf(row, toMs)))
    const looks = told.filter(({ wantsLook }) => wantsLook).length
    return {
      verdict: looks > 0 ? 'look' : 'well',
      says:
        looks > 0 ? 'Not all of the last checks are finished and well.' : 'The last checks are signed, and all well.',
      lines: told.flatMap(({ lines }) => lines),
    }
  }
  const linesOf = async (row: OccurrenceRow, nowMs: number) => {
    const { title, state, signed, problems, overdue } = summaryOf(row, nowMs)
    const who = signed === undefined ? '' : ` by ${signed.by.name}`
    const isLate = overdue && state !== 'missed' ? (signed === undefined ? ', and late' : ', late') : ''
    const head = `${title} of ${when(row.due)}: ${STATE_WORDS[state].toLowerCase()}${who}${isLate}.`
    const { steps } = planOf(row)
    const answers = (await control.rows(answersOf(row.id))).filter(({ answer }) => answer !== 'well')
    const lines = answers.map(({ step, answer, note }) => {
      const titled = steps.find(({ name }) => name === step)?.title ?? step
      return `${titled}: ${ANSWER_WORDS[answer as Answer].toLowerCase()}. ${note}`
    })
    return { wantsLook: problems > 0 || state === 'missed' || overdue, lines: [head, ...lines] }
  }

  const ongoing: FindingSource = async ({ fromMs }) => {
    const from = at(fromMs)
    const ends = await control.rows(openEnds(from, MOST_ROWS))
    const notes = await control.rows(handedNotes('shift-handover', from, MOST_ROWS))
    const lines = [
      ...notes.map(({ at: noted, by, note }) => `${JSON.parse(by).name}, ${when(noted)}: ${note}`),
      ...ends.map(({ due, step, note, by, ...row }) => {
        const { title, steps } = planOf(row)
        const titled = steps.find(({ name }) => name === step)?.title ?? step
        return `${title} of ${when(due)}, ${titled}: ${note} (${JSON.parse(by).name})`
      }),
    ]
    if (lines.length === 0) return { verdict: 'well', says: 'Nothing was handed over, and no step had a problem.' }
    return {
      verdict: ends.length > 0 ? 'look' : 'well',
      says:
        ends.length > 0
          ? `${ends.length === 1 ? 'One step' : `${ends.length} steps`} had a problem.`
          : 'Something was handed over.',
      lines,
    }
  }

  return { 'last-check': lastCheck, ongoing }
}
