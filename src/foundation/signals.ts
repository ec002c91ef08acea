/**
 * Resolves when the process is asked to stop: SIGTERM, SIGINT, the terminal closed (SIGHUP), or the parent that started it going away.
 *
 * Asking again changes nothing: Ctrl-C reaches every process of a terminal, and those that start others pass it on; the
 * second signal must not cut short what the first one began.
 */
export function askedToStop(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => resolve(signal))
    // A child without its parent would keep the port and the database from the next start.
    process.on('disconnect', () => resolve('disconnect'))
    // Listening to the parent must not keep a process alive that has stopped.
    process.channel?.unref()
  })
}
