/** The only place that asks the machine for the time, so that a test can pass a time of its own. */
export type Clock = () => Temporal.Instant

export const systemClock: Clock = () => Temporal.Now.instant()

/** Milliseconds since the epoch. For the hot paths, where a Temporal object a request is too dear. */
export const nowMilliseconds = (): number => Date.now()
