import { nowMilliseconds } from '#foundation/clock.ts'

/** Now, as `meta.lastUpdated` is written: UTC with milliseconds. Later than `after`, so that versions sort as they came. */
export function timeOfVersion(after?: string): string {
  const now = nowMilliseconds()
  const earliest = after === undefined ? now : Date.parse(after) + 1
  return new Date(Math.max(now, earliest)).toISOString()
}

export const FIRST = Date.parse('0001-01-01T00:00:00Z')
export const LAST = Date.parse('9999-12-31T23:59:59.999Z')

/** Milliseconds since the epoch as PostgreSQL reads them. What lies outside of FHIR's four-digit years has no end: all of that sorts alike. */
export function storedInstant(milliseconds: number): string {
  if (milliseconds > LAST) return 'infinity'
  if (milliseconds < FIRST) return '-infinity'
  return new Date(milliseconds).toISOString()
}

/** PostgreSQL's `2026-11-24 11:03:43.1+00` as FHIR's `2026-11-24T11:03:43.100Z`. */
export function instantOf(stored: string): string {
  const [second, fraction = ''] = stored.slice(0, -3).split('.') as [string, string?]
  return `${second.replace(' ', 'T')}.${fraction.padEnd(3, '0')}Z`
}
