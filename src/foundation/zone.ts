/** Times as they are on the clock in the hospital. */

/** Whether the machine knows the zone, such as `Europe/Berlin`. */
export function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }) !== undefined
  } catch {
    return false
  }
}

export interface Clockwork {
  readonly zone: string
  /** `2026-11-25` of a time in milliseconds since 1970. */
  readonly day: (atMs: number) => string
  /** `Wednesday, 25 November 2026`. */
  readonly dayInWords: (atMs: number) => string
  /** `08:15`. */
  readonly time: (atMs: number) => string
  /** When a day such as `2026-11-25` begins, and when the next one does. */
  readonly limits: (day: string) => { readonly begins: number; readonly ends: number } | undefined
}

/** Reads clocks of a zone. */
export function openZone(zone: string): Clockwork {
  const days = new Intl.DateTimeFormat('sv', { timeZone: zone, dateStyle: 'short' })
  const words = new Intl.DateTimeFormat('en-GB', { timeZone: zone, dateStyle: 'full' })
  const times = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit' })
  return {
    zone,
    day: (atMs) => days.format(atMs),
    dayInWords: (atMs) => words.format(atMs),
    time: (atMs) => times.format(atMs),
    limits(day) {
      if (!/^\d{4}-\d\d-\d\d$/.test(day)) return undefined
      try {
        const date = Temporal.PlainDate.from(day, { overflow: 'reject' })
        const start = (of: Temporal.PlainDate) => of.toZonedDateTime(zone).epochMilliseconds
        return { begins: start(date), ends: start(date.add({ days: 1 })) }
      } catch {
        return undefined
      }
    },
  }
}
