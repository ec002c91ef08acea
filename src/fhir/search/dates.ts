/** Dates as intervals: `2024-05` is all of May. https://hl7.org/fhir/R4/search.html#date */
const FORM = /^\d{4}(?:-\d\d(?:-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00))?)?)?)?$/

/** Milliseconds since the epoch, [low, high). */
export interface DateRange {
  readonly low: number
  readonly high: number
}

/**
 * The interval that a date, dateTime or instant names; without an offset in UTC. Undefined for anything else. Each part has its
 * place, so that nothing has to be cut out: every resource has some.
 */
export function dateRange(text: string): DateRange | undefined {
  if (!FORM.test(text)) return undefined
  const { length } = text
  const year = digits(text, 0, 4)
  const month = length > YEAR ? digits(text, 5, 2) - 1 : 0
  if (year === 0 || month > 11 || month < 0) return undefined
  if (length === YEAR) return { low: utc(year, 0, 1), high: utc(year + 1, 0, 1) }
  if (length === MONTH) return { low: utc(year, month, 1), high: utc(year, month + 1, 1) }
  const day = digits(text, 8, 2)
  const midnight = utc(year, month, day)
  if (day === 0 || (day > 28 && new Date(midnight).getUTCDate() !== day)) return undefined
  if (length === DAY) return { low: midnight, high: midnight + 86_400_000 }
  const hour = digits(text, 11, 2)
  const minute = digits(text, 14, 2)
  const hasSecond = text.charCodeAt(MINUTE) === COLON
  const second = hasSecond ? digits(text, 17, 2) : 0
  if (hour > 23 || minute > 59 || second > 60) return undefined
  const clock = hour * 3_600_000 + minute * 60_000 + second * 1000
  const end = hasSecond ? SECOND : MINUTE
  if (text.charCodeAt(end) !== POINT) {
    const low = midnight + clock - offset(text, end)
    return { low, high: low + (hasSecond ? 1000 : 60_000) }
  }
  let zone = end + 1
  while (isDigit(text.charCodeAt(zone))) zone++
  const low = midnight + clock - offset(text, zone) + Math.floor(Number(text.slice(end, zone)) * 1000)
  return { low, high: low + 1 }
}

/** How long a text is that goes so far. */
const YEAR = 4
const MONTH = 7
const DAY = 10
const MINUTE = 16
const SECOND = 19

const ZERO = 48
const COLON = 58
const POINT = 46
const MINUS = 45
const Z = 90

const isDigit = (code: number): boolean => code >= ZERO && code < ZERO + 10

/** The number that the `count` digits from `at` on make. */
function digits(text: string, at: number, count: number): number {
  let number = 0
  for (let digit = at; digit < at + count; digit++) number = number * 10 + text.charCodeAt(digit) - ZERO
  return number
}

function utc(year: number, month: number, day: number): number {
  // Date.UTC takes a year of two digits for one of the last century.
  if (year >= 100) return Date.UTC(year, month, day)
  const date = new Date(0)
  date.setUTCFullYear(year, month, day)
  return date.getTime()
}

/** Milliseconds by which the zone that stands at `at` is ahead of UTC; none stands at the end. */
function offset(text: string, at: number): number {
  if (at === text.length || text.charCodeAt(at) === Z) return 0
  const minutes = digits(text, at + 1, 2) * 60 + digits(text, at + 4, 2)
  return (text.charCodeAt(at) === MINUS ? -minutes : minutes) * 60_000
}
