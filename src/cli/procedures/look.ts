/** `omnicare procedures list`, `show`, `history` and `print`: what is due, what was, and on paper. */
import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Occurrence, OccurrenceSummary, Overview } from '../../operations/procedures/index.ts'
import { askOperations } from '../ask.ts'
import type { Command } from '../command.ts'
import { cliFaults } from '../faults.ts'
import { columns } from '../identity/ask.ts'
import { wholeNumber } from '../options.ts'
import { ask, clockIn, exitOf, linesOf, oneNamed, stateIn } from './ask.ts'

const JSON_OPTION = { json: { type: 'boolean', means: 'Prints what operations answers, as JSON.' } } as const

export const listCommand: Command = {
  options: JSON_OPTION,
  about: ['A finding (1) when one of them is late: nobody has finished it in time.'],
  async run({ options }, context) {
    const overview = await ask<Overview>(context, '')
    if (options.json === true) context.out(JSON.stringify(overview))
    else for (const line of tableOf(overview)) context.out(line)
    return overview.procedures.some(({ overdueSince }) => overdueSince !== undefined) ? 1 : 0
  },
}

function tableOf({ zone, procedures }: Overview): string[] {
  const head = ['procedure', 'at', 'owner', 'newest', 'state', 'steps', 'next (UTC)']
  const rows = procedures.map(({ procedure, times, owner, newest, next, overdueSince }) => [
    procedure,
    times.join(' '),
    owner,
    newest === undefined ? 'none yet' : clockIn(newest),
    `${newest === undefined ? '' : stateIn(newest)}${overdueSince === undefined ? '' : ' (LATE)'}`,
    newest === undefined ? '' : `${newest.answered}/${newest.steps}`,
    next.slice(0, 16).replace('T', ' '),
  ])
  return [...columns([head, ...rows]), '', `Times are those of the clock in ${zone}.`]
}

export const showCommand: Command = {
  options: JSON_OPTION,
  takes: 'PROCEDURE',
  about: ['PROCEDURE is morning-check, shift-handover or end-of-day, for the newest of them, or the id of one.'],
  examples: ['procedures show morning-check'],
  async run({ options, words }, context) {
    const occurrence = await ask<Occurrence>(context, `/${oneNamed(words, 'show')}`)
    if (options.json === true) context.out(JSON.stringify(occurrence))
    else for (const line of linesOf(occurrence)) context.out(line)
    return exitOf(occurrence)
  },
}

const MOST = 200

export const historyCommand: Command = {
  options: {
    procedure: { type: 'string', means: 'Only those of morning-check, shift-handover or end-of-day.', takes: 'NAME' },
    state: { type: 'string', means: 'Only what is due, under-way, handed-over, signed or missed.', takes: 'STATE' },
    before: { type: 'string', means: 'Only what was due before, as in 2026-11-01T00:00:00Z.', takes: 'TIME' },
    most: { type: 'string', means: `So many, the newest first: up to ${MOST}.`, takes: 'NUMBER', default: '30' },
    ...JSON_OPTION,
  },
  async run({ options }, context) {
    const asked = new URLSearchParams({ most: String(wholeNumber(options, 'most', 1, MOST)) })
    for (const name of ['procedure', 'state', 'before'] as const)
      if (options[name] !== undefined) asked.set(name, String(options[name]))
    const { history } = await ask<{ history: OccurrenceSummary[] }>(context, `/history?${asked}`)
    if (options.json === true) context.out(JSON.stringify(history))
    else if (history.length === 0) context.out('Nothing like that was due.')
    else for (const line of historyTable(history)) context.out(line)
    return 0
  },
}

function historyTable(history: readonly OccurrenceSummary[]): string[] {
  const head = ['due', 'procedure', 'state', 'steps', 'problems', 'by', 'id']
  const rows = history.map((one) => [
    clockIn(one),
    one.procedure,
    stateIn(one),
    `${one.answered}/${one.steps}`,
    String(one.problems),
    [one.handed?.by.name, one.signed?.by.name].filter(Boolean).join(' to '),
    one.id,
  ])
  return columns([head, ...rows])
}

export const printCommand: Command = {
  options: {
    format: { type: 'string', means: 'text or pdf.', takes: 'FORMAT', default: 'text' },
    out: { type: 'string', means: 'File that it goes into; a PDF needs one.', takes: 'FILE' },
  },
  takes: 'PROCEDURE',
  examples: ['procedures print shift-handover --format pdf --out hand-over.pdf'],
  async run({ options, words }, context) {
    const named = oneNamed(words, 'print')
    const { format, out } = options as Readonly<Record<string, string | undefined>>
    if (format !== 'text' && format !== 'pdf') throw cliFaults['bad-options']({ why: '--format takes text or pdf' })
    if (format === 'pdf' && out === undefined)
      throw cliFaults['bad-options']({ why: 'a PDF goes into a file: name it with --out' })
    const answer = await askOperations(context, `procedures/${named}/print?format=${format}`)
    const bytes = Buffer.from(await answer.arrayBuffer())
    if (out === undefined) context.out(bytes.toString().trimEnd())
    else {
      writeFileSync(resolve(out), bytes, { mode: 0o600 })
      context.out(`It is in ${resolve(out)}.`)
    }
    return 0
  },
}
