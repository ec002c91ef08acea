/** Resolves when the process is asked to stop: SIGTERM, SIGINT, or the parent that started it going away. */
export function askedToStop(): Promise<string> {
  return new Promise((resolve) => {
    // A child without its parent would keep the port and the database from the next start.
    const parentGone = () => resolve('disconnect')
    process.once('disconnect', parentGone)
    for (const signal of ['SIGTERM', 'SIGINT'] as const)
      process.once(signal, () => {
        // A listener keeps the channel to the parent open, and the open channel keeps this process from ending.
        process.off('disconnect', parentGone)
        resolve(signal)
      })
  })
}
