import type { ChildProcess } from 'node:child_process'

/** Asks a child to stop, and kills it when it has not within `withinMs`. Resolves when it has ended, with whether it was killed. */
export async function endChild(child: ChildProcess, withinMs: number): Promise<boolean> {
  if (child.exitCode !== null || child.signalCode !== null) return false
  const ended = Promise.withResolvers<void>()
  child.once('exit', () => ended.resolve())
  let killed = false
  const timer = setTimeout(() => {
    killed = child.kill('SIGKILL')
  }, withinMs)
  child.kill('SIGTERM')
  await ended.promise
  clearTimeout(timer)
  return killed
}
