import { closeSync, openSync } from 'node:fs'

/**
 * Resolves when the process is asked to stop: SIGTERM, SIGINT, the terminal closed (SIGHUP), or the parent that started it going away.
 *
 * Asking again changes nothing: Ctrl-C reaches every process of a terminal, and those that start others pass it on; the
 * second signal must not cut short what the first one began.
 *
 * With `reload`, SIGHUP asks to read files again, as services are asked, unless the terminal is gone that there was.
 */
export function askedToStop(reload?: () => void): Promise<string> {
  const hadTerminal = hasTerminal()
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => resolve(signal))
    process.on('SIGHUP', () => {
      if (reload === undefined || (hadTerminal && !hasTerminal())) resolve('SIGHUP')
      else reload()
    })
    // A child without its parent would keep the port and the database from the next start.
    process.on('disconnect', () => resolve('disconnect'))
    // Listening to the parent must not keep a process alive that has stopped.
    process.channel?.unref()
  })
}

/** Whether a terminal controls this process: the system opens it by this name, and no more once it is closed. */
function hasTerminal(): boolean {
  try {
    closeSync(openSync('/dev/tty', 'r'))
    return true
  } catch {
    return false
  }
}
