/** How operations watches: what it scrapes, how often, by which rules it judges, and what is done when an alert changes. */
import type { Registry } from 'prom-client'
import type { Audit, Caller } from '#audit'
import { nowMilliseconds } from '#foundation/clock.ts'
import type { Database } from '#foundation/database.ts'
import type { Log } from '#foundation/log.ts'
import type { Fetch } from '#foundation/tls/calls.ts'
import { select } from '#promql'
import type { AlertsDoor } from './http/operations/alerts.ts'
import type { SamplesDoor } from './http/operations/samples.ts'
import { recordBy } from './identity-care.ts'
import { type AlertChange, askedBy, openAlertsBook, openJudging, RULES } from './operations/alerts/index.ts'
import {
  chartedMetrics,
  chartsOf,
  courseOf,
  openStore,
  startSampling,
  type Target,
} from './operations/samples/index.ts'
import type { openSettings } from './settings.ts'

interface Needs {
  readonly control: Database
  readonly audit: Audit
  readonly metrics: Registry
  readonly log: Log
  readonly hospital: string
  readonly token: string
  readonly fetch: Fetch
  /** Where operations listens, once it does. */
  readonly operations: () => string
}

export interface Watch {
  readonly samples: SamplesDoor
  readonly alerts: AlertsDoor
  /** How many bytes the disk of the home had free in the last days; nothing while nothing is kept. */
  freeDisk(days: number): Promise<readonly { readonly atMs: number; readonly value: number }[]>
  /** Begins to scrape, until it is disposed; does not when `OMNICARE_SCRAPE_SECONDS` says that somebody else does. */
  start(): AsyncDisposable
}

/** What does not answer within this is down. */
const PATIENCE_MS = 5_000
const USUAL_SECONDS = 15
const FORGET_EVERY_MS = 3_600_000
const FREE_DISK = select('omnicare_disk_free_bytes', { job: 'operations', keeps: 'home' })

export function openWatch(
  settings: Pick<ReturnType<typeof openSettings>['settings'], 'scrapeSeconds' | 'alertsHoldPercent'>,
  { control, audit, metrics, log, ...planes }: Needs,
): Watch {
  const { scrapeSeconds, alertsHoldPercent: holdPercent } = settings
  const isOn = scrapeSeconds > 0
  const everySeconds = isOn ? scrapeSeconds : USUAL_SECONDS
  const store = openStore(control, everySeconds)
  // Pages that listen look again whenever it is another: what is done to alerts is recorded, what becomes of them is told.
  let sign = 0
  const record = recordBy(audit)
  const alerts = openAlertsBook<Caller>({
    control,
    judgedHere: isOn,
    changed: async (_tx, changes) => {
      for (const change of changes) noteChange(log, change)
      sign++
    },
    record: async (caller, deed, tx) => {
      await record(caller, deed, tx)
      sign++
    },
    nowMs: nowMilliseconds,
    metrics,
  })
  const asked = askedBy(RULES)
  const judging = openJudging({ control, rules: RULES, holdPercent, tell: alerts.tell, log })
  let forgot = 0
  return {
    samples: { charts: (question) => chartsOf(question, { store, everySeconds, nowMs: nowMilliseconds() }) },
    alerts: { ...alerts, sign: () => sign },
    freeDisk: (days) => courseOf(FREE_DISK, days, { store, nowMs: nowMilliseconds() }),
    start: () =>
      isOn
        ? startSampling({
            control,
            store,
            targets: targetsOf(metrics, planes),
            metrics: new Set([...chartedMetrics(), ...asked.metrics, FREE_DISK.metric]),
            backSeconds: asked.backSeconds,
            longestSeconds: asked.longestSeconds,
            everySeconds,
            async judge(look) {
              await judging(look)
              if (look.atMs - forgot < FORGET_EVERY_MS) return
              forgot = look.atMs
              // With the control database away judging goes on, and there is nothing that has to be forgotten just now.
              await alerts.forget(look.atMs).catch((error: unknown) => {
                log.warn({ err: error }, 'old alerts could not be forgotten; it is tried again in an hour')
              })
            },
            nowMs: nowMilliseconds,
            registry: metrics,
            log,
          })
        : new AsyncDisposableStack(),
  }
}

function noteChange(log: Log, { alert, from, to }: AlertChange): void {
  const { name, severity, fingerprint, summary, runbook } = alert
  const what = { alert: name, severity, fingerprint, from, to, summary, runbook }
  if (to === 'firing') log.warn(what, 'an alert fires')
  else log.info(what, `an alert is ${to}`)
}

function targetsOf(
  metrics: Registry,
  { hospital, token, fetch, operations }: Pick<Needs, 'hospital' | 'token' | 'fetch' | 'operations'>,
): Target[] {
  const hostOf = (address: string) => new URL(address).host
  return [
    {
      job: 'hospital',
      instance: hostOf(hospital),
      async read() {
        const answer = await fetch(`${hospital}/metrics`, {
          headers: { authorization: `Bearer ${token}` },
          signal: AbortSignal.timeout(PATIENCE_MS),
        })
        if (!answer.ok) throw new Error(`the hospital answers ${answer.status}`)
        return answer.text()
      },
    },
    // By itself, not by its door: what it could not answer, it could not judge either.
    { job: 'operations', instance: hostOf(operations()), read: () => metrics.metrics() },
  ]
}
