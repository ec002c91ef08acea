const PATIENCE_MS = 2_000

/** `work`, or `instead` when that fails or takes its time: a database may hang, and health is asked for just then. */
export function within<T>(work: Promise<T>, instead: () => T): Promise<T> {
  const late = Promise.withResolvers<T>()
  const timer = setTimeout(() => late.resolve(instead()), PATIENCE_MS)
  return Promise.race([work.catch(instead), late.promise]).finally(() => clearTimeout(timer))
}
