/** Resolves when the process is asked to stop: SIGTERM, SIGINT, or the parent that started it going away. */
export function askedToStop(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve(signal))
    // A child without its parent would keep the port and the database from the next start.
    process.once('disconnect', () => resolve('disconnect'))
  })
}
