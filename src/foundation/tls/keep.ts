/**
 * Keeps the pair that is served in step with its files.
 *
 * The files are looked at by their paths, every second, instead of watching folders: so it does not matter whether a file is
 * written over (an editor), another takes its name (a rename), or a link on the way leads elsewhere (certbot, a secret of
 * Kubernetes), nor on what kind of file system. What has changed is read once it has stayed the same for a second: certificate
 * and key are two files, and between the two writes they do not match.
 *
 * What can't be served is not taken: the former pair stays, and the log, a metric and `failure` say so. A process that is started
 * again in such an hour is handed the former pair by the one that starts it.
 */
import { statSync } from 'node:fs'
import type { Registry } from 'prom-client'
import type { Log } from '../log.ts'
import { counterIn, gaugeIn } from '../metric.ts'
import { TLS_METRICS } from './metrics.ts'
import { checkedPair, type Pair, type PairFiles, readPair } from './pair.ts'

export interface KeptPair extends Disposable {
  readonly current: () => Pair
  /** Calls `take` with each pair that takes the place of a former one. */
  readonly onTaken: (take: (pair: Pair) => void) => void
  /** Reads the files now, as when somebody asks for it. */
  readonly reload: () => void
  /** Why what is in the files is not served; nothing when it is. */
  readonly failure: () => string | undefined
}

export type Held = Pick<Pair, 'cert' | 'key'>

export interface KeepOptions {
  readonly files: PairFiles
  readonly log: Log
  readonly metrics: Registry
  readonly nowMs: () => number
  /** What was served before this process was started again. */
  readonly held?: Held | undefined
  readonly everyMs?: number
}

const EVERY_MS = 1_000
/** A pair that was refused may count later without any change: it is not yet valid, or the clock was wrong. */
const AGAIN_MS = 60_000
/** Renewals come a month before the end; whoever has two weeks left has missed one. */
export const WARNED_DAYS = 14
const DAY_MS = 86_400_000

/** The pair of the files or, while they hold none that can be served, the held one. Throws one of `tlsFaults` when there is neither. */
export function startingPair(
  files: PairFiles,
  held: Held | undefined,
  nowMs: number,
): { pair: Pair; failure?: string } {
  try {
    return { pair: readPair(files, nowMs) }
  } catch (error) {
    if (held === undefined) throw error
    try {
      return { pair: checkedPair(held, files, nowMs), failure: sayingOf(error) }
    } catch {
      // Of both it is the files that somebody can mend.
      throw error
    }
  }
}

const sayingOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** Throws one of `tlsFaults` when there is no pair that can be served. */
export function keepPair({ files, log, metrics, nowMs, held, everyMs = EVERY_MS }: KeepOptions): KeptPair {
  // Before they are read: a change at this moment is seen as one.
  let judged = stateOf(files)
  const start = startingPair(files, held, nowMs())
  let current = start.pair
  let { failure } = start
  const takers: ((pair: Pair) => void)[] = []
  const { reloads, refused } = openMetrics(metrics, () => current)

  const end = () => ({ 'x509.not_after': current.leaf.validTo, 'x509.serial_number': current.leaf.serialNumber })
  const warn = () => {
    const days = daysLeft(current, nowMs())
    if (days < WARNED_DAYS) log.warn({ ...end(), days }, 'the certificate ends soon: renew it')
  }
  warn()
  if (failure !== undefined) {
    refused.set(1)
    log.error(
      { why: failure, ...end() },
      'the certificate files can not be served; the certificate from before the restart is',
    )
  }

  const judge = () => {
    try {
      const pair = readPair(files, nowMs())
      const isNew = pair.cert !== current.cert || pair.key !== current.key
      const wasRefused = failure !== undefined
      failure = undefined
      refused.set(0)
      if (!isNew && !wasRefused) return
      current = pair
      if (isNew) for (const take of takers) take(pair)
      reloads.inc({ outcome: 'taken' })
      log.info(end(), 'the certificate in the files is served from now on')
      warn()
    } catch (error) {
      const says = sayingOf(error)
      if (says === failure) return
      failure = says
      refused.set(1)
      reloads.inc({ outcome: 'refused' })
      log.error(
        { err: error, ...end() },
        'the changed certificate files can not be served; the former certificate stays',
      )
    }
  }

  let seen: string | undefined
  let judgedAt = performance.now()
  const look = () => {
    const now = stateOf(files)
    const isStill = now === seen
    seen = now
    const isDue = failure !== undefined && performance.now() - judgedAt >= AGAIN_MS
    if (!isStill || (now === judged && !isDue)) return
    // Before the files are read: what changes meanwhile is seen as a change next time.
    judged = now
    judgedAt = performance.now()
    judge()
  }
  const timer = setInterval(look, everyMs).unref()
  let lastWarned = performance.now()
  const daily = setInterval(() => {
    if (performance.now() - lastWarned < DAY_MS) return
    lastWarned = performance.now()
    warn()
  }, AGAIN_MS).unref()
  return {
    current: () => current,
    onTaken: (take) => void takers.push(take),
    reload() {
      // First, and whatever they hold: who asked looks for this line.
      log.info({ ...end() }, 'the certificate files are read again, as was asked')
      judge()
    },
    failure: () => failure,
    [Symbol.dispose]() {
      clearInterval(timer)
      clearInterval(daily)
    },
  }
}

export const daysLeft = ({ leaf }: Pair, nowMs: number): number =>
  Math.floor((leaf.validToDate.getTime() - nowMs) / DAY_MS)

/** Tells one state of the files from another; what is at the end of links counts. */
function stateOf({ certificate, key }: PairFiles): string {
  const states = [certificate, key].map((file) => {
    try {
      const { dev, ino, size, mtimeNs, ctimeNs } = statSync(file, { bigint: true })
      return [dev, ino, size, mtimeNs, ctimeNs].join(' ')
    } catch (error) {
      return (error as NodeJS.ErrnoException).code
    }
  })
  return states.join(', ')
}

function openMetrics(metrics: Registry, current: () => Pair) {
  gaugeIn(metrics, TLS_METRICS.notAfter, (gauge) => gauge.set(current().leaf.validToDate.getTime() / 1000))
  const refused = gaugeIn(metrics, TLS_METRICS.refused)
  const reloads = counterIn(metrics, TLS_METRICS.reloads)
  for (const outcome of ['taken', 'refused']) reloads.inc({ outcome }, 0)
  refused.set(0)
  return { reloads, refused }
}
