/** Where the unix socket stands: in a folder that only the server's user may enter. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { PORT } from './configuration.ts'
import { embeddedFaults } from './faults.ts'
import { giveTo, type OsUser } from './user.ts'

const PREFIX = 'omnicare-'
const SOCKET = `.s.PGSQL.${PORT}`
/** A unix socket's path may have 107 bytes on Linux, 103 on macOS; the file's own name takes the rest. */
const MOST_BYTES = 103 - `/${SOCKET}.lock`.length

/** A folder beside the data, or, when that path is too long for a socket, one of its own among the temporary files. */
export function openSockets(folder: string, user: OsUser | undefined): string {
  const near = join(folder, 'socket')
  const fits = (path: string) => Buffer.byteLength(path) <= MOST_BYTES
  if (!fits(near) && !fits(join(tmpdir(), `${PREFIX}123456`)))
    throw embeddedFaults['long-path']({ folder, most: MOST_BYTES })
  const sockets = fits(near) ? near : mkdtempSync(join(tmpdir(), PREFIX))
  mkdirSync(sockets, { recursive: true, mode: 0o700 })
  chmodSync(sockets, 0o700)
  giveTo(user, sockets)
  return sockets
}

/** Removes what a killed server left, whose number PostgreSQL would ask for and might find with somebody else. */
export function clearSockets(sockets: string): void {
  for (const file of [SOCKET, `${SOCKET}.lock`]) rmSync(join(sockets, file), { force: true })
}

/** Removes a folder that `openSockets` made among the temporary files; another one stays. */
export function removeOwnSockets(sockets: string): void {
  if (dirname(sockets) === tmpdir() && basename(sockets).startsWith(PREFIX))
    rmSync(sockets, { recursive: true, force: true })
}
