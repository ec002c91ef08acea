/**
 * What the other rooms tell the daily procedures. Rooms of operations don't know each other: whoever adds one that can tell
 * something joins it here.
 */
import { join } from 'node:path'
import type { Registry } from 'prom-client'
import { countLedger, type Ledger, type SealingState } from '#audit'
import type { Database } from '#foundation/database.ts'
import { at } from '#foundation/timestamp.ts'
import { openFetch } from '#foundation/tls/calls.ts'
import { daysLeft, WARNED_DAYS } from '#foundation/tls/keep.ts'
import { openZone } from '#foundation/zone.ts'
import type { Identity } from '#identity'
import type { LogCare } from './log-care.ts'
import type { Alert, Alerts } from './operations/alerts/index.ts'
import { HEALTH_METRICS, recentErrors, SLA_PERCENT } from './operations/health/index.ts'
import {
  application,
  databases,
  type FindingSource,
  type FindingSources,
  utilisation,
} from './operations/procedures/index.ts'
import { endedByItself, runsOf } from './operations/supervision/index.ts'
import type { openSettings } from './settings.ts'
import type { Tls } from './tls.ts'

type Settings = Pick<ReturnType<typeof openSettings>['settings'], 'home' | 'scheduleZone'>

export interface FindingNeeds {
  readonly control: Database
  /** Of the hospital, as operations reaches it. */
  readonly record: Pick<Database, 'rows'>
  readonly ledger: Ledger
  readonly sealing: () => readonly SealingState[]
  readonly sessions: Pick<Identity['sessions'], 'orphaned'>
  readonly tls: Pick<Tls, 'pair' | 'believed'> | undefined
  readonly alerts: Pick<Alerts<never>, 'list' | 'history'>
  readonly logs: Pick<LogCare, 'check'>
  readonly metrics: Registry
  /** Where both listen; empty while that isn't known. */
  readonly hospital: () => string
  readonly operations: () => string
}

const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000
/** When no rule was judged for so long, that nothing fires says nothing. */
const MOST_UNJUDGED_MS = 5 * 60_000
const MOST_ENDED = 200
const MOST_SEALING_LAG_SECONDS = 5
const MOST_RUNS = 100

/** Who tells what. */
export function findingSources(settings: Settings, needs: FindingNeeds): FindingSources {
  const { home, scheduleZone } = settings
  const say = sayIn(scheduleZone)
  const { control, record, ledger, sealing, sessions, tls, alerts, logs, metrics, hospital, operations } = needs
  const both = [
    { name: 'record', db: record },
    { name: 'control', db: control },
  ]
  const healthOf = (address: () => string) => () => (address() === '' ? undefined : `${address()}/health`)
  return {
    processes: processes(control, say),
    application: application(
      [
        { name: 'hospital', health: healthOf(hospital) },
        { name: 'operations', health: healthOf(operations) },
      ],
      openFetch(tls?.believed),
    ),
    databases: databases(both),
    errors: errorsOfLastHour(join(home, 'logs'), say),
    availability: availability(metrics),
    certificates: certificates(tls),
    sealing: auditTrail(ledger, sealing),
    utilisation: utilisation(home, both),
    logs: logFiles(logs),
    'sign-ins': failedSignIns(ledger, say),
    sessions: async () => {
      const orphaned = await sessions.orphaned()
      if (orphaned.length === 0) return { verdict: 'well', says: 'There is no session that nobody can use.' }
      const lines = orphaned.map(({ userName, place, seen }) => `${userName}, ${place}, last seen ${seen}`)
      return { verdict: 'look', says: `${orphaned.length} sessions can be used by nobody and were left.`, lines }
    },
    alerts: alertsOf(alerts, say),
    // What OmniCare does not do yet is said, and asked of people.
    incidents: notYet('OmniCare keeps no incidents yet: ask whoever was on call.'),
    maintenance: notYet('OmniCare has no maintenance calendar yet: look into yours.'),
    backups: notYet('OmniCare makes no backups yet: look whether yours of today is there, and was verified.'),
    'security-scan': notYet('OmniCare makes no security scan yet: look at the results of yours.'),
  }
}

/** A time of RFC 3339, as the clock of the procedures shows it. */
type Say = (time: string | undefined) => string

const sayIn = (zone: string): Say => {
  const clock = openZone(zone)
  return (time = '') => `${clock.day(Date.parse(time))} ${clock.time(Date.parse(time))}`
}

const notYet =
  (says: string): FindingSource =>
  async () => ({ verdict: 'unknown', says })

const processes =
  (control: Pick<Database, 'rows'>, say: Say): FindingSource =>
  async (period) => {
    const runs = await runsOf(control, period, MOST_RUNS)
    const bad = runs.filter(endedByItself)
    const lines = bad.map(({ ended, started, exitCode, signal }) => {
      const how = signal === undefined ? `with exit status ${exitCode}` : `by ${signal}`
      return `${say(ended)}: the hospital ended by itself, ${how}; it had run since ${say(started)}`
    })
    if (bad.length === 0) return { verdict: 'well', says: 'The hospital did not end by itself.' }
    const times = bad.length === 1 ? 'once' : `${bad.length} times`
    return { verdict: 'look', says: `The hospital ended by itself ${times}, and was started again.`, lines }
  }

const alertsOf =
  ({ list, history }: FindingNeeds['alerts'], say: Say): FindingSource =>
  async ({ fromMs, toMs }) => {
    const [{ alerts, judgedHere, judged }, { alerts: ended }] = await Promise.all([
      list(),
      history({ most: MOST_ENDED }),
    ])
    const firing = alerts.filter(({ state }) => state === 'firing')
    const over = ended.filter(({ resolved = '' }) => Date.parse(resolved) >= fromMs)
    const lines = [...firing, ...over].map((alert) => alertLine(alert, say))
    const isBlind = judgedHere && !(Date.parse(judged ?? '') >= toMs - MOST_UNJUDGED_MS)
    const since = judged === undefined ? 'yet' : `since ${say(judged)}`
    const lacks = isBlind ? ` No rule was judged ${since}: others may hold.` : ''
    if (lines.length === 0)
      return isBlind
        ? { verdict: 'unknown', says: `No alert is known.${lacks}` }
        : { verdict: 'well', says: 'No alert fires, and none has fired.' }
    const many = over.length < MOST_ENDED ? `${over.length}` : `${MOST_ENDED} or more`
    return {
      verdict: 'look',
      says: `Alerts that fire: ${firing.length}; that fired and are over: ${many}.${lacks}`,
      lines,
    }
  }

function alertLine({ name, severity, summary, since, fired, resolved, acknowledged }: Alert, say: Say): string {
  const end = resolved === undefined ? 'fires still' : `over ${say(resolved)}`
  const seen = acknowledged === undefined ? '' : `, acknowledged by ${acknowledged.by}`
  return `${severity}, ${name}: ${summary} Fired ${say(fired ?? since)}, ${end}${seen}`
}

const errorsOfLastHour =
  (folder: string, say: Say): FindingSource =>
  async ({ toMs }) => {
    const { count, newest, lacks } = await recentErrors(folder, toMs - HOUR_MS)
    const lines = newest.map(
      ({ service, message, code, count: times, last }) =>
        `${say(last)}  ${service}: ${message}${code === undefined ? '' : ` (${code})`}${times > 1 ? `, ${times} times` : ''}`,
    )
    const rest = lacks === undefined ? '' : ` ${lacks}`
    if (count > 0)
      return {
        verdict: 'look',
        says: `${count === 1 ? 'One error was' : `${count} errors were`} logged in the last hour.${rest}`,
        lines,
      }
    return { verdict: rest === '' ? 'well' : 'unknown', says: `No error was found in the last hour's logs.${rest}` }
  }

const logFiles =
  (logs: FindingNeeds['logs']): FindingSource =>
  async () => {
    const { well, kept, findings } = await logs.check()
    const lies = kept.map(
      ({ kind, files, bytes, keepDays, oldest }) =>
        `${kind}: ${files} files, ${Math.ceil(bytes / 1024)} KiB, kept for ${keepDays} days${oldest === undefined ? '' : `, the oldest of ${oldest}`}`,
    )
    if (well)
      return { verdict: 'well', says: 'Logs are written, roll over, and go when their time is over.', lines: lies }
    const things = findings.length === 1 ? 'One thing is' : `${findings.length} things are`
    const lines = [...findings.map(({ says, remedy }) => `${says} ${remedy}`), ...lies]
    return { verdict: 'look', says: `${things} not as they should be.`, lines }
  }

const availability =
  (metrics: Registry): FindingSource =>
  async () => {
    const metric = await metrics.getSingleMetric(HEALTH_METRICS.availability.name)?.get()
    const values = metric?.values.filter(({ value }) => Number.isFinite(value)) ?? []
    if (values.length === 0) return { verdict: 'unknown', says: 'Availability is not measured yet.' }
    const lines = values.map(
      ({ labels, value }) => `${Object.values(labels).join(' ') || 'all'}: ${value.toFixed(3)} %`,
    )
    const least = Math.min(...values.map(({ value }) => value))
    const isWell = least >= SLA_PERCENT
    return {
      verdict: isWell ? 'well' : 'look',
      says: `Availability is ${least.toFixed(3)} %${isWell ? '' : `, less than ${SLA_PERCENT} %`}.`,
      lines,
    }
  }

const certificates =
  (tls: Pick<Tls, 'pair'> | undefined): FindingSource =>
  async ({ toMs }) => {
    if (tls === undefined)
      return { verdict: 'well', says: 'OmniCare speaks plain HTTP and has no certificate: look at that of the proxy.' }
    const days = daysLeft(tls.pair.current(), toMs)
    const failure = tls.pair.failure()
    const isWell = days >= WARNED_DAYS && failure === undefined
    return {
      verdict: isWell ? 'well' : 'look',
      says: days < 0 ? 'The certificate is over.' : `The certificate is good for ${Math.floor(days)} more days.`,
      lines: failure === undefined ? [] : ['The changed certificate files can’t be served: the log says why.'],
    }
  }

const auditTrail =
  (ledger: Ledger, sealing: () => readonly SealingState[]): FindingSource =>
  async ({ toMs }) => {
    const states = sealing()
    const late = states.filter(({ lagSeconds }) => lagSeconds > MOST_SEALING_LAG_SECONDS)
    const { count } = await countLedger(ledger, { from: at(toMs - DAY_MS), to: at(toMs) })
    const lines = states.map(
      ({ source, lagSeconds, failure }) =>
        `${source}: nothing has waited longer than ${lagSeconds.toFixed(1)} s${failure === undefined ? '' : `; ${failure}`}`,
    )
    const says = `${count} entries were sealed in the last 24 hours`
    if (late.length > 0) return { verdict: 'look', says: `${says}, and some wait longer than they should.`, lines }
    if (count === 0) return { verdict: 'look', says: 'No entry was sealed in the last 24 hours.', lines }
    return { verdict: 'well', says: `${says}.`, lines }
  }

const failedSignIns =
  (ledger: Ledger, say: Say): FindingSource =>
  async ({ fromMs, toMs }) => {
    const within = { outcome: 'refused', from: at(fromMs), to: at(toMs) } as const
    const [password, second] = await Promise.all(
      (['sign-in', 'second-factor'] as const).map((action) => countLedger(ledger, { ...within, action })),
    )
    const [failed, failedSecond] = [password?.count ?? 0, second?.count ?? 0]
    if (failed + failedSecond === 0) return { verdict: 'well', says: 'No sign-in was refused.' }
    return {
      verdict: 'look',
      says: `${failed} sign-ins and ${failedSecond} second factors were refused since ${say(at(fromMs))}.`,
    }
  }
