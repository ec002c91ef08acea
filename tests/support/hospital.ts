import { randomBytes } from 'node:crypto'
import { Registry } from 'prom-client'
import { type Audit, openIntake, openMasterKey, openSpool } from '#audit'
import type { Database } from '#foundation/database.ts'
import type { Sql } from '#foundation/sql.ts'
import type { Trust } from '#identity/entry'
import { type HealthRecord, hospitalPolicy, openRecord, type Policy, type ReferencePolicy } from '#record'
import { openHttp } from '../../src/http/index.ts'
import { auditOf } from './audit.ts'
import { startHome } from './home.ts'
import type { Copied } from './ready.ts'
import type { After } from './suite.ts'
import { tapped } from './tapped.ts'

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

/** Most that its spool keeps. */
export const SPOOL_BYTES = 128 * 1024

/** A hospital of a test's own: embedded PostgreSQL with nothing in it, the record, the HTTP door on a free port. */
export async function startHospital(
  t: After,
  {
    references = 'transaction',
    statementTimeoutMs = 30_000,
    spoolIn,
    trust,
    policy = hospitalPolicy(),
    sent,
    durable = false,
  }: Copied & {
    references?: ReferencePolicy
    statementTimeoutMs?: number
    spoolIn?: string
    trust?: Trust
    policy?: Policy
    /** Told of each statement of the hospital before it goes out. */
    sent?: (statement: Sql) => Promise<void>
  } = {},
): Promise<TestHospital> {
  const { url, house, log, open } = await startHome(t, 'record', { durable })
  const db = await open({ url, connections: 10, statementTimeoutMs })
  const opened = await open({ url, connections: 10, statementTimeoutMs, role: 'omnicare_hospital' })
  const own = sent === undefined ? opened : tapped(opened, sent)
  const metrics = new Registry()
  const spool =
    spoolIn === undefined
      ? undefined
      : house.use(
          openSpool({
            folder: spoolIn,
            key: openMasterKey(randomBytes(32)),
            mostBytes: SPOOL_BYTES,
            intake: openIntake(own),
            log,
            everyMs: 50,
          }),
        )
  const audit = auditOf(own, metrics, spool)
  const record = house.use(openRecord({ db: own, audit, references, policy, log }))
  const token = 'a-token-that-only-this-test-knows'
  const settings = { host: '127.0.0.1', port: 0, bodyLimitMiB: 32, shutdownSeconds: 5 }
  const http = house.use(
    await openHttp({
      record,
      audit,
      log,
      metrics,
      settings,
      token,
      longestWaitMs: own.longestWaitMs,
      ...(trust && { trust }),
    }),
  )
  return { base: `${http.address}/fhir/R4`, url: http.address, token, record, db, own, audit, metrics }
}
