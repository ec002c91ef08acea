/** How much of what is needed, from what was measured and how it grows. Pure. */
import type { CapacityReport, Recommendation, Resource } from './terms.ts'

export interface Point {
  readonly atMs: number
  readonly value: number
}

/** Measured now. */
export interface Load {
  readonly cores: number
  /** Processes that would like to run at the same time, on average of the last minutes. */
  readonly waitingToRun: number
  readonly workers: number
  /** 99th percentile of how long the hospital's processes let others wait. Milliseconds; absent when they don't tell. */
  readonly eventLoopP99Ms?: number
  readonly connections: readonly {
    readonly database: string
    readonly used: number
    readonly most: number
    /** That OmniCare opens at most, by its settings. */
    readonly wanted: number
  }[]
  readonly memory: { readonly total: number; readonly available: number }
  /** Part of the record's pages that came from memory, and how large it is. */
  readonly cached: number
  readonly databaseBytes: number
  readonly disk: { readonly total: number; readonly free: number }
  /** Free bytes of the disk, over time. */
  readonly freeDisk: readonly Point[]
}

const DAY_MS = 86_400_000
const GIB = 1024 ** 3
const BUSY_MS = 100
const CORES_BUSY = 0.8
/** Others must get in too: whoever looks, backs up, or mends. */
const SPARE_CONNECTIONS = 1.25
const LEAST_AVAILABLE = 0.1
const MEMORY_AIM = 0.75
const LEAST_CACHED = 0.9
/** A disk that is fuller than that slows a database down. */
const [DISK_SOON, DISK_FULL] = [0.8, 0.9]
const [DAYS_SOON, DAYS_FULL] = [60, 14]
const YEAR_DAYS = 365
/** Less than that says nothing of a trend. */
const LEAST_TREND_DAYS = 2

export function recommend(load: Load, nowMs: number): CapacityReport {
  const recommendations = [processes(load), ...connections(load), memory(load), disk(load)]
  return {
    made: new Date(nowMs).toISOString(),
    well: recommendations.every(({ verdict }) => verdict === 'enough' || verdict === 'less'),
    trendDays: Math.floor(daysOf(load.freeDisk)),
    recommendations,
  }
}

type Said = Omit<Recommendation, 'resource' | 'unit'>
const of = (resource: Resource, unit: Recommendation['unit'], said: Said): Recommendation => ({
  resource,
  unit,
  ...said,
})

function processes({ cores, waitingToRun, workers, eventLoopP99Ms = 0 }: Load): Recommendation {
  const say = (said: Omit<Said, 'now'>) => of('processes', 'processes', { now: workers, ...said })
  const measured = `${waitingToRun.toFixed(1)} processes want to run on ${cores} cores; the hospital's ${workers} let others wait up to ${eventLoopP99Ms.toFixed(0)} ms.`
  if (workers > cores)
    return say({
      verdict: 'less',
      recommended: cores,
      because: `There are more of them than the ${cores} cores.`,
      next: `OMNICARE_WORKERS=${cores}, then start OmniCare anew.`,
    })
  const isBusy = eventLoopP99Ms > BUSY_MS
  if (isBusy && workers < cores && waitingToRun < CORES_BUSY * cores)
    return say({
      verdict: 'grow',
      recommended: workers + 1,
      because: measured,
      next: `OMNICARE_WORKERS=${workers + 1}, then start OmniCare anew.`,
    })
  if (isBusy || waitingToRun > cores)
    return say({
      verdict: 'grow',
      recommended: Math.max(workers, Math.ceil(waitingToRun / CORES_BUSY)),
      because: `${measured} The machine itself is at its limit.`,
      next: `Give the machine ${Math.max(cores + 1, Math.ceil(waitingToRun / CORES_BUSY))} cores, then raise OMNICARE_WORKERS with them.`,
    })
  return say({ verdict: 'enough', recommended: workers, because: measured, next: 'Nothing.' })
}

function connections({ connections: all }: Load): Recommendation[] {
  return all.map(({ database, used, most, wanted }) => {
    const needed = Math.ceil(Math.max(wanted, used) * SPARE_CONNECTIONS)
    const because = `The ${database} database takes ${most}; ${used} are used, OmniCare opens up to ${wanted}.`
    const isEnough = needed <= most
    return of('connections', 'connections', {
      verdict: isEnough ? 'enough' : used >= 0.9 * most ? 'grow' : 'soon',
      now: most,
      recommended: isEnough ? most : needed,
      because,
      next: isEnough
        ? 'Nothing.'
        : `max_connections = ${needed} on its server and start that anew, or lower OMNICARE_CONNECTIONS or OMNICARE_WORKERS.`,
    })
  })
}

function memory({ memory: { total, available }, cached, databaseBytes }: Load): Recommendation {
  const used = total - available
  const isTight = available / total < LEAST_AVAILABLE
  const isCold = cached < LEAST_CACHED && databaseBytes > total / 4
  const because = `${gib(used)} of ${gib(total)} GiB are in use; ${Math.round(100 * cached)} % of the record's pages came from memory (it has ${gib(databaseBytes)} GiB).`
  const recommended = isTight || isCold ? Math.max(used / MEMORY_AIM, isCold ? used + databaseBytes / 4 : 0) : total
  return of('memory', 'bytes', {
    verdict: isTight ? 'grow' : isCold ? 'soon' : 'enough',
    now: total,
    recommended: Math.max(total, wholeGib(recommended)),
    because,
    next:
      isTight || isCold
        ? `Give the machine ${gib(wholeGib(recommended))} GiB; the embedded PostgreSQL takes an eighth of it for its cache by itself.`
        : 'Nothing.',
  })
}

function disk({ disk: { total, free }, freeDisk }: Load): Recommendation {
  const used = total - free
  const part = used / total
  const perDay = Math.max(0, -slopeOf(freeDisk))
  const days = perDay > 0 ? Math.floor(free / perDay) : undefined
  const verdict =
    part >= DISK_FULL || (days ?? Number.POSITIVE_INFINITY) < DAYS_FULL
      ? 'grow'
      : part >= DISK_SOON || (days ?? Number.POSITIVE_INFINITY) < DAYS_SOON
        ? 'soon'
        : 'enough'
  const inAYear = (used + perDay * YEAR_DAYS) / DISK_SOON
  const recommended = verdict === 'enough' ? total : Math.max(total, wholeGib(Math.max(inAYear, used / MEMORY_AIM)))
  const grows = days === undefined ? 'it does not grow as far as is known' : `it grows by ${gib(perDay)} GiB a day`
  return of('disk', 'bytes', {
    verdict,
    now: total,
    recommended,
    because: `${Math.round(100 * part)} % of ${gib(total)} GiB are used; ${grows}.`,
    next:
      verdict === 'enough'
        ? 'Nothing.'
        : `Give OMNICARE_HOME a disk of ${gib(recommended)} GiB: that is enough for a year.`,
    ...(days !== undefined && { daysLeft: days }),
  })
}

const gib = (bytes: number): string => (bytes / GIB).toFixed(bytes >= 100 * GIB ? 0 : 1)
const wholeGib = (bytes: number): number => Math.ceil(bytes / GIB) * GIB
const daysOf = (points: readonly Point[]): number =>
  points.length < 2 ? 0 : ((points.at(-1) as Point).atMs - (points[0] as Point).atMs) / DAY_MS

/** By how much it rises a day: the line of least squares. 0 while too little is known. */
function slopeOf(points: readonly Point[]): number {
  if (daysOf(points) < LEAST_TREND_DAYS) return 0
  const first = (points[0] as Point).atMs
  const days = points.map(({ atMs }) => (atMs - first) / DAY_MS)
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const [x, y] = [mean(days), mean(points.map(({ value }) => value))]
  const above = points.reduce((sum, { value }, at) => sum + ((days[at] as number) - x) * (value - y), 0)
  const below = days.reduce((sum, day) => sum + (day - x) ** 2, 0)
  return below === 0 ? 0 : above / below
}
