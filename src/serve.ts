/**
 * The hospital, opened from the ground up and closed from the roof down.
 *
 * Started by operations, or alone with OMNICARE_RECORD_URL. Read this file first: every room is opened here, in order,
 * with all it needs in plain sight.
 */
import cluster from 'node:cluster'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { collectDefaultMetrics } from 'prom-client'
import { openAudit, openIntake } from '#audit'
import { openDatabase } from '#foundation/database.ts'
import { Fault } from '#foundation/fault.ts'
import { openLog } from '#foundation/log.ts'
import { meterMachine } from '#foundation/machine.ts'
import { Metrics } from '#foundation/metric.ts'
import { migrate } from '#foundation/migrate.ts'
import { meterPool } from '#foundation/pool-metrics.ts'
import { SharedRegistry } from '#foundation/shared-metrics.ts'
import { askedToStop } from '#foundation/signals.ts'
import { openFetch } from '#foundation/tls/calls.ts'
import { heldByParent } from '#foundation/tls/handing.ts'
import { hospitalPolicy, openRecord } from '#record'
import { foldersOf } from './folders.ts'
import { forgetHourly } from './forget-hourly.ts'
import { hospitalSpool } from './hospital-spool.ts'
import { hospitalTrust } from './hospital-trust.ts'
import { audiencesOf } from './http/audiences.ts'
import { openHttp } from './http/index.ts'
import { policyIn } from './policy-file.ts'
import { operationsIn } from './run-file.ts'
import { sayWhyNot } from './say-why-not.ts'
import { openSettings, stopWithinMs } from './settings.ts'
import { beginTls, openTls } from './tls.ts'
import { adminToken, monitorToken } from './token.ts'
import { tracesBy, tracing } from './traces-care.ts'
import { COPY, keepWorkers, reloadWorkers, type Serving } from './workers.ts'

await serve().catch(sayWhyNot)

async function serve(): Promise<void> {
  await using house = new AsyncDisposableStack() // disposes what it holds, newest first, however this ends
  const { settings } = openSettings(process.env)
  const { home, workers, recordUrl } = settings
  if (recordUrl === undefined)
    throw new Fault(
      'invalid',
      'hospital/no-database',
      'The hospital needs OMNICARE_RECORD_URL.',
      'Set it, or run npm start, which brings a database.',
    )

  const begun = await beginTls(settings, heldByParent)
  // Read first: nobody is let in by a policy with mistakes.
  const policy = settings.policy === undefined ? hospitalPolicy() : policyIn(settings.policy)

  const folder = join(home, 'logs')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const copy = cluster.isWorker ? Number(process.env[COPY]) : undefined
  const log = house.use(
    openLog({ service: 'hospital', copy, folder, level: settings.logLevel, toStdout: !process.stdout.isTTY }),
  )
  const isPrimary = cluster.isPrimary && workers > 1
  const metrics = cluster.isWorker ? new SharedRegistry() : new Metrics()
  const tls = isPrimary || begun === undefined ? undefined : house.use(openTls(begun, { log, metrics }))
  const stop = askedToStop(begun && (isPrimary ? reloadWorkers : tls?.pair.reload))
  const serving = (address: string) => process.send?.({ serving: address } satisfies Serving)

  if (cluster.isPrimary && settings.migrate === 'on')
    await migrate(recordUrl, join(import.meta.dirname, '../migrations/record'), log)
  const { token } = adminToken(home)
  const copies = (serve: number, of: number) => process.send?.({ copies: { serving: serve, of } })
  if (isPrimary)
    return keepWorkers({ count: workers, stop, stopWithinMs: stopWithinMs(settings), log, serving, copies })

  collectDefaultMetrics({ register: metrics })
  const traces = await tracesBy(settings, 'hospital', log)
  if (traces !== undefined) house.use(traces)
  const opened = house.use(
    await openDatabase({
      url: recordUrl,
      connections: settings.connections,
      statementTimeoutMs: settings.statementTimeoutMs,
      role: 'omnicare_hospital',
      log,
    }),
  )
  const db = tracing(opened, traces, 'record')
  meterMachine(metrics, foldersOf(settings))
  meterPool(metrics, db)
  const intake = openIntake(db)
  const spool =
    settings.auditOnFailure === 'spool' ? house.use(hospitalSpool(settings, { copy, intake, log })) : undefined
  const audit = openAudit({ plane: 'hospital', intake, secret: token, metrics, spool })
  const record = house.use(openRecord({ db, audit, references: settings.references, policy, metrics, log }))
  // One of the copies is enough.
  if (copy === undefined || copy === 1) house.use(forgetHourly({ db, days: settings.idempotencyDays, log }))
  const { publicUrl, operationsUrl, host, operationsPort, relayKey, ...rest } = settings
  // Asked for each time: operations listens only once the hospital serves, and may be started again.
  const operations = () =>
    operationsUrl?.replace(/\/+$/, '') ??
    operationsIn(home, `${tls === undefined ? 'http' : 'https'}://${host}:${operationsPort}`)
  let audiences: readonly string[] = []
  const fetch = openFetch(tls?.believed)
  const trust = hospitalTrust({ home, address: operations, key: relayKey, audiences: () => audiences, log, fetch })
  if (trust !== undefined) house.use(trust)
  const http = house.use(
    await openHttp({
      record,
      audit,
      log,
      metrics,
      settings: { ...rest, host, ...(publicUrl === undefined ? {} : { publicUrl }) },
      token,
      monitorToken: monitorToken(home),
      tls: tls?.pair,
      longestWaitMs: db.longestWaitMs,
      traces,
      trail: { address: operations, key: relayKey, fetch },
      ...(trust !== undefined && { trust }),
    }),
  )
  audiences = audiencesOf(http.address, publicUrl)
  log.info({ 'server.address': http.address }, 'the hospital serves')
  serving(http.address)
  log.info({ signal: await stop }, 'the hospital stops')
}
