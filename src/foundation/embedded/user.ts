/** Who PostgreSQL runs as: it refuses to run as root. */
import { execFileSync } from 'node:child_process'
import { chownSync } from 'node:fs'
import { Fault } from '../fault.ts'

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
  throw new Fault(
    'broken',
    'embedded/no-user',
    'PostgreSQL may not run as root, and there is no other user for it.',
    'Create one: useradd --system postgres',
  )
}

export function giveTo(user: OsUser | undefined, path: string): void {
  if (user !== undefined) chownSync(path, user.uid, user.gid)
}
