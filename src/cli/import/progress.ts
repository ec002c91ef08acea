/** How far the import is, on one line. */
import type { Account } from './load.ts'

const WIDTH = 30
const MIB = 1024 * 1024

/** By the bytes read of all there are; without a total, as from standard input, only how much has gone. */
export function bar({ bytes, total }: { bytes: number; total: number }, { loaded, refused }: Account): string {
  const resources = [...loaded.values()].reduce((sum, count) => sum + count, 0)
  const wrong = refused.length === 0 ? '' : `, ${refused.length} refused`
  const read = (bytes / MIB).toFixed(1)
  if (total === 0) return `${read} MiB  ${resources} resources${wrong}`
  const share = Math.min(1, bytes / total)
  const full = Math.round(share * WIDTH)
  const percent = String(Math.floor(share * 100)).padStart(3)
  return `[${'#'.repeat(full)}${' '.repeat(WIDTH - full)}] ${percent} % of ${(total / MIB).toFixed(1)} MiB  ${resources} resources${wrong}`
}
