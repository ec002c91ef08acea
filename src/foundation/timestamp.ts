/** As statements take a time. */
export const at = (ms: number): string => new Date(ms).toISOString()

/** As people and programs read what PostgreSQL printed. */
export const instant = (timestamp: string): string => Temporal.Instant.from(timestamp).toString()
