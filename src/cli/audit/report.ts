import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Command } from '../command.ts'
import { cliFaults } from '../faults.ts'
import { askOperations } from './ask.ts'

/** For the patient: who looked at the record, on which days, what for. */
export const reportCommand: Command = {
  options: {
    from: { type: 'string', takes: 'DAY', means: 'The first day, as in 2026-11-01.' },
    to: { type: 'string', takes: 'DAY', means: 'The last day.' },
    format: { type: 'string', takes: 'FORMAT', means: 'text, json or pdf.' },
    out: { type: 'string', takes: 'FILE', means: 'Where it is written to; a PDF needs it.' },
  },
  takes: 'patient ID',
  async run({ options, words }, context) {
    const [about, given] = words
    if (about !== 'patient' || given === undefined || words.length > 2)
      throw cliFaults['bad-options']({ why: 'audit report takes patient and the id of one' })
    const { from, to, format = 'text', out } = options as Readonly<Record<string, string | undefined>>
    if (!['text', 'json', 'pdf'].includes(format))
      throw cliFaults['bad-options']({ why: '--format takes text, json or pdf' })
    if (format === 'pdf' && out === undefined)
      throw cliFaults['bad-options']({ why: 'a PDF goes into a file: name it with --out' })
    const asked = new URLSearchParams({ format, ...(from !== undefined && { from }), ...(to !== undefined && { to }) })
    const id = encodeURIComponent(given.replace(/^Patient\//, ''))
    const report = await askOperations(context, `report/patient/${id}?${asked}`)
    const bytes = Buffer.from(await report.arrayBuffer())
    if (out === undefined) context.out(bytes.toString().trimEnd())
    else {
      // For its owner only: it is about one patient.
      writeFileSync(resolve(out), bytes, { mode: 0o600 })
      context.out(`The report is in ${resolve(out)}.`)
    }
    return 0
  },
}
