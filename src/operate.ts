/**
 * OmniCare: the databases, the hospital and operations, opened in order and closed in the reverse.
 *
 * Operations shares no process and no database with the hospital: it keeps working when the hospital does not, because
 * that is the hour it is for.
 */
import { randomBytes } from 'node:crypto'
import { chmodSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { collectDefaultMetrics } from 'prom-client'
import { keepAuditLogs, openAudit, openIntake, openLedger, startSealer } from '#audit'
import { nowMilliseconds } from '#foundation/clock.ts'
import { openDatabase } from '#foundation/database.ts'
import { type Embedded, startEmbedded } from '#foundation/embedded/server.ts'
import { Fault } from '#foundation/fault.ts'
import { type Log, openLog } from '#foundation/log.ts'
import { makeLogin } from '#foundation/login.ts'
import { Metrics } from '#foundation/metric.ts'
import { migrate } from '#foundation/migrate.ts'
import { askedToStop } from '#foundation/signals.ts'
import { openFetch } from '#foundation/tls/calls.ts'
import type { Identity } from '#identity'
import { auditLogs, careDaily, ENTRIES_AT_ONCE, exportPlace, masterKey, ROLE, witnessedLogs } from './audit-care.ts'
import { loadPractice, type PracticeLoad } from './cli/practice/load.ts'
import { practiceAccounts } from './first-accounts.ts'
import { greet } from './greet.ts'
import { openHealth } from './health-care.ts'
import { audiencesOf } from './http/audiences.ts'
import { openOperations } from './http/operations/server.ts'
import { openIdentityBy, operationsAddress, tidyEveryMinute } from './identity-care.ts'
import { openLogCare } from './log-care.ts'
import { mailChannel } from './mail-care.ts'
import { startMeters } from './metering-care.ts'
import { checkPorts, superviseHospital } from './operations/supervision/index.ts'
import { openPerformanceCare } from './performance-care.ts'
import { openProcedureCare } from './procedures-care.ts'
import { endFormerRun, removeRun, writeRun } from './run-file.ts'
import { ChildFailed, sayWhyNot } from './say-why-not.ts'
import { openSettings, stopWithinMs } from './settings.ts'
import { beginTls, heldOf, openTls, unnamed } from './tls.ts'
import { adminToken, monitorToken } from './token.ts'
import { tracesBy, tracing } from './traces-care.ts'
import { openWatch } from './watch-care.ts'

const HELP = `npm start: the databases, the hospital and operations, until Ctrl-C.

It takes no arguments. Settings are variables of the environment or keys in omnicare.config.json; docs/settings.md lists
them. As in: OMNICARE_PORT=9090 OMNICARE_PRACTICE=off npm start

./omnicare help lists the commands for a running OmniCare.
`

/** For the databases' last checkpoint after a start that was refused: whoever started it waits to be told why. */
const REFUSED_STOP_MS = 10_000

/** What the hospital has no use for: whoever got into it must find no way to the ledger there. */
const ONLY_OURS = {
  OMNICARE_AUDIT_KEY: undefined,
  OMNICARE_AUDIT_KEY_FILE: undefined,
  OMNICARE_AUDIT_FORMER_KEY_FILE: undefined,
  OMNICARE_IDENTITY_KEY: undefined,
  OMNICARE_IDENTITY_KEY_FILE: undefined,
  OMNICARE_IDENTITY_FORMER_KEY_FILE: undefined,
  OMNICARE_CONTROL_URL: undefined,
  OMNICARE_SMTP_URL: undefined,
  OMNICARE_SMTP_PASSWORD_FILE: undefined,
}

await operate(process.argv.slice(2)).catch(sayWhyNot)

async function operate(given: readonly string[]): Promise<void> {
  if (given.includes('--help') || given.includes('-h')) return void process.stdout.write(HELP)
  if (given.length > 0)
    throw new Fault('invalid', 'operations/arguments', 'There are no arguments to start with.', 'Try --help.')

  await using house = new AsyncDisposableStack() // disposes what it holds, newest first, however this ends
  const { settings, env } = openSettings(process.env)
  const { home, host, port, operationsPort } = settings
  const begun = await beginTls(settings)

  const channel = mailChannel(settings)
  openHome(home)
  const log = house.use(
    openLog({
      service: 'operations',
      folder: join(home, 'logs'),
      level: settings.logLevel,
      toStdout: !process.stdout.isTTY,
    }),
  )
  const metrics = new Metrics()
  const tls = begun === undefined ? undefined : house.use(openTls(begun, { log, metrics }))
  const logCare = openLogCare(settings)
  house.use(logCare.retain(log))
  let reloadHospital = () => {}
  const stop = askedToStop(
    tls &&
      (() => {
        tls.pair.reload()
        reloadHospital()
      }),
  )
  await endFormerRun(home, settings.shutdownSeconds)
  await checkPorts(host, [
    { setting: 'OMNICARE_PORT', port },
    { setting: 'OMNICARE_OPERATIONS_PORT', port: operationsPort },
  ])
  const { token, made } = adminToken(home)
  const monitor = monitorToken(home)
  let began = false
  const [record, controlUrl] = await databases(house, settings, log, () => (began ? undefined : REFUSED_STOP_MS))
  const recordUrl = record.url
  const hospitalEntrance = await entrance(record, log)

  await migrate(controlUrl, join(import.meta.dirname, '../migrations/control'), log)
  const traces = await tracesBy(settings, 'operations', log)
  if (traces !== undefined) house.use(traces)
  const opened = house.use(
    await openDatabase({
      url: controlUrl,
      connections: 8,
      statementTimeoutMs: settings.statementTimeoutMs,
      role: ROLE,
      log,
    }),
  )
  const control = tracing(opened, traces, 'control')
  const ledger = await openLedger(control, masterKey(settings))
  const relayKey = settings.relayKey ?? randomBytes(32).toString('base64url')
  const running = { hospitalPid: 0, hospital: '', operations: '' }
  const writeDown = () => {
    const served = tls && begun && { tls: { file: begun.files.certificate, served: tls.believed() } }
    writeRun(home, { pid: process.pid, ...running, ...served })
  }
  tls?.pair.onTaken(writeDown)
  const hospital = house.use(
    superviseHospital({
      program: join(import.meta.dirname, 'serve.ts'),
      env: { ...env, ...ONLY_OURS, OMNICARE_HOME: home, OMNICARE_RELAY_KEY: relayKey, ...hospitalEntrance },
      held: async () => heldOf(tls),
      control,
      log,
      // The hospital ends its own processes first.
      stopWithinMs: stopWithinMs(settings) + 5_000,
      onServing(hospitalPid, address) {
        Object.assign(running, { hospitalPid, hospital: address })
        writeDown()
      },
      failed: (exitCode) => new ChildFailed(exitCode),
    }),
  )
  house.defer(() => removeRun(home))
  reloadHospital = hospital.reload

  collectDefaultMetrics({ register: metrics })
  const address = await hospital.serving
  // The hospital has brought its database up to date: now there is an intake to seal from.
  const sealedRecord = house.use(
    await openDatabase({
      url: recordUrl,
      connections: 2,
      statementTimeoutMs: settings.statementTimeoutMs,
      role: ROLE,
      log,
    }),
  )
  const sealer = house.use(
    startSealer({
      ...ledger,
      sources: [
        { name: 'record', db: sealedRecord },
        { name: 'control', db: control },
      ],
      nowMs: nowMilliseconds,
      most: ENTRIES_AT_ONCE,
      metrics,
      log,
      daily: () => careDaily(ledger, settings, log),
    }),
  )
  const urls = { record: recordUrl, control: controlUrl }
  house.use(await startMeters(settings, { metrics, log, control, urls, hospital }))
  const audit = openAudit({ plane: 'operations', intake: openIntake(control), secret: token, metrics })
  const {
    identity,
    oauth,
    record: recordDeed,
    mailing,
  } = await openIdentityBy(settings, {
    control,
    audit,
    metrics,
    log,
    channel,
    operations: () => running.operations,
    hospital: () => running.hospital,
  })
  if (mailing !== undefined) house.use(mailing.start())
  house.use(tidyEveryMinute(identity, oauth, log))
  const logs = settings.auditLogDays === 0 ? undefined : house.use(keepAuditLogs(auditLogs(ledger, settings, log)))
  const watch = openWatch(settings, {
    control,
    audit,
    metrics,
    log,
    hospital: address,
    token,
    fetch: openFetch(tls?.believed),
    operations: () => running.operations,
  })
  const { procedures, keeping } = openProcedureCare(settings, {
    ...{ control, record: sealedRecord, ledger, audit, sealing: sealer.state, sessions: identity.sessions, tls },
    ...{ alerts: watch.alerts, logs: logCare, metrics, log },
    hospital: () => running.hospital,
    operations: () => running.operations,
  })
  house.use(keeping)
  const health = house.use(
    openHealth({
      settings,
      recordUrl,
      controlUrl,
      control,
      hospital,
      address,
      tls,
      sealing: sealer.state,
      auditLogs: () => logs?.failure(),
      mail: mailing?.waiting,
      lateProcedures: () => [...keeping.late().keys()],
      metrics,
      log,
    }),
  )
  const operations = house.use(
    await openOperations({
      host,
      port: operationsPort,
      log,
      metrics,
      token,
      monitorToken: monitor,
      tls,
      publicUrl: settings.operationsPublicUrl,
      trustedProxies: settings.trustedProxies,
      traces,
      practice: settings.practice === 'on',
      hospital: { base: audiencesOf(address, settings.publicUrl)[0] },
      health,
      identity: { identity, record: recordDeed, outbox: mailing?.outbox },
      oauth,
      samples: watch.samples,
      alerts: watch.alerts,
      logs: logCare,
      performance: openPerformanceCare({
        databases: [
          { name: 'record', url: recordUrl, embedded: settings.recordUrl === undefined, db: sealedRecord },
          { name: 'control', url: controlUrl, embedded: settings.controlUrl === undefined, db: control },
        ],
        hospital: { address, token, fetch: openFetch(tls?.believed) },
        settings,
        freeDisk: watch.freeDisk,
        log,
      }),
      procedures: { procedures, zone: settings.scheduleZone },
      audit: {
        ledger,
        audit,
        retentionYears: settings.auditRetentionYears,
        relayKey,
        zone: settings.timeZone,
        witnessed: witnessedLogs(settings.auditWitnessed),
        exportPlace: exportPlace(settings),
      },
    }),
  )
  running.operations = operations.address
  house.use(watch.start())
  writeDown()
  began = true

  if (settings.practice === 'off') await identity.first.endPractice()
  const administrator = await identity.first.administrator()
  const signIn = `${operationsAddress(settings, operations.address)}/sign-in`
  const notes = tls === undefined ? [] : unnamed(tls.pair.current(), settings)
  for (const note of notes) log.warn({}, note)
  greet({
    address,
    operations: operations.address,
    home,
    token: made ? token : undefined,
    signIn,
    administrator,
    certificate: settings.tlsCertificate,
    notes,
  })
  const believed = tls?.believed
  if (settings.practice === 'on') await Promise.race([practice(identity, { address, token, believed }), stop])

  log.info({ signal: await stop }, 'operations stops')
}

/** Only with a record that was empty: where there are others than practice patients, everybody must be somebody. */
async function practice(
  identity: Identity,
  hospital: Pick<PracticeLoad, 'address' | 'token' | 'believed'>,
): Promise<void> {
  const loaded = await loadPractice({ ...hospital, count: 25, seed: 1 })
  if (loaded === 0) return
  process.stdout.write(`The record was empty: ${loaded} practice patients were loaded.\n`)
  process.stdout.write(await practiceAccounts(identity, { ...hospital, fetch: openFetch(hospital.believed) }))
}

/** Closed to others; passable, but not readable, when the databases must run as another user than root. */
function openHome(home: string): void {
  mkdirSync(join(home, 'logs'), { recursive: true, mode: 0o700 })
  mkdirSync(join(home, 'postgres'), { recursive: true })
  const mode = process.getuid?.() === 0 ? 0o711 : 0o700
  for (const folder of [home, join(home, 'postgres')]) chmodSync(folder, mode)
}

type Entered = Pick<Embedded, 'url'> & Partial<Pick<Embedded, 'urlAs'>>

/** Both databases: those that were given, and embedded ones for the rest. */
async function databases(
  house: AsyncDisposableStack,
  { home, recordUrl, controlUrl }: ReturnType<typeof openSettings>['settings'],
  log: Log,
  stopWithin: () => number | undefined,
): Promise<[Entered, string]> {
  const started: Embedded[] = []
  // At once: each waits for the disk.
  house.defer(async () => void (await Promise.all(started.map((server) => server.stop(stopWithin())))))
  const open = async (name: 'record' | 'control', given: string | undefined): Promise<Entered> => {
    if (given !== undefined) return { url: given }
    const server = await startEmbedded({
      name,
      folder: join(home, 'postgres', name),
      log,
    })
    started.push(server)
    return server
  }
  // Both are waited for, also when one fails: the other would be left running by itself.
  const opened = await Promise.allSettled([open('record', recordUrl), open('control', controlUrl)])
  const [record, control] = opened.map((one) => {
    if (one.status === 'rejected') throw one.reason
    return one.value
  })
  return [record as Entered, (control as Entered).url]
}

/**
 * How the hospital enters the record. The embedded one is made ready for it here, so that it signs in with a login that owns
 * nothing; into one that was given it goes as it was given, and makes it ready itself.
 */
async function entrance({ url, urlAs }: Entered, log: Log): Promise<Readonly<Record<string, string>>> {
  if (urlAs === undefined) return { OMNICARE_RECORD_URL: url }
  await migrate(url, join(import.meta.dirname, '../migrations/record'), log)
  const login = 'omnicare_hospital_login'
  const password = await makeLogin({ url, login, role: 'omnicare_hospital', log })
  return { OMNICARE_RECORD_URL: urlAs(login, password), OMNICARE_MIGRATE: 'off' }
}
