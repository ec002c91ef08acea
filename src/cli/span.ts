/** How far back a command looks, as people say it. */
import { nowMilliseconds } from '#foundation/clock.ts'

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** When it was `24h`, `7d`, `30m` or `90s` ago, in milliseconds since 1970; undefined for anything else. */
export function agoMs(given: string): number | undefined {
  const [, number, unit = ''] = /^(\d{1,6})([smhd])$/.exec(given) ?? []
  return number === undefined ? undefined : nowMilliseconds() - Number(number) * (UNITS[unit] as number)
}
