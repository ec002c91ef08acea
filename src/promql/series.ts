/** Samples in memory, and which series a selection means. */
import type { Labels, Matcher, Select } from './terms.ts'

/** Times in milliseconds, ascending. NaN: from here on the series is no longer there (Prometheus' staleness marker). */
export interface Series {
  /** With `__name__`. */
  readonly labels: Labels
  readonly times: readonly number[]
  readonly values: readonly number[]
}

/** What expressions are asked of. */
export interface Source {
  select(selection: Select): Iterable<Series>
}

/** The same text for the same labels. */
export const keyOf = (labels: Labels): string =>
  Object.keys(labels)
    .sort()
    .map((name) => `${name}\u0001${labels[name]}`)
    .join('\u0002')

const patterns = new Map<string, RegExp>()

/** As Prometheus has it: anchored at both ends. Patterns come from declarations only: they are few. */
function patternOf(value: string): RegExp {
  let pattern = patterns.get(value)
  if (pattern === undefined) {
    pattern = new RegExp(`^(?:${value})$`, 's')
    patterns.set(value, pattern)
  }
  return pattern
}

function fits({ label, is, value }: Matcher, labels: Labels): boolean {
  const has = labels[label] ?? ''
  switch (is) {
    case '=':
      return has === value
    case '!=':
      return has !== value
    case '=~':
      return patternOf(value).test(has)
    case '!~':
      return !patternOf(value).test(has)
  }
}

/** Whether a series is meant by a selection. */
export const isSelected = ({ metric, matchers }: Select, labels: Labels): boolean =>
  labels.__name__ === metric && matchers.every((matcher) => fits(matcher, labels))

interface Kept extends Series {
  readonly keepMs: number
  readonly times: number[]
  readonly values: number[]
}

export interface MemoryOptions {
  /** How long samples of a series are kept; 0: not at all. */
  readonly keepMs: (labels: Labels) => number
  /** Samples older than this are thinned to one for each `thinMs`. */
  readonly fineMs: number
  readonly thinMs: number
}

/** Samples of a bounded time; the newest are added at its end. */
export interface Memory extends Source {
  /** Drops NaN: a sample that is none; use `end`. */
  add(labels: Labels, key: string, atMs: number, value: number): void
  /** Says that the series is no longer there. */
  end(labels: Labels, key: string, atMs: number): void
  /** Forgets what is too old, thins what is old. */
  forget(nowMs: number): void
  readonly count: () => number
}

export function openMemory({ keepMs, fineMs, thinMs }: MemoryOptions): Memory {
  const byMetric = new Map<string, Map<string, Kept>>()
  const append = (labels: Labels, key: string, atMs: number, value: number) => {
    const metric = labels.__name__ ?? ''
    let all = byMetric.get(metric)
    if (all === undefined) {
      all = new Map()
      byMetric.set(metric, all)
    }
    let series = all.get(key)
    if (series === undefined) {
      series = { labels, keepMs: keepMs(labels), times: [], values: [] }
      all.set(key, series)
    }
    if (series.keepMs === 0) return
    const { times, values } = series
    const last = times.at(-1)
    // Of two for one time the first counts, as with Prometheus.
    if (last !== undefined && atMs <= last) return
    times.push(atMs)
    values.push(value)
  }
  return {
    count: () => [...byMetric.values()].reduce((total, { size }) => total + size, 0),
    add: (labels, key, atMs, value) => {
      if (!Number.isNaN(value)) append(labels, key, atMs, value)
    },
    end: (labels, key, atMs) => append(labels, key, atMs, Number.NaN),
    forget(nowMs) {
      for (const [metric, all] of byMetric) {
        const fineFrom = nowMs - fineMs
        for (const [key, { keepMs: longest, times, values }] of all) {
          const from = nowMs - longest
          let kept = 0
          let slot = -1
          for (let index = 0; index < times.length; index++) {
            const at = times[index] as number
            const own = Math.floor(at / thinMs)
            const stays = at >= fineFrom || own !== slot || Number.isNaN(values[index])
            slot = own
            if (at < from || !stays) continue
            times[kept] = at
            values[kept] = values[index] as number
            kept++
          }
          times.length = kept
          values.length = kept
          if (kept === 0) all.delete(key)
        }
        if (all.size === 0) byMetric.delete(metric)
      }
    },
    *select(selection) {
      for (const series of byMetric.get(selection.metric)?.values() ?? [])
        if (selection.matchers.every((matcher) => fits(matcher, series.labels))) yield series
    },
  }
}
