/** Other processes of this machine, by number. A number alone proves nothing: it may have been given anew. */
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'

/** What the process was started as; undefined when there is none. */
export function commandOf(pid: number): string | undefined {
  if (process.platform !== 'linux') return ask(pid, 'command')
  try {
    // Empty for a process that has ended and that nobody has asked about yet.
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ') || undefined
  } catch {
    return undefined
  }
}

export function parentOf(pid: number): number | undefined {
  if (process.platform !== 'linux') return Number(ask(pid, 'ppid')) || undefined
  try {
    return Number(/^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
  } catch {
    return undefined
  }
}

function ask(pid: number, what: string): string | undefined {
  try {
    return execFileSync('ps', ['-o', `${what}=`, '-p', String(pid)], { stdio: ['ignore', 'pipe', 'ignore'] })
      .toString()
      .trim()
  } catch {
    return undefined
  }
}

/** A process whose working directory is `folder`; of those that may be looked at. Linux only. */
export function standingIn(folder: string): number | undefined {
  const real = realpathSync(folder)
  const found = readdirSync('/proc').find((pid) => {
    try {
      return /^\d+$/.test(pid) && readlinkSync(`/proc/${pid}/cwd`) === real
    } catch {
      return false
    }
  })
  return found === undefined ? undefined : Number(found)
}

/** Whether `stillThere` turned false within the time. For processes that are not our children, whose end nobody tells us. */
export async function gone(stillThere: () => boolean, withinMs: number): Promise<boolean> {
  for (const until = performance.now() + withinMs; stillThere(); await delay(20))
    if (performance.now() > until) return false
  return true
}

/** Sends a signal to a process that may have ended meanwhile. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    if ((error as { code?: string }).code !== 'ESRCH') throw error
  }
}
