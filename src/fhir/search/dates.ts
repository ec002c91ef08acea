/** Dates as intervals: `2024-05` is all of May. https://hl7.org/fhir/R4/search.html#date */
const FORM = /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?)?)?$/

const ZONE = /^(?:Z|[+-](?:0\d|1[0-3]):[0-5]\d|[+-]14:00)$/

/** Milliseconds since the epoch, [low, high). */
export interface DateRange {
  readonly low: number
  readonly high: number
}

/** The interval that a date, dateTime or instant names; without an offset in UTC. Undefined for anything else. */
export function dateRange(text: string): DateRange | undefined {
  const match = FORM.exec(text)
  if (match === null) return undefined
  const [, year, month, day, hour, minute, second, fraction, zone] = match
  const y = Number(year)
  const m = month === undefined ? 0 : Number(month) - 1
  if (y === 0 || m > 11 || Number(month) === 0) return undefined
  if (month === undefined) return { low: utc(y, 0, 1), high: utc(y + 1, 0, 1) }
  if (day === undefined) return { low: utc(y, m, 1), high: utc(y, m + 1, 1) }
  const d = Number(day)
  const midnight = utc(y, m, d)
  if (d === 0 || new Date(midnight).getUTCDate() !== d) return undefined
  if (hour === undefined) return { low: midnight, high: midnight + 86_400_000 }
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second ?? 0) > 60) return undefined
  if (zone !== undefined && !ZONE.test(zone)) return undefined
  const low =
    midnight +
    Number(hour) * 3_600_000 +
    Number(minute) * 60_000 +
    Number(second ?? 0) * 1000 -
    offset(zone) +
    Math.floor(Number(fraction ?? 0) * 1000)
  const width = second === undefined ? 60_000 : fraction === undefined ? 1000 : 1
  return { low, high: low + width }
}

function utc(year: number, month: number, day: number): number {
  const date = new Date(0)
  date.setUTCFullYear(year, month, day)
  return date.getTime()
}

function offset(zone: string | undefined): number {
  if (zone === undefined || zone === 'Z') return 0
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4))
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000
}
