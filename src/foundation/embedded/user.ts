/** Who PostgreSQL runs as: it refuses to run as root. */
import { execFileSync } from 'node:child_process'
import { accessSync, chownSync } from 'node:fs'
import { embeddedFaults } from './faults.ts'

export interface OsUser {
  readonly uid: number
  readonly gid: number
}

/** Tried in this order: the user Debian's packages make, then one that every Unix has. */
const CANDIDATES = ['postgres', 'nobody']

/** Undefined when this process is not root and PostgreSQL can run as whoever runs it. */
export function unprivilegedUser(): OsUser | undefined {
  if (process.getuid?.() !== 0) return undefined
  for (const name of CANDIDATES) {
    try {
      const id = (flag: string) =>
        Number(execFileSync('id', [flag, name], { stdio: ['ignore', 'pipe', 'ignore'] }).toString())
      return { uid: id('-u'), gid: id('-g') }
    } catch {
      // The user does not exist here: the next one may.
    }
  }
  throw embeddedFaults['no-user']()
}

export function giveTo(user: OsUser | undefined, path: string): void {
  if (user !== undefined) chownSync(path, user.uid, user.gid)
}

/** Says beforehand what PostgreSQL would say obscurely: that its user can't come to its own files. */
export function checkReach(user: OsUser | undefined, paths: readonly string[]): void {
  if (user === undefined) return
  for (const path of paths) {
    try {
      execFileSync('test', ['-x', path], { ...user, cwd: '/', stdio: 'ignore' })
    } catch {
      accessSync(path)
      throw embeddedFaults.unreachable({ path })
    }
  }
}
