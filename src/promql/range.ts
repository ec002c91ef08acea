/**
 * Functions of a range of samples, as Prometheus 2.42 computes them (promql/functions.go): the range has both its ends in
 * it, and rates are extrapolated to its ends.
 */
import type { Series } from './series.ts'

/** What of a series lies in a range, without markers. */
export interface Points {
  readonly times: readonly number[]
  readonly values: readonly number[]
}

/** The index of the first time that is not before `at`. */
function firstFrom(times: readonly number[], at: number): number {
  let low = 0
  let high = times.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((times[middle] as number) < at) low = middle + 1
    else high = middle
  }
  return low
}

export function pointsIn({ times, values }: Series, fromMs: number, toMs: number): Points {
  const found = { times: [] as number[], values: [] as number[] }
  for (let index = firstFrom(times, fromMs); index < times.length && (times[index] as number) <= toMs; index++) {
    const value = values[index] as number
    if (Number.isNaN(value)) continue
    found.times.push(times[index] as number)
    found.values.push(value)
  }
  return found
}

/** The value at a time: of the newest sample not older than `lookBackMs`; nothing when the series has ended. */
export function valueAt({ times, values }: Series, atMs: number, lookBackMs: number): number | undefined {
  const index = firstFrom(times, atMs + 1) - 1
  if (index < 0 || (times[index] as number) < atMs - lookBackMs) return undefined
  const value = values[index] as number
  return Number.isNaN(value) ? undefined : value
}

/** What a counter has grown by, resets reckoned in, extrapolated to the whole range. */
export function increaseOf({ times, values }: Points, fromMs: number, toMs: number): number | undefined {
  const last = values.length - 1
  if (last < 1) return undefined
  const [first = 0] = values
  let grown = (values[last] as number) - first
  for (let index = 1; index <= last; index++) {
    const before = values[index - 1] as number
    if ((values[index] as number) < before) grown += before
  }
  const [begin = 0] = times
  const end = times[last] as number
  const sampled = (end - begin) / 1000
  const between = sampled / last
  let toStart = (begin - fromMs) / 1000
  const toEnd = (toMs - end) / 1000
  // A counter was never below zero: it is not extrapolated further back than to where it would have been that.
  if (grown > 0 && first >= 0) toStart = Math.min(toStart, sampled * (first / grown))
  const threshold = between * 1.1
  const reach = sampled + (toStart < threshold ? toStart : between / 2) + (toEnd < threshold ? toEnd : between / 2)
  return grown * (reach / sampled)
}

/** Where the line through the points is, `aheadSeconds` after `atMs`. */
export function predicted({ times, values }: Points, atMs: number, aheadSeconds: number): number | undefined {
  const n = values.length
  if (n < 2) return undefined
  const [first = 0] = values
  if (values.every((value) => value === first)) return first
  let [sumX, sumY, sumXY, sumXX] = [0, 0, 0, 0]
  for (let index = 0; index < n; index++) {
    const x = ((times[index] as number) - atMs) / 1000
    const y = values[index] as number
    sumX += x
    sumY += y
    sumXY += x * y
    sumXX += x * x
  }
  const slope = (sumXY - (sumX * sumY) / n) / (sumXX - (sumX * sumX) / n)
  return slope * aheadSeconds + (sumY / n - (slope * sumX) / n)
}

export const changesIn = ({ values }: Points): number =>
  values.reduce((count, value, index) => (index > 0 && value !== values[index - 1] ? count + 1 : count), 0)

interface Bucket {
  readonly upTo: number
  readonly count: number
}

/** Of a classic histogram's buckets: undefined when there is no telling. */
export function quantileOf(q: number, given: readonly Bucket[]): number | undefined {
  const buckets = given.toSorted((a, b) => a.upTo - b.upTo)
  if (buckets.at(-1)?.upTo !== Number.POSITIVE_INFINITY) return undefined
  const merged: Bucket[] = []
  let highest = 0
  for (const { upTo, count } of buckets) {
    // What later buckets hold less of is a fault of sampling: counts never go down.
    highest = Math.max(highest, count)
    merged.push({ upTo, count: highest })
  }
  const observations = merged.at(-1)?.count ?? 0
  if (merged.length < 2 || observations === 0) return undefined
  const rank = q * observations
  const index = merged.findIndex(({ count }) => count >= rank)
  if (index === merged.length - 1) return merged[merged.length - 2]?.upTo
  const { upTo, count } = merged[index] as Bucket
  if (index === 0 && upTo <= 0) return upTo
  const below = index === 0 ? { upTo: 0, count: 0 } : (merged[index - 1] as Bucket)
  return below.upTo + (upTo - below.upTo) * ((rank - below.count) / (count - below.count))
}
