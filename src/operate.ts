/**
 * OmniCare: the databases, the hospital and operations, opened in order and closed in the reverse.
 *
 * Operations shares no process and no database with the hospital: it keeps working when the hospital does not, because
 * that is the hour it is for.
 */
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { collectDefaultMetrics, Registry } from 'prom-client'
import { type Database, openDatabase } from '#foundation/database.ts'
import { startEmbedded } from '#foundation/embedded/server.ts'
import { type Log, openLog } from '#foundation/log.ts'
import { migrate } from '#foundation/migrate.ts'
import { readSettings, type Values } from '#foundation/setting.ts'
import { askedToStop } from '#foundation/signals.ts'
import { sql } from '#foundation/sql.ts'
import { loadPractice } from './cli/practice/load.ts'
import { openOperations } from './http/operations/server.ts'
import { superviseHospital } from './operations/supervision/index.ts'
import { sayWhyNot } from './say-why-not.ts'
import { SETTINGS } from './settings.ts'
import { adminToken, tokenFile } from './token.ts'

await operate().catch(sayWhyNot)

async function operate(): Promise<void> {
  await using house = new AsyncDisposableStack() // disposes what it holds, newest first, however this ends
  const settings = readSettings(SETTINGS, process.env)
  const { home, host, operationsPort } = settings
  const stop = askedToStop()

  openHome(home)
  const log = house.use(
    openLog({
      service: 'operations',
      folder: join(home, 'logs'),
      level: settings.logLevel,
      toStdout: !process.stdout.isTTY,
    }),
  )
  const { token, made } = adminToken(home)
  const [recordUrl, controlUrl] = await databases(house, settings, log)

  await migrate(controlUrl, join(import.meta.dirname, '../migrations/control'), log)
  const control = house.use(
    await openDatabase({ url: controlUrl, connections: 4, statementTimeoutMs: settings.statementTimeoutMs, log }),
  )
  const hospital = house.use(
    superviseHospital({
      program: join(import.meta.dirname, 'serve.ts'),
      env: { ...process.env, OMNICARE_HOME: home, OMNICARE_RECORD_URL: recordUrl },
      control,
      log,
    }),
  )

  const metrics = new Registry()
  collectDefaultMetrics({ register: metrics })
  const address = await hospital.serving
  const operations = house.use(
    await openOperations({
      host,
      port: operationsPort,
      log,
      metrics,
      token,
      hospital: { address, restarts: hospital.restarts },
      ask: () => asks(control),
    }),
  )

  const run = join(home, 'run.json')
  writeFileSync(run, JSON.stringify({ pid: process.pid, hospital: address, operations: operations.address }), {
    mode: 0o600,
  })
  house.defer(() => rmSync(run, { force: true }))
  greet({ address, operations: operations.address, home, token: made ? token : undefined })
  if (settings.practice === 'on') {
    const loaded = await loadPractice({ address, token, count: 25, seed: 1 })
    if (loaded > 0) process.stdout.write(`The record was empty: ${loaded} practice patients were loaded.\n`)
  }

  log.info({ signal: await stop }, 'operations stops')
}

/** Closed to others; passable, but not readable, when the databases must run as another user than root. */
function openHome(home: string): void {
  mkdirSync(join(home, 'logs'), { recursive: true, mode: 0o700 })
  mkdirSync(join(home, 'postgres'), { recursive: true })
  const mode = process.getuid?.() === 0 ? 0o711 : 0o700
  for (const folder of [home, join(home, 'postgres')]) chmodSync(folder, mode)
}

/** The addresses of both databases: those that were given, and embedded ones for the rest. */
async function databases(
  house: AsyncDisposableStack,
  settings: Values<typeof SETTINGS>,
  log: Log,
): Promise<[string, string]> {
  const open = async (name: 'record' | 'control', given: string | undefined): Promise<string> => {
    if (given !== undefined) return given
    const server = await startEmbedded({
      name,
      folder: join(settings.home, 'postgres', name),
      log,
      // Whoever started us starts everything again, in order; a database that ends by itself is no small trouble.
      onLost: () => process.kill(process.pid, 'SIGTERM'),
    })
    house.defer(() => server.stop())
    return server.url
  }
  return Promise.all([open('record', settings.recordUrl), open('control', settings.controlUrl)])
}

async function asks(control: Database): Promise<void> {
  await control.quick(sql`SELECT 1`)
}

interface Greeting {
  readonly address: string
  readonly operations: string
  readonly home: string
  /** Shown once, at the first start. */
  readonly token: string | undefined
}

function greet({ address, operations, home, token }: Greeting): void {
  const file = tokenFile(home)
  const lines = [
    '',
    'OmniCare is running.',
    '',
    `  FHIR R4       ${address}/fhir/R4`,
    `  Health        ${address}/health`,
    `  Operations    ${operations}/health`,
    '',
    token === undefined ? `  Token         in ${file}` : `  Token         ${token}`,
    ...(token === undefined ? [] : [`                (shown once; kept in ${file})`]),
    '',
    '  Try it:',
    `  curl -H "Authorization: Bearer $(cat ${file})" "${address}/fhir/R4/Patient?_count=2&_pretty=true"`,
    '',
    'Stop it with Ctrl-C.',
    '',
  ]
  process.stdout.write(`${lines.join('\n')}\n`)
}
