import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Command } from '../command.ts'
import { cliFaults } from '../faults.ts'
import { askJson, askOperations } from './ask.ts'
import { lineOf } from './show.ts'

/** Writes what docs/audit-verifier/verify.mjs takes: the entry's bytes and its proof. */
export const proveCommand: Command = {
  options: {
    out: {
      type: 'string',
      takes: 'NAME',
      means: 'Of the two files, without their endings: entry-NUMBER unless it is said.',
    },
  },
  takes: 'ENTRY (its number or id)',
  async run({ options, words }, context) {
    const [entry] = words
    if (entry === undefined || words.length > 1) throw cliFaults['bad-options']({ why: 'audit prove takes one entry' })
    const path = `entries/${encodeURIComponent(entry)}/proof`
    const proven = await askJson<{ index: number; proof: string; payload: string; lost: boolean; source: string }>(
      context,
      path,
    )
    const name = `${options.out ?? `entry-${proven.index}`}`
    writeFileSync(`${name}.tlog-proof`, proven.proof)
    writeFileSync(`${name}.bin`, Buffer.from(proven.payload, 'base64'))
    context.out(lineOf(proven))
    context.out(`Its proof is in ${name}.tlog-proof, what was logged in ${name}.bin.`)
    return 0
  },
}

/** The latest signed checkpoint, byte for byte: keep it where the hospital can't change it. */
export const checkpointCommand: Command = {
  options: {
    keys: { type: 'boolean', means: 'Prints the keys that sign, by which others verify.' },
    since: { type: 'string', takes: 'SIZE', means: 'Proves that the ledger only grew since it had so many entries.' },
  },
  async run({ options }, context) {
    if (options.since !== undefined) {
      const proof = await askOperations(context, `consistency/${Number(options.since)}`)
      context.out((await proof.text()).trimEnd())
      return 0
    }
    const { signed, keys } = await askJson<{ signed: string; keys: string[] }>(context, 'checkpoint')
    // The line's end is the printer's.
    context.out(options.keys === true ? keys.join('\n') : signed.slice(0, -1))
    return 0
  },
}

export const exportCommand: Command = {
  options: {},
  takes: 'FOLDER or s3://BUCKET/PREFIX',
  async run({ words }, context) {
    const [place] = words
    if (place === undefined || words.length > 1)
      throw cliFaults['bad-options']({ why: 'audit export takes one folder or bucket' })
    const to = place.startsWith('s3://') ? place : resolve(place)
    const exported = await askJson<{ size: number; files: number; bytes: number }>(context, 'export', { to })
    const { size, files, bytes } = exported
    context.out(`${size} entries are in ${to}: ${files} new files, ${bytes} bytes.`)
    return 0
  },
}
