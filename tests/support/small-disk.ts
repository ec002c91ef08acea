import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, rmSync, statfsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from '#foundation/sql.ts'
import { recordOf } from './record-of.ts'
import { freshHome, until } from './running.ts'
import type { After } from './suite.ts'

/** A home on a disk of its own of so many MiB. Only root may mount one; elsewhere `smallDisk.cannot` says so. */
export function smallDisk(t: After, sizeMiB: number): string {
  let home = ''
  // Before the folder is removed; lazily, because what runs there is ended then too.
  t.after(() => void spawnSync('umount', ['--lazy', home]))
  home = freshHome(t)
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeMiB}m,mode=0711`, 'tmpfs', home])
  chmodSync(home, 0o711)
  return home
}
smallDisk.cannot = process.getuid?.() === 0 ? false : 'only root may mount a disk'

const MIB = 1024 * 1024
const ballastIn = (home: string) => join(home, 'ballast')

/**
 * Leaves so many MiB on the disk of a home. Below 128 the record takes no changes; with one it could not even if it would.
 * The ballast grows where it is: were it taken away first, the server could find room for a moment.
 */
export function leaveFree(home: string, leftMiB: number): void {
  const { bavail, bsize } = statfsSync(home)
  const there = statSync(ballastIn(home), { throwIfNoEntry: false })?.size ?? 0
  execFileSync('fallocate', ['-l', String(there + bavail * bsize - leftMiB * MIB), ballastIn(home)])
}

export const makeRoom = (home: string): void => rmSync(ballastIn(home), { force: true })

/**
 * Waits until every connection to the record of a running OmniCare knows whether the disk is full: PostgreSQL tells one after
 * the other, so that an answer by one of them says nothing of the next.
 */
export const allKnowWhetherFull = (home: string, full: boolean): Promise<void> =>
  until(`all connections know that the disk is ${full ? 'full' : 'not full any more'}`, async () => {
    // Those that there were are told before another is accepted.
    await using another = await recordOf(home, 'omnicare')
    const [told] = await another.rows(
      sql<{ full: string | null }>`SELECT current_setting('omnicare.no_space', true) AS full`,
    )
    return (told?.full === 'on') === full
  })
