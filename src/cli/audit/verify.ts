import { existsSync, readFileSync } from 'node:fs'
import type { Verified } from '#audit'
import type { Command } from '../command.ts'
import { cliFaults } from '../faults.ts'
import { askOperations, linesOf } from './ask.ts'

type Line = { checked: number } | { verified: Verified } | { failed: { title: string; detail: string } }

/** A finding when anything in the ledger isn't as it was sealed. */
export const verifyCommand: Command = {
  options: {
    from: { type: 'string', takes: 'PLACE', means: 'From this entry or time on.' },
    to: { type: 'string', takes: 'PLACE', means: 'Up to this entry or time.' },
    decrypt: { type: 'boolean', means: 'Opens each entry as well.' },
    checkpoint: {
      type: 'string',
      takes: 'FILE',
      means: 'A checkpoint that was kept elsewhere: nothing before it may differ.',
    },
    json: { type: 'boolean', means: 'Prints JSON, for programs.' },
  },
  async run({ options }, context) {
    const { out, note } = context
    const body = {
      ...(options.from !== undefined && { from: placeIn(options.from) }),
      ...(options.to !== undefined && { to: placeIn(options.to) }),
      decrypt: options.decrypt === true,
      kept: options.checkpoint === undefined ? [] : [keptIn(String(options.checkpoint))],
    }
    const began = performance.now()
    let verified: Verified | undefined
    for await (const line of linesOf<Line>(await askOperations(context, 'verify', body))) {
      if ('checked' in line) note(`\r${line.checked} entries checked`)
      else if ('failed' in line) throw cliFaults['audit-refused']({ says: line.failed.detail })
      else verified = line.verified
    }
    note('\n')
    if (verified === undefined) throw cliFaults['cut-off']()
    if (options.json === true) out(JSON.stringify(verified))
    else for (const line of told(verified, (performance.now() - began) / 1000)) out(line)
    return verified.well ? 0 : 1
  },
}

function told(verified: Verified, seconds: number): string[] {
  const { well, size, checked, checkpoints, unreadable, findings, findingCount } = verified
  const speed = `${checked} entries in ${seconds.toFixed(1)} s, ${Math.round(checked / seconds)} a second`
  return [
    `${well ? 'The audit ledger is whole' : 'THE AUDIT LEDGER HAS BEEN ALTERED'}: ${size} entries, ${checkpoints} checkpoints.`,
    `Checked ${speed}.`,
    ...(unreadable > 0 ? [`${unreadable} entries can no longer be read: the keys of their months are destroyed.`] : []),
    ...findings.map(({ says }) => `  ${says}`),
    ...(findingCount > findings.length ? [`  and ${findingCount - findings.length} more`] : []),
  ]
}

/** The number of an entry, or a time. */
function placeIn(given: string | boolean): number | string {
  const text = String(given)
  if (/^\d{1,15}$/.test(text)) return Number(text)
  if (!/^\d{4}-\d\d-\d\d/.test(text) || Number.isNaN(Date.parse(text)))
    throw cliFaults['bad-options']({
      why: '--from and --to take the number of an entry, or a time such as 2026-11-25 or 2026-11-25T08:00:00Z',
    })
  return text
}

function keptIn(file: string): string {
  if (!existsSync(file)) throw cliFaults['not-found']()
  return readFileSync(file, 'utf8')
}
