/** Both databases of a test's own, empty and migrated, with the roles that the product takes on. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AuditEntry } from '#audit'
import { type Database, openDatabase } from '#foundation/database.ts'
import { startEmbedded } from '#foundation/embedded/server.ts'
import { newId } from '#foundation/ids.ts'
import { type Log, openLog } from '#foundation/log.ts'
import { migrate } from '#foundation/migrate.ts'
import { sql } from '#foundation/sql.ts'

type After = { readonly after: (release: () => Promise<void>) => void }

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
  const home = mkdtempSync(join(tmpdir(), 'omnicare-ledger-'))
  chmodSync(home, 0o711)
  mkdirSync(join(home, 'logs'))
  const house = new AsyncDisposableStack()
  t.after(async () => {
    await house.disposeAsync()
    rmSync(home, { recursive: true, force: true })
  })
  const log = house.use(openLog({ service: 'test', folder: join(home, 'logs'), level: 'error', toStdout: false }))
  const server = await startEmbedded({ name: 'control', folder: join(home, 'control'), log })
  house.defer(() => server.stop())
  const open = async (url: string, role?: string) =>
    house.use(
      await openDatabase({ url, connections: 6, statementTimeoutMs: 60_000, log, ...(role !== undefined && { role }) }),
    )
  const superuser = await open(server.url)
  await superuser.rows(sql`CREATE DATABASE record`)
  const recordUrl = server.url.replace('/omnicare?', '/record?')
  await migrate(server.url, join(import.meta.dirname, '../../migrations/control'), log)
  await migrate(recordUrl, join(import.meta.dirname, '../../migrations/record'), log)
  return {
    home,
    log,
    recordUrl,
    controlUrl: server.url,
    superuser,
    recordOwner: await open(recordUrl),
    hospital: await open(recordUrl, 'omnicare_hospital'),
    record: await open(recordUrl, 'omnicare_operations'),
    control: await open(server.url, 'omnicare_operations'),
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
