/** Both databases of a test's own, empty and migrated, with the roles that the product takes on. */
import type { AuditEntry } from '#audit'
import type { Database } from '#foundation/database.ts'
import { newId } from '#foundation/ids.ts'
import type { Log } from '#foundation/log.ts'
import { startHome } from './home.ts'
import type { After } from './suite.ts'

export interface TestLedgers {
  readonly home: string
  readonly log: Log
  /** As the owner. */
  readonly recordUrl: string
  readonly controlUrl: string
  /** As the hospital opens it. */
  readonly hospital: Database
  /** As operations opens them. */
  readonly record: Database
  readonly control: Database
  /** As a superuser does, with no trigger in the way. */
  readonly superuser: Database
  /** As a superuser does, of the record. */
  readonly recordOwner: Database
}

/** One embedded server with two databases: a control database, and one that has of the record what audit needs. */
export async function startLedgers(t: After): Promise<TestLedgers> {
  const { home, log, url, open } = await startHome(t, 'ledgers')
  const as = (address: string, role: { role?: string } = {}) =>
    open({ url: address, connections: 6, statementTimeoutMs: 60_000, ...role })
  const superuser = await as(url)
  const recordUrl = url.replace('/omnicare?', '/record?')
  return {
    home,
    log,
    recordUrl,
    controlUrl: url,
    superuser,
    recordOwner: await as(recordUrl),
    hospital: await as(recordUrl, { role: 'omnicare_hospital' }),
    record: await as(recordUrl, { role: 'omnicare_operations' }),
    control: await as(url, { role: 'omnicare_operations' }),
  }
}

/** An entry as the hospital records one. */
export const entryOf = (more: Partial<AuditEntry> = {}): AuditEntry => ({
  v: 1,
  id: newId(),
  at: new Date().toISOString(),
  plane: 'hospital',
  request: 'request-1',
  actor: { kind: 'person', id: 'ada' },
  role: 'clinician',
  purpose: 'TREAT',
  action: 'read',
  resources: ['Patient/1/_history/1'],
  patients: ['Patient/1'],
  outcome: 'success',
  status: 200,
  address: '127.0.0.1',
  agent: 'test',
  breakGlass: false,
  ...more,
})
