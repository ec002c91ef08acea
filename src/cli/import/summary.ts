/** What became of an import, for people and for programs. */
import type { Account } from './load.ts'

const MOST_SHOWN = 20
const MOST_REASONS = 5

export const asJson = ({ units, there, loaded, refused }: Account) => ({
  units,
  alreadyLoaded: there,
  loaded: Object.fromEntries([...loaded].sort()),
  refused,
})

const counted = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`

/** The lines that tell it. */
export function summary({ units, there, loaded, refused }: Account, resume: boolean): string[] {
  const total = [...loaded.values()].reduce((sum, count) => sum + count, 0)
  const lines = [`${counted(total, 'resource')} loaded from ${counted(units, 'bundle')}`]
  for (const [type, count] of [...loaded].sort()) lines.push(`  ${type.padEnd(32)}${String(count).padStart(8)}`)
  const hint = resume ? '' : '; --resume passes over them quietly'
  if (there > 0)
    lines.push(`${counted(there, 'bundle')} ${there === 1 ? 'was' : 'were'} loaded already and changed nothing${hint}`)
  if (refused.length > 0) lines.push(`${refused.length} refused:`)
  for (const { from, why } of refused.slice(0, MOST_SHOWN)) {
    lines.push(`  ${from}`, ...why.slice(0, MOST_REASONS).map((one) => `    ${one}`))
    if (why.length > MOST_REASONS) lines.push(`    … and ${why.length - MOST_REASONS} more`)
  }
  if (refused.length > MOST_SHOWN) lines.push(`  … and ${refused.length - MOST_SHOWN} more; --report FILE has them all`)
  return lines
}
