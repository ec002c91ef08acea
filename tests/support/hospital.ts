import { randomBytes } from 'node:crypto'
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Registry } from 'prom-client'
import { type Audit, openIntake, openMasterKey, openSpool } from '#audit'
import { type Database, openDatabase } from '#foundation/database.ts'
import { startEmbedded } from '#foundation/embedded/server.ts'
import { openLog } from '#foundation/log.ts'
import { migrate } from '#foundation/migrate.ts'
import type { Trust } from '#identity/entry'
import { type HealthRecord, hospitalPolicy, openRecord, type Policy, type ReferencePolicy } from '#record'
import { openHttp } from '../../src/http/index.ts'
import { auditOf } from './audit.ts'

export interface TestHospital {
  /** FHIR base. */
  readonly base: string
  readonly url: string
  readonly token: string
  readonly record: HealthRecord
  /** As whoever may do everything opens it. */
  readonly db: Database
  /** As the hospital opens it. */
  readonly own: Database
  readonly audit: Audit
  readonly metrics: Registry
}

const MIB = 1024 * 1024

type After = { readonly after: (release: () => Promise<void>) => void }

/** A hospital of a test's own: embedded PostgreSQL on fresh data, the record, the HTTP door on a free port. */
export async function startHospital(
  t: After,
  {
    references = 'transaction',
    statementTimeoutMs = 30_000,
    spoolIn,
    trust,
    policy = hospitalPolicy(),
  }: {
    references?: ReferencePolicy
    statementTimeoutMs?: number
    spoolIn?: string
    trust?: Trust
    policy?: Policy
  } = {},
): Promise<TestHospital> {
  const home = mkdtempSync(join(tmpdir(), 'omnicare-test-'))
  chmodSync(home, 0o711)
  mkdirSync(join(home, 'logs'))
  const house = new AsyncDisposableStack()
  t.after(async () => {
    await house.disposeAsync()
    rmSync(home, { recursive: true, force: true })
  })
  const log = house.use(openLog({ service: 'test', folder: join(home, 'logs'), level: 'info', toStdout: false }))
  const server = await startEmbedded({ name: 'record', folder: join(home, 'record'), log })
  house.defer(() => server.stop())
  await migrate(server.url, join(import.meta.dirname, '../../migrations/record'), log)
  const open = async (connections: number, role: { role?: string } = {}) =>
    house.use(await openDatabase({ url: server.url, connections, statementTimeoutMs, log, ...role }))
  const db = await open(10)
  const own = await open(10, { role: 'omnicare_hospital' })
  const metrics = new Registry()
  const spool =
    spoolIn === undefined
      ? undefined
      : house.use(
          openSpool({
            folder: spoolIn,
            key: openMasterKey(randomBytes(32)),
            mostBytes: MIB,
            intake: openIntake(own),
            log,
            everyMs: 50,
          }),
        )
  const audit = auditOf(own, metrics, spool)
  const record = house.use(openRecord({ db: own, audit, references, policy, log }))
  const token = 'a-token-that-only-this-test-knows'
  const settings = { host: '127.0.0.1', port: 0, bodyLimitMiB: 32, shutdownSeconds: 5 }
  const http = house.use(await openHttp({ record, audit, log, metrics, settings, token, ...(trust && { trust }) }))
  return { base: `${http.address}/fhir/R4`, url: http.address, token, record, db, own, audit, metrics }
}
