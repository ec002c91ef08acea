/** How operations keeps the audit ledger: by which settings it is opened, and what is done with it every day. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  destroyOverdue,
  type ExportPlace,
  exportDaily,
  type Ledger,
  type MasterKeyPlace,
  openExportPlace,
  placeOfMasterKey,
} from '#audit'
import { nowMilliseconds } from '#foundation/clock.ts'
import type { Log } from '#foundation/log.ts'
import { readVerifier, type Verifier } from '#tlog'
import type { openSettings } from './settings.ts'

/** With fewer rights than the user that migrates: it can add to the ledger, and neither change nor remove what is there. */
export const ROLE = 'omnicare_operations'
/** Entries in one transaction of the sealer. */
export const ENTRIES_AT_ONCE = 2_000

type Settings = ReturnType<typeof openSettings>['settings']

export const masterKey = ({ home, auditKey, auditKeyFile, auditFormerKeyFile }: Settings): MasterKeyPlace =>
  placeOfMasterKey({
    file: auditKeyFile ?? join(home, 'audit-key'),
    isDefault: auditKeyFile === undefined,
    given: auditKey,
    formerFile: auditFormerKeyFile,
  })

export const witnessedLogs = (file: string | undefined): Verifier[] =>
  file === undefined
    ? []
    : readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line.trim() !== '')
        .map((line) => readVerifier(line.trim()))

/** How `audit.log` and `phi-access.log` are kept. */
export const auditLogs = (ledger: Ledger, { home, auditLogFolder, auditLogDays }: Settings, log: Log) => ({
  ledger,
  folder: auditLogFolder ?? join(home, 'audit-logs'),
  days: auditLogDays,
  nowMs: nowMilliseconds,
  log,
})

/** Opens a place to be exported to, by these settings. */
export const exportPlace =
  ({ auditExportEndpoint, auditExportLock, auditRetentionYears }: Settings) =>
  (address: string): Promise<ExportPlace> =>
    openExportPlace(address, {
      endpoint: auditExportEndpoint,
      lock: auditExportLock,
      years: auditRetentionYears,
      nowMs: nowMilliseconds,
    })

/** Destroys the keys whose time is over, and exports what is new. */
export async function careDaily(ledger: Ledger, settings: Settings, log: Log): Promise<void> {
  const destroyed = await destroyOverdue(ledger, { years: settings.auditRetentionYears, nowMs: nowMilliseconds() })
  if (destroyed.length > 0) log.info({ months: destroyed }, 'audit keys whose retention is over were destroyed')
  if (settings.auditExport === undefined) return
  const exported = await exportDaily(ledger, settings.auditExport, exportPlace(settings), nowMilliseconds())
  log.info({ ...exported }, 'the audit ledger was exported')
}
