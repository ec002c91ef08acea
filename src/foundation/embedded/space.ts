import { statfsSync } from 'node:fs'
import { embeddedFaults } from './faults.ts'

const MIB = 1024 * 1024
/** Below it a server is not started: recovery after a crash alone may take as much. */
const LEAST_TO_START = 64 * MIB
/** Below it nothing more is written. PostgreSQL itself stops dead when its journal finds no room, reading and all. */
const LEAST_TO_WRITE = 128 * MIB
/** Above it writing begins again; the distance keeps it from going to and fro. */
const ENOUGH_TO_WRITE = 160 * MIB
const EVERY_MS = 500

const free = (folder: string): number => {
  const { bavail, bsize } = statfsSync(folder)
  return bavail * bsize
}

/** Throws `embedded/no-space` when the disk of `folder` has not enough left to start a server. */
export function checkSpace(folder: string): void {
  const [freeMiB, neededMiB] = [Math.floor(free(folder) / MIB), LEAST_TO_START / MIB]
  if (freeMiB < neededMiB) throw embeddedFaults['no-space']({ folder, freeMiB, neededMiB })
}

/**
 * Watches the disk of `folder`; tells whenever it becomes full, or has room again, until disposed. `tell` may throw, and
 * is told again then.
 */
export function watchSpace(folder: string, tell: (full: boolean) => void): Disposable {
  let full = false
  const look = () => {
    const bytes = free(folder)
    const now = full ? bytes < ENOUGH_TO_WRITE : bytes < LEAST_TO_WRITE
    if (now === full) return
    tell(now)
    full = now
  }
  const timer = setInterval(() => {
    try {
      look()
    } catch {
      // The disk has no room for the server's settings either, or the folder is gone: the next look may find otherwise.
    }
  }, EVERY_MS)
  timer.unref()
  return { [Symbol.dispose]: () => clearInterval(timer) }
}
