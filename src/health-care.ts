/** How operations watches: which probes there are here, by which settings, and what is made of their answers. */
import { join } from 'node:path'
import type { Registry } from 'prom-client'
import { nowMilliseconds } from '#foundation/clock.ts'
import type { Database } from '#foundation/database.ts'
import type { Log } from '#foundation/log.ts'
import { openLone } from '#foundation/lone.ts'
import { openFetch } from '#foundation/tls/calls.ts'
import { daysLeft, WARNED_DAYS } from '#foundation/tls/keep.ts'
import type { HealthDoor } from './http/operations/health.ts'
import { missingPages } from './http/operations/pages.ts'
import {
  auditLogsProbe,
  backupProbe,
  certificateProbe,
  databaseProbes,
  diskProbe,
  type HospitalLife,
  keepHistory,
  mailProbe,
  memoryProbe,
  meterSla,
  ntpProbe,
  openWatch,
  type Probe,
  pagesProbe,
  proceduresProbe,
  recentErrors,
  reportHealth,
  type Sealing,
  SLA_DAYS,
  sealingProbe,
  serviceProbes,
  slaOf,
  turnProbe,
  WATCHED,
  type Waiting,
} from './operations/health/index.ts'
import type { openSettings } from './settings.ts'
import type { Tls } from './tls.ts'

type Settings = ReturnType<typeof openSettings>['settings']

export interface HealthNeeds {
  readonly settings: Settings
  readonly recordUrl: string
  readonly controlUrl: string
  readonly control: Database
  readonly hospital: HospitalLife & { readonly onChange: (tell: () => void) => void }
  /** Where the hospital answers. */
  readonly address: string
  readonly tls: Tls | undefined
  readonly sealing: () => readonly Sealing[]
  /** Why audit.log can't be written; nothing when it can. */
  readonly auditLogs: () => string | undefined
  /** What waits to be mailed; absent where nothing is mailed. */
  readonly mail: (() => Promise<Waiting>) | undefined
  /** Names of those that nobody has done in time. */
  readonly lateProcedures: () => readonly string[]
  readonly metrics: Registry
  readonly log: Log
}

const STATEMENT_TIMEOUT_MS = 3_000
const HOUR_MS = 3_600_000

/** Begins to watch; until it is disposed. */
export function openHealth(needs: HealthNeeds): HealthDoor & AsyncDisposable {
  const { settings, control, hospital, metrics, log } = needs
  const house = new AsyncDisposableStack()
  const nowMs = nowMilliseconds
  const watch = house.use(
    openWatch({ probes: probesOf(needs, house), nowMs, metrics, log, changed: (change) => history.add(change) }),
  )
  const history = house.use(
    keepHistory({ control, nowMs, takeWatched: watch.takeWatched, remembers: { probe: WATCHED, days: SLA_DAYS }, log }),
  )
  meterSla(metrics, { watch, history })
  // Not at the next time on the schedule: a restart is over by then.
  hospital.onChange(() => void watch.ask(['hospital:ready', 'hospital:copies', 'hospital:restarts']))
  const report = {
    watch,
    history,
    sla: () => slaOf(history),
    errors: () => recentErrors(join(settings.home, 'logs'), nowMs() - HOUR_MS),
    region: settings.region,
    nowMs,
  }
  return {
    watch,
    nowMs,
    report: (anew) => reportHealth(report, anew),
    [Symbol.asyncDispose]: () => house.disposeAsync(),
  }
}

function probesOf(needs: HealthNeeds, house: AsyncDisposableStack): Probe[] {
  const { settings, recordUrl, controlUrl, hospital, address, tls, sealing, auditLogs, mail, lateProcedures } = needs
  const nowMs = nowMilliseconds
  const database = (name: 'record' | 'control', url: string, carries: string) => {
    const lone = house.use(openLone({ url, name: 'omnicare health', statementTimeoutMs: STATEMENT_TIMEOUT_MS }))
    return databaseProbes({ name, lone, carries, nowMs })
  }
  const { home, ntpServer, auditLogFolder } = settings
  const folders = { OmniCare: home, ...(auditLogFolder !== undefined && { 'the audit logs': auditLogFolder }) }
  return [
    ...database('record', recordUrl, 'Charts can not be read or changed.'),
    ...database(
      'control',
      controlUrl,
      'Nobody can sign in, and nothing is sealed. Who is in at the hospital goes on until the access token ends; the trail waits in the record.',
    ),
    ...serviceProbes({ life: hospital, address, fetch: openFetch(tls?.believed), nowMs }),
    pagesProbe(missingPages),
    proceduresProbe(lateProcedures),
    sealingProbe(sealing),
    auditLogsProbe(auditLogs),
    ...(mail === undefined ? [] : [mailProbe(mail, nowMs)]),
    ...(tls === undefined ? [] : [certificateProbe(() => certificateOf(tls), WARNED_DAYS)]),
    ...(ntpServer === undefined ? [] : [ntpProbe({ ...ntpServer, nowMs })]),
    diskProbe({ folders, warnPercent: settings.diskWarnPercent }),
    memoryProbe(),
    house.use(turnProbe()),
    backupProbe(() => undefined, nowMs),
  ]
}

const certificateOf = ({ pair }: Pick<Tls, 'pair'>) => ({
  daysLeft: daysLeft(pair.current(), nowMilliseconds()),
  refused: pair.failure() !== undefined,
})
