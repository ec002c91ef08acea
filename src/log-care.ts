/** How operations looks after the logs of both planes: where they lie, by the settings, and for how long. */
import { join } from 'node:path'
import { nowMilliseconds } from '#foundation/clock.ts'
import type { Log } from '#foundation/log.ts'
import {
  type CheckOptions,
  checkLogs,
  keepRetention,
  type LogCheck,
  type LogPage,
  type LogQuery,
  searchLogs,
} from './operations/logs/index.ts'
import type { openSettings } from './settings.ts'

type Settings = Pick<ReturnType<typeof openSettings>['settings'], 'home' | 'auditLogFolder' | 'auditLogDays'>

export interface LogCare {
  readonly search: (query: LogQuery) => Promise<LogPage>
  readonly check: () => Promise<LogCheck>
  /** Removes what is too old, as long as it isn't disposed. */
  readonly retain: (log: Log) => AsyncDisposable
}

export function openLogCare({ home, auditLogFolder, auditLogDays: auditDays }: Settings): LogCare {
  const folder = join(home, 'logs')
  const nowMs = nowMilliseconds
  const checked: CheckOptions = { folder, auditFolder: auditLogFolder ?? join(home, 'audit-logs'), auditDays, nowMs }
  return {
    search: (query) => searchLogs({ folder, nowMs }, query),
    check: () => checkLogs(checked),
    retain: (log) => keepRetention({ folder, nowMs, log }),
  }
}
