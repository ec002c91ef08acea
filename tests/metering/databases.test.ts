/** What operations tells of databases, against real ones: PostgreSQL 18, and 15 with a standby. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import pg from 'pg'
import { nowMilliseconds } from '#foundation/clock.ts'
import type { Database } from '#foundation/database.ts'
import { openDatabase } from '#foundation/database.ts'
import { Metrics } from '#foundation/metric.ts'
import { signal } from '#foundation/process.ts'
import { startMetering } from '../../src/operations/metering/index.ts'
import { startHome, type TestHome } from '../support/home.ts'
import { startPostgres15, startStandby15 } from '../support/postgres-15.ts'
import { readableLog } from '../support/recording-record.ts'
import { until } from '../support/running.ts'
import { ofSuite } from '../support/suite.ts'

const STATEMENT_TIMEOUT_MS = 5_000

/** Reads what is told again and again. */
function watch(house: AsyncDisposableStack, databases: readonly { name: 'record' | 'control'; db: Database }[]) {
  const metrics = new Metrics()
  const { log, lines } = readableLog()
  house.use(startMetering({ databases, metrics, log, nowMs: nowMilliseconds, everyMs: 50 }))
  /** Of one line; undefined when it isn't there. */
  const told = async (name: string, labels = 'database="control"'): Promise<number | undefined> => {
    const start = `${name}{${labels}} `
    const line = (await metrics.metrics()).split('\n').find((one) => one.startsWith(start))
    return line === undefined ? undefined : Number(line.slice(start.length))
  }
  const becomes = (name: string, holds: (value: number | undefined) => boolean, labels?: string) =>
    until(`${name} moves`, async () => holds(await told(name, labels)))
  return { told, becomes, lines }
}

describe('a database of PostgreSQL 18', () => {
  const t = ofSuite()
  let home: TestHome
  let told: ReturnType<typeof watch>['told']
  let becomes: ReturnType<typeof watch>['becomes']
  let lines: ReturnType<typeof watch>['lines']

  before(async () => {
    home = await startHome(t, 'control')
    const role = 'omnicare_operations'
    const db = await home.open({ url: home.url, connections: 1, statementTimeoutMs: STATEMENT_TIMEOUT_MS, role })
    ;({ told, becomes, lines } = watch(home.house, [{ name: 'control', db }]))
    await becomes('omnicare_database_up', (value) => value === 1)
    await home
      .open({ url: home.url, connections: 1 })
      .then((own) => own.rows({ text: 'CREATE TABLE t (x int)', values: [] } as never))
  })

  /** Somebody else who is connected. */
  const client = async (): Promise<pg.Client & AsyncDisposable> => {
    const one = new pg.Client(home.url)
    one.on('error', () => undefined)
    await one.connect()
    return Object.assign(one, { [Symbol.asyncDispose]: () => one.end() })
  }
  const state = (which: string) => `database="control",state="${which}"`

  test('tells what others are doing there, though they are another user’s connections', async () => {
    await using idle = await client()
    await idle.query('BEGIN')
    await becomes('omnicare_database_connections', (value) => value === 1, state('idle in transaction'))
    await becomes('omnicare_database_longest_transaction_seconds', (value = 0) => value > 0.2)
    assert.equal(await told('omnicare_database_connections', state('unknown')), 0)
    assert.equal(await told('omnicare_database_connections_limit'), 100)
    await idle.query('SELECT 1/0').catch(() => undefined)
    await becomes('omnicare_database_connections', (value) => value === 1, state('idle in transaction (aborted)'))
    await idle.query('ROLLBACK')
    await becomes('omnicare_database_connections', (value) => value === 0, state('idle in transaction (aborted)'))
  })

  test('tells of slow statements while they are at work', async () => {
    await using slow = await client()
    const done = slow.query('SELECT pg_sleep(20)').catch(() => undefined)
    await becomes('omnicare_database_slow_statements', (value) => value === 1)
    assert.ok(((await told('omnicare_database_longest_statement_seconds')) as number) > 1)
    await using other = await client()
    await other.query('SELECT pg_cancel_backend($1)', [(slow as unknown as { processID: number }).processID])
    await done
    await becomes('omnicare_database_slow_statements', (value) => value === 0)
  })

  test('tells of locks, of those who wait, and of those who would wait for ever', async () => {
    await using one = await client()
    await using other = await client()
    await one.query('CREATE TABLE IF NOT EXISTS a (); CREATE TABLE IF NOT EXISTS b ()')
    await one.query('BEGIN; LOCK TABLE a')
    const held = 'database="control",mode="AccessExclusiveLock"'
    await becomes('omnicare_database_locks', (value) => value === 1, held)
    await other.query('BEGIN; LOCK TABLE b')
    const waits = other.query('LOCK TABLE a').catch((error: { code: string }) => error.code)
    await becomes('omnicare_database_locks_waiting', (value) => value === 1)
    const was = (await told('omnicare_database_deadlocks_total')) as number
    const waitsToo = one.query('LOCK TABLE b').catch((error: { code: string }) => error.code)
    const ended = await Promise.race([waits, waitsToo])
    assert.equal(ended, '40P01')
    await one.query('ROLLBACK')
    await other.query('ROLLBACK')
    await becomes('omnicare_database_deadlocks_total', (value) => value === was + 1)
    await becomes('omnicare_database_locks_waiting', (value) => value === 0)
  })

  test('counts transactions, blocks, temporary files, WAL and checkpoints', async () => {
    const counted = {
      omnicare_database_transactions_total: 'database="control",outcome="rolled-back"',
      omnicare_database_blocks_total: 'database="control",from="cache"',
      omnicare_database_active_seconds_total: 'database="control"',
      omnicare_database_temp_bytes_total: 'database="control"',
      omnicare_database_wal_bytes_total: 'database="control"',
      omnicare_database_checkpoints_total: 'database="control",cause="requested"',
    }
    const was: Record<string, number> = {}
    for (const [name, labels] of Object.entries(counted)) was[name] = (await told(name, labels)) as number
    {
      await using one = await client()
      await one.query('BEGIN; INSERT INTO t VALUES (1); ROLLBACK')
      await one.query("SET work_mem = '64kB'")
      await one.query('SELECT count(*) FROM (SELECT g FROM generate_series(1, 100000) g ORDER BY g DESC) x')
      await one.query('CHECKPOINT')
    }
    for (const [name, labels] of Object.entries(counted))
      await becomes(name, (value = 0) => value > (was[name] as number), labels)
  })

  test('tells of its size, its age and its checksums', async () => {
    const [size, age] = [await told('omnicare_database_size_bytes'), await told('omnicare_database_transaction_age')]
    assert.ok(size !== undefined && size > 5_000_000 && size < 100_000_000, String(size))
    assert.ok(age !== undefined && age > 0 && age < 1_000_000, String(age))
    assert.equal(await told('omnicare_database_checksums'), 1)
    assert.equal(await told('omnicare_database_checksum_failures_total'), 0)
    assert.ok(((await told('omnicare_database_cache_hit_ratio')) as number) > 0.5)
  })

  test('is down while it does not answer, and then tells nothing else; the log says so once', async () => {
    const postmaster = Number(readFileSync(join(home.home, 'control/data/postmaster.pid'), 'utf8').split('\n')[0])
    const warned = lines.length
    signal(postmaster, 'SIGKILL')
    await becomes('omnicare_database_up', (value) => value === 0)
    assert.equal(await told('omnicare_database_connections_limit'), undefined)
    await becomes('omnicare_database_up', (value) => value === 1)
    assert.equal(await told('omnicare_database_connections_limit'), 100)
    assert.equal(lines.slice(warned).filter(({ message }) => message.includes('does not tell how it is')).length, 1)
  })
})

describe('a standby', () => {
  const t = ofSuite()

  test('that stands still is further behind from second to second, and level again once it goes on', async () => {
    const database = await startPostgres15(t)
    const primaryUrl = await database('record')
    const standbyUrl = await startStandby15(t, primaryUrl)
    await using house = new AsyncDisposableStack()
    const { log } = readableLog()
    const open = async (url: string) =>
      house.use(await openDatabase({ url, connections: 1, statementTimeoutMs: STATEMENT_TIMEOUT_MS, log }))
    // Of PostgreSQL 15 both, which counts its checkpoints elsewhere.
    const databases = [
      { name: 'record' as const, db: await open(primaryUrl) },
      { name: 'control' as const, db: await open(standbyUrl) },
    ]
    const { told, becomes } = watch(house, databases)
    const ofPrimary = 'database="record"'
    const primary = new pg.Client(primaryUrl)
    const standby = new pg.Client(standbyUrl)
    await Promise.all([primary.connect(), standby.connect()])
    house.defer(() => Promise.all([primary.end(), standby.end()]).then(() => undefined))

    await becomes('omnicare_replication_standbys', (value) => value === 1, ofPrimary)
    await primary.query('CREATE TABLE t (x int)')
    await becomes('omnicare_replication_lag_seconds', (value) => value === 0, ofPrimary)

    await standby.query('SELECT pg_wal_replay_pause()')
    await primary.query('INSERT INTO t SELECT generate_series(1, 1000)')
    await becomes('omnicare_replication_lag_seconds', (value = 0) => value > 2, ofPrimary)
    await becomes('omnicare_replication_lag_seconds', (value = 0) => value > 2)
    assert.ok(((await told('omnicare_replication_lag_bytes', ofPrimary)) as number) > 10_000)

    await standby.query('SELECT pg_wal_replay_resume()')
    await becomes('omnicare_replication_lag_seconds', (value) => value === 0, ofPrimary)
    await becomes('omnicare_replication_lag_seconds', (value) => value === 0)

    const checkpoints = 'omnicare_database_checkpoints_total'
    const requested = 'database="record",cause="requested"'
    const was = (await told(checkpoints, requested)) as number
    await primary.query('CHECKPOINT')
    await becomes(checkpoints, (value) => value === was + 1, requested)

    await primary.query("SELECT pg_create_physical_replication_slot('left', true)")
    await becomes('omnicare_replication_slots_inactive', (value) => value === 1, ofPrimary)
    await primary.query('INSERT INTO t SELECT generate_series(1, 1000)')
    await becomes('omnicare_replication_slots_kept_bytes', (value = 0) => value > 10_000, ofPrimary)
  })
})
