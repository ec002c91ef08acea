import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync } from 'node:fs'
import { freshHome } from './running.ts'
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
