/** The alerts that there are and were: told of, shown, acknowledged and silenced. */
import type { Registry } from 'prom-client'
import type { Database, Queries } from '#foundation/database.ts'
import { newId } from '#foundation/ids.ts'
import { counterIn, gaugeIn } from '#foundation/metric.ts'
import { SEVERITIES } from '#foundation/severity.ts'
import { at, instant } from '#foundation/timestamp.ts'
import type { Labels } from '#promql'
import { alertsFaults } from './faults.ts'
import { ALERT_METRICS } from './metrics.ts'
import {
  acknowledgeAlert,
  addSilence,
  changeAlone,
  currentSilences,
  endedAlerts,
  endSilence,
  findAlert,
  forgetAlerts,
  forgetSilences,
  judgedAt,
  openAlerts,
  type SilenceRow,
} from './statements/alerts.ts'
import { alertOf, type Told, tell, type Went } from './telling.ts'
import type { Alert, AlertChange, AlertHistory, AlertsAnswer, Silence } from './terms.ts'

/** Who does something, as the audit trail has them; `C` is its caller. */
interface Doer<C> {
  readonly caller: C
  readonly name: string
}

export interface AlertsOptions<C> {
  readonly control: Database
  readonly judgedHere: boolean
  /**
   * Within the transaction in which alerts change: whoever has to be told of it is put down here, or nobody is and nothing
   * changed. What is silenced says so.
   */
  readonly changed: (tx: Queries, changes: readonly AlertChange[]) => Promise<void>
  /** Writes down what somebody did, in the transaction in which it is done. */
  readonly record: (caller: C, deed: AlertDeed, tx: Queries) => Promise<void>
  readonly nowMs: () => number
  readonly metrics: Registry
}

interface AlertDeed {
  readonly action: 'operation'
  readonly resources: readonly string[]
  readonly patients: readonly string[]
  readonly status: number
  readonly reason: string
}

export interface Alerts<C> {
  list(): Promise<AlertsAnswer>
  history(asked: { readonly before?: string; readonly name?: string; readonly most?: number }): Promise<AlertHistory>
  acknowledge(doer: Doer<C>, id: string, reason: string): Promise<Alert>
  /** Nobody is told of alerts with these labels until then. */
  silence(doer: Doer<C>, silence: NewSilence): Promise<Silence>
  endSilence(doer: Doer<C>, id: string): Promise<void>
  tell(tx: Queries, told: readonly Told[], nowMs: number): Promise<Went>
  /** What Alertmanager has told, in a transaction of its own. */
  take(told: readonly Told[]): Promise<void>
  /** Forgets what is over for long. */
  forget(nowMs: number): Promise<void>
}

export interface NewSilence {
  readonly labels: Labels
  readonly until: string
  readonly reason: string
}

const DAY_MS = 86_400_000
const KEPT_DAYS = 400
const LONGEST_SILENCE_DAYS = 30
const MOST_SILENCES = 200
const MOST_LISTED = 200
const MOST_LABELS = 10
const LONGEST_LABEL = 200
const ORDER: Readonly<Record<string, number>> = Object.fromEntries(SEVERITIES.map((one, index) => [one, index]))

export function openAlertsBook<C>(options: AlertsOptions<C>): Alerts<C> {
  const { control, judgedHere, changed, record, nowMs } = options
  const counted = openCounts(options.metrics)

  const silencesNow = (db: Pick<Queries, 'rows'>) => db.rows(currentSilences(at(nowMs())))
  const telling = async (tx: Queries, told: readonly Told[], now: number): Promise<Went> => {
    const went = await tell(tx, told, now)
    counted.left(went.left)
    if (went.changes.length > 0) {
      const silences = await silencesNow(tx)
      await changed(
        tx,
        went.changes.map((change) => ({ ...change, alert: silenced(change.alert, silences) })),
      )
    }
    counted.open((await tx.rows(openAlerts())).map((row) => alertOf(row)))
    return went
  }
  const deed = (resource: string, reason: string): AlertDeed => ({
    action: 'operation',
    resources: [resource],
    patients: [],
    status: 200,
    reason,
  })

  return {
    tell: telling,
    take: async (told) => void (await control.transaction((tx) => telling(tx, told, nowMs()))),
    async list() {
      const [open, silences, [watch]] = await Promise.all([
        control.rows(openAlerts()),
        silencesNow(control),
        control.rows(judgedAt()),
      ])
      const alerts = open.map((row) => silenced(alertOf(row), silences))
      counted.open(alerts)
      return {
        alerts: alerts.toSorted(worstFirst),
        silences: silences.map(silenceOf),
        judgedHere,
        ...(watch?.judged != null && { judged: instant(watch.judged) }),
      }
    },
    async history({ before, name, most = 50 }) {
      const many = Math.max(1, Math.min(most, MOST_LISTED))
      const rows = await control.rows(endedAlerts(before, name, many))
      const next = rows.length === many ? rows.at(-1)?.id : undefined
      return { alerts: rows.map((row) => alertOf(row)), ...(next !== undefined && { next }) }
    },
    acknowledge: ({ caller, name }, id, reason) =>
      control.transaction(async (tx) => {
        const text = reasonIn(reason)
        await tx.rows(changeAlone())
        const [row] = await tx.rows(findAlert(id))
        if (row === undefined || row.state === 'resolved') throw alertsFaults['no-alert']()
        if (row.acknowledged !== null) throw alertsFaults.acknowledged()
        const [now] = await tx.rows(acknowledgeAlert(id, at(nowMs()), name, text))
        await record(caller, deed(`alert/${id}`, 'alert acknowledged'), tx)
        return alertOf(now ?? row)
      }),
    silence: ({ caller, name }, { labels, until, reason }) =>
      control.transaction(async (tx) => {
        const row: SilenceRow = {
          id: newId(),
          labels: JSON.stringify(labelsIn(labels)),
          made: at(nowMs()),
          made_by: name,
          reason: reasonIn(reason),
          until: untilIn(until, nowMs()),
        }
        await tx.rows(changeAlone())
        if ((await silencesNow(tx)).length >= MOST_SILENCES) throw alertsFaults['too-many']({ most: MOST_SILENCES })
        await tx.rows(addSilence(row))
        await record(caller, deed(`silence/${row.id}`, 'alerts silenced'), tx)
        return silenceOf(row)
      }),
    endSilence: ({ caller }, id) =>
      control.transaction(async (tx) => {
        if ((await tx.rows(endSilence(id, at(nowMs())))).length === 0) throw alertsFaults['no-silence']()
        await record(caller, deed(`silence/${id}`, 'silence ended'), tx)
      }),
    async forget(now) {
      await control.rows(forgetAlerts(at(now - KEPT_DAYS * DAY_MS)))
      await control.rows(forgetSilences(at(now - KEPT_DAYS * DAY_MS)))
    },
  }
}

const worstFirst = (a: Alert, b: Alert): number =>
  Number(b.state === 'firing') - Number(a.state === 'firing') ||
  (ORDER[a.severity] ?? 0) - (ORDER[b.severity] ?? 0) ||
  a.since.localeCompare(b.since)

function silenced(alert: Alert, silences: readonly SilenceRow[]): Alert {
  const untils = silences
    .filter(({ labels }) =>
      Object.entries(JSON.parse(labels) as Labels).every(([name, value]) => alert.labels[name] === value),
    )
    .map(({ until }) => instant(until))
  const last = untils.sort().at(-1)
  return last === undefined ? alert : { ...alert, silencedUntil: last }
}

const silenceOf = ({ id, labels, made, made_by: by, reason, until }: SilenceRow): Silence => ({
  id,
  labels: JSON.parse(labels) as Labels,
  made: instant(made),
  by,
  reason,
  until: instant(until),
})

function reasonIn(given: string): string {
  const reason = given.trim()
  if (reason.length < 3 || reason.length > 500) throw alertsFaults['no-reason']()
  return reason
}

function labelsIn(labels: Labels): Labels {
  const entries = Object.entries(labels)
  const fit = entries.every(([name, value]) => name.length <= LONGEST_LABEL && value.length <= LONGEST_LABEL)
  if (entries.length === 0 || entries.length > MOST_LABELS || !fit) throw alertsFaults['bad-labels']()
  return labels
}

function untilIn(given: string, nowMs: number): string {
  const ms = /^\d{4}-\d\d-\d\dT/.test(given) ? Date.parse(given) : Number.NaN
  if (!(ms > nowMs && ms <= nowMs + LONGEST_SILENCE_DAYS * DAY_MS))
    throw alertsFaults['bad-until']({ days: LONGEST_SILENCE_DAYS })
  return at(ms)
}

function openCounts(metrics: Registry) {
  const gauge = gaugeIn(metrics, ALERT_METRICS.open)
  const left = counterIn(metrics, ALERT_METRICS.leftOut)
  const open = (alerts: readonly Alert[]) => {
    for (const severity of SEVERITIES)
      for (const state of ['pending', 'firing'] as const)
        gauge.set({ severity, state }, alerts.filter((one) => one.severity === severity && one.state === state).length)
  }
  open([])
  return { open, left: (count: number) => left.inc(count) }
}
