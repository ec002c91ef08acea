/**
 * `npm run bench [name…] [--size N] [--rounds N] [--from FOLDER] [--json]`: what each work costs beside its floor.
 *
 * The floor is the least code that does the same with the same parts. Both are measured in turns, on the same data, in
 * the same minute, because these numbers mean something only beside each other. Starts its own servers on fresh data.
 */
import { parseArgs } from 'node:util'
import { sayWhyNot } from '../src/say-why-not.ts'
import { benchFaults } from './faults.ts'
import { type Ground, openGround } from './ground.ts'
import { fill } from './patients.ts'
import { type Result, rounds } from './rounds.ts'
import type { Work } from './work.ts'
import { auditWork } from './works/audit.ts'
import { createWork } from './works/create.ts'
import { importWork } from './works/import.ts'
import { readWork } from './works/read.ts'
import { restrictedReadWork, restrictedSearchWork } from './works/restricted.ts'
import { searchWork } from './works/search.ts'
import { searchGrowthWork } from './works/search-growth.ts'

/** In the order in which they run. The last is long and runs only when it is named. */
const WORKS: Readonly<Record<string, { readonly work: Work; readonly always: boolean }>> = {
  read: { work: readWork, always: true },
  search: { work: searchWork, always: true },
  'restricted-read': { work: restrictedReadWork, always: true },
  'restricted-search': { work: restrictedSearchWork, always: true },
  audit: { work: auditWork, always: true },
  create: { work: createWork, always: true },
  import: { work: importWork, always: true },
  'search-growth': { work: searchGrowthWork, always: false },
}

await bench().catch(sayWhyNot)

async function bench(): Promise<void> {
  const { names, size, turns, from, json } = asked()
  const results: Result[] = []
  await using ground = await openGround()
  note(`filling the record with ${size} resources`)
  await fill(ground, size)
  const atRest = ground.memory()
  for (const name of names) {
    note(name)
    await using contest = await (WORKS[name] as { work: Work }).work(ground, { size, from, note })
    results.push(await rounds(name, contest, turns))
  }
  process.stdout.write(json ? `${JSON.stringify(results)}\n` : table(results, ground, atRest))
}

function asked() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        size: { type: 'string' },
        rounds: { type: 'string' },
        from: { type: 'string' },
        json: { type: 'boolean' },
      },
    })
    const unknown = positionals.find((name) => !(name in WORKS))
    if (unknown !== undefined) throw new Error(`there is no such work; the works are ${Object.keys(WORKS).join(', ')}`)
    const whole = (text: string | undefined, fallback: number) => {
      const value = Number(text ?? fallback)
      if (!Number.isInteger(value) || value < 1) throw new Error('--size and --rounds take whole numbers from 1')
      return value
    }
    const usual = Object.keys(WORKS).filter((name) => WORKS[name]?.always)
    return {
      names: positionals.length > 0 ? positionals : usual,
      size: whole(values.size, 20_000),
      turns: whole(values.rounds, 5),
      from: values.from,
      json: values.json === true,
    }
  } catch (error) {
    throw benchFaults['bad-options']({ why: (error as Error).message })
  }
}

function note(text: string): void {
  process.stderr.write(`bench: ${text}\n`)
}

function table(results: readonly Result[], ground: Ground, atRest: ReturnType<Ground['memory']>): string {
  const rows = [
    ['work', 'ours/s', 'floor/s', 'ratio', 'p50 ms', 'p99 ms', 'floor p50', 'floor p99'],
    ...results.map(({ name, ours, floor, ratio, p50, p99, floorP50, floorP99 }) => [
      name,
      ours.toFixed(0),
      floor.toFixed(0),
      ratio.toFixed(2),
      ...[p50, p99, floorP50, floorP99].map((one) => (one === null ? '-' : one.toFixed(2))),
    ]),
  ]
  const widths = (rows[0] as string[]).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] as string).length)),
  )
  const lines = rows.map((row) =>
    row
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[at] as number) : cell.padStart(widths[at] as number)))
      .join('  '),
  )
  const { now, peak } = ground.memory()
  const mib = (bytes: number) => `${Math.round(bytes / 1024 / 1024)} MiB`
  return `${lines.join('\n')}\n\nhospital memory: ${mib(atRest.now)} after filling, ${mib(now)} at the end, ${mib(peak)} at most\n`
}
