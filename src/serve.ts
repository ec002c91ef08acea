/**
 * The hospital, opened from the ground up and closed from the roof down.
 *
 * Started by operations, or alone with OMNICARE_RECORD_URL. Read this file first: every room is opened here, in order,
 * with all it needs in plain sight.
 */
import cluster from 'node:cluster'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { collectDefaultMetrics, Registry } from 'prom-client'
import { openDatabase } from '#foundation/database.ts'
import { Fault } from '#foundation/fault.ts'
import { openLog } from '#foundation/log.ts'
import { migrate } from '#foundation/migrate.ts'
import { readSettings } from '#foundation/setting.ts'
import { askedToStop } from '#foundation/signals.ts'
import { openRecord } from '#record'
import { openHttp } from './http/index.ts'
import { sayWhyNot } from './say-why-not.ts'
import { SETTINGS } from './settings.ts'
import { adminToken } from './token.ts'

await serve().catch(sayWhyNot)

async function serve(): Promise<void> {
  await using house = new AsyncDisposableStack() // disposes what it holds, newest first, however this ends
  const settings = readSettings(SETTINGS, process.env)
  const { home, workers, recordUrl } = settings
  if (recordUrl === undefined)
    throw new Fault(
      'invalid',
      'hospital/no-database',
      'The hospital needs OMNICARE_RECORD_URL.',
      'Set it, or run npm start, which brings a database.',
    )

  const folder = join(home, 'logs')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const log = house.use(
    openLog({ service: 'hospital', folder, level: settings.logLevel, toStdout: !process.stdout.isTTY }),
  )
  const stop = askedToStop()

  if (cluster.isPrimary) await migrate(recordUrl, join(import.meta.dirname, '../migrations/record'), log)
  if (cluster.isPrimary && workers > 1) return supervise(workers, stop)

  const metrics = new Registry()
  collectDefaultMetrics({ register: metrics })
  const db = house.use(
    await openDatabase({
      url: recordUrl,
      connections: settings.connections,
      statementTimeoutMs: settings.statementTimeoutMs,
      log,
    }),
  )
  const record = house.use(openRecord({ db, references: settings.references }))
  const { token } = adminToken(home)
  const { publicUrl, ...rest } = settings
  const http = house.use(
    await openHttp({
      record,
      log,
      metrics,
      settings: { ...rest, ...(publicUrl === undefined ? {} : { publicUrl }) },
      token,
    }),
  )
  log.info({ 'server.address': http.address }, 'the hospital serves')
  process.send?.({ serving: http.address })
  log.info({ signal: await stop }, 'the hospital stops')
}

/** Keeps `workers` copies running on one port until asked to stop; then lets each finish what it accepted. */
async function supervise(workers: number, stop: Promise<string>): Promise<void> {
  let stopping = false
  cluster.on('exit', () => {
    if (!stopping) cluster.fork()
  })
  cluster.on('message', (_worker, message) => process.send?.(message))
  for (let started = 0; started < workers; started++) cluster.fork()
  await stop
  stopping = true
  const ended = Object.values(cluster.workers ?? {}).map(
    (worker) => new Promise((resolve) => worker?.once('exit', resolve)),
  )
  for (const worker of Object.values(cluster.workers ?? {})) worker?.process.kill('SIGTERM')
  await Promise.all(ended)
}
