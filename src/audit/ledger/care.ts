/** What is done with the ledger besides sealing: its keys changed and destroyed, each time with an entry that says so. */
import { Fault } from '#foundation/fault.ts'
import { newId } from '#foundation/ids.ts'
import { auditFaults } from '../faults.ts'
import { appendEntries } from '../intake/statements/append.ts'
import type { Action, AuditEntry } from '../terms.ts'
import { type Exported, exportLedger } from './export/export.ts'
import type { ExportPlace } from './export/place.ts'
import type { Ledger } from './ledger.ts'
import { isOver } from './month.ts'

/** Who does it, as the request tells. */
export type Doer = Pick<AuditEntry, 'actor' | 'role' | 'request' | 'address' | 'agent'>

const ofSystem = (id: string): Doer => ({
  actor: { kind: 'system', id },
  role: 'system',
  request: 'none',
  address: '',
  agent: '',
})

const entryFor = (doer: Doer, nowMs: number, action: Action, resources: string[], reason: string): AuditEntry => ({
  v: 1,
  id: newId(),
  at: new Date(nowMs).toISOString(),
  plane: 'operations',
  ...doer,
  purpose: 'HOPERAT',
  action,
  resources,
  patients: [],
  outcome: 'success',
  status: 200,
  breakGlass: false,
  reason,
})

/** Wraps all keys by a new master key. Throws `audit/key-not-ours`. */
export const rotateMasterKey = (ledger: Ledger, doer: Doer, nowMs: number): Promise<{ master: string }> =>
  ledger.keys.rotateMaster(async (tx) => {
    const entry = entryFor(doer, nowMs, 'rotate-key', ['audit-key/master'], 'The master key was replaced.')
    await tx.rows(appendEntries([JSON.stringify(entry)]))
  })

/** Gives the log a new signing key; the former ones go on verifying what they have signed. */
export const rotateLogKey = (ledger: Ledger, doer: Doer, nowMs: number): Promise<{ verifier: string }> =>
  ledger.keys.rotateLog(async (tx) => {
    const entry = entryFor(doer, nowMs, 'rotate-key', ['audit-key/log'], 'The signing key was replaced.')
    await tx.rows(appendEntries([JSON.stringify(entry)]))
  })

export interface Retention {
  readonly years: number
  readonly nowMs: number
}

/**
 * Destroys the key of a month whose retention is over; what was written then can never be read again, and stays provable.
 * Throws `audit/too-young`, `audit/no-such-month`.
 */
export async function destroyMonth(
  ledger: Ledger,
  doer: Doer,
  month: string,
  { years, nowMs }: Retention,
): Promise<void> {
  if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(month)) throw auditFaults['no-such-month']()
  if (!isOver(month, years, nowMs)) throw auditFaults['too-young']({ month, years })
  await ledger.keys.destroy(month, async (tx) => {
    const reason = `The key of ${month} was destroyed: its retention of ${years} years is over.`
    const entry = entryFor(doer, nowMs, 'destroy-key', [`audit-key/${month}`], reason)
    await tx.rows(appendEntries([JSON.stringify(entry)]))
  })
}

/**
 * Destroys the keys of all months whose retention is over; gives them. What was left of keys that were destroyed or
 * changed before, because somebody was reading then, goes too.
 */
export async function destroyOverdue(ledger: Ledger, retention: Retention): Promise<string[]> {
  const months = (await ledger.keys.months()).filter(
    ({ month, destroyed }) => destroyed === null && isOver(month, retention.years, retention.nowMs),
  )
  for (const { month } of months) await destroyMonth(ledger, ofSystem('retention'), month, retention)
  await ledger.keys.removeFormer()
  return months.map(({ month }) => month)
}

/** Exports what is new, and writes down how that went. Throws as `exportLedger` and `open` do. */
export async function exportDaily(
  ledger: Ledger,
  address: string,
  open: (address: string) => Promise<ExportPlace>,
  nowMs: number,
): Promise<Exported> {
  const tell = async (outcome: Partial<AuditEntry>) => {
    const reason = `The daily export of the audit ledger to ${address}.`
    const entry = entryFor(ofSystem('export'), nowMs, 'export', ['audit-ledger/all'], reason)
    await ledger.control.rows(appendEntries([JSON.stringify({ ...entry, ...outcome })]))
  }
  try {
    const exported = await exportLedger(ledger, await open(address))
    await tell({})
    return exported
  } catch (error) {
    const code = error instanceof Fault ? error.code : 'unexpected'
    await tell({ outcome: 'failed', status: 500, code })
    throw error
  }
}
