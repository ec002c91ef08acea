/** Calendar months in UTC: the unit of keys and of retention. */

/** `2026-11` of a time in milliseconds since 1970. */
export const monthOf = (atMs: number): string => new Date(atMs).toISOString().slice(0, 7)

/** Months since January 1970. */
export const monthNumber = (month: string): number =>
  (Number(month.slice(0, 4)) - 1970) * 12 + Number(month.slice(5)) - 1

export const monthNamed = (number: number): string =>
  `${1970 + Math.floor(number / 12)}-${String((number % 12) + 1).padStart(2, '0')}`

/** Whether at `nowMs` the whole month is at least `years` in the past. */
export const isOver = (month: string, years: number, nowMs: number): boolean =>
  monthNumber(month) + 12 * years < monthNumber(monthOf(nowMs))
