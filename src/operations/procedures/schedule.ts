/** When something is due by the clock of a zone, whatever daylight saving does to that clock. Pure. */

export interface Schedule {
  /** By the clock, as in `08:00`. */
  readonly times: readonly string[]
  /** IANA's name. */
  readonly zone: string
}

/** No zone has ever skipped more than this. */
const SPARE_DAYS = 2
/** More than anything is due in some days. */
const MOST_IN_DAYS = 1_000

/**
 * When it was due after `afterMs`, up to and with `untilMs`: milliseconds since 1970, oldest first, the latest `most` of them.
 *
 * Once a day for each time: one that the clock skips is due as much later as the clock was put forward, one that the clock
 * shows twice is due the first time. Two that fall on the same moment are one.
 */
export function dueBetween(schedule: Schedule, afterMs: number, untilMs: number, most: number): number[] {
  const { zone, times } = schedule
  if (untilMs <= afterMs) return []
  const last = dateOf(untilMs, zone).add({ days: 1 })
  const needed = last.subtract({ days: Math.ceil(most / Math.max(1, times.length)) + SPARE_DAYS })
  const first = dateOf(afterMs, zone).subtract({ days: 1 })
  const found = new Set<number>()
  let day = Temporal.PlainDate.compare(first, needed) > 0 ? first : needed
  for (; Temporal.PlainDate.compare(day, last) <= 0; day = day.add({ days: 1 }))
    for (const time of times) {
      const { epochMilliseconds } = day.toZonedDateTime({ timeZone: zone, plainTime: time })
      if (epochMilliseconds > afterMs && epochMilliseconds <= untilMs) found.add(epochMilliseconds)
    }
  return [...found].sort((a, b) => a - b).slice(-most)
}

/** When it is due next, after `afterMs`. */
export function nextDue(schedule: Schedule, afterMs: number): number {
  const today = dateOf(afterMs, schedule.zone)
  const until = today.add({ days: SPARE_DAYS + 1 }).toZonedDateTime(schedule.zone).epochMilliseconds
  return dueBetween(schedule, afterMs, until, MOST_IN_DAYS)[0] as number
}

/** As the clock of the zone shows it, as in `2026-11-01T08:00:00-05:00[America/New_York]`. */
export const clockOf = (ms: number, zone: string): string =>
  Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone).toString({ smallestUnit: 'second' })

const dateOf = (ms: number, zone: string): Temporal.PlainDate =>
  Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone).toPlainDate()
