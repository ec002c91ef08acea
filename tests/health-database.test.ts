/** The probes of a database, of a real one with planted causes. */
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import pg from 'pg'
import { type Lone, LoneFailed, openLone } from '#foundation/lone.ts'
import { signal } from '#foundation/process.ts'
import { sql } from '#foundation/sql.ts'
import { databaseProbes } from '../src/operations/health/index.ts'
import { startHome } from './support/home.ts'
import { until } from './support/running.ts'
import { ofSuite } from './support/suite.ts'

const suite = ofSuite()
let url = ''
let lone: Lone
before(async () => {
  const home = await startHome(suite, 'record')
  url = home.url
  lone = home.house.use(openLone({ url, name: 'omnicare health', statementTimeoutMs: 3_000 }))
})

const ask = async (measurement: string) => {
  const probes = databaseProbes({ name: 'record', lone, carries: 'Charts.', nowMs: () => Date.now() })
  const probe = probes.find(({ name }) => name === measurement)
  assert.ok(probe, measurement)
  return probe.ask(AbortSignal.timeout(10_000))
}
const connected = async (application_name: string) => {
  const client = new pg.Client({ connectionString: url, application_name })
  client.on('error', () => undefined)
  await client.connect()
  return client
}

describe('a database that is well', () => {
  test('passes every probe of its own', async () => {
    const probes = databaseProbes({ name: 'record', lone, carries: 'Charts.', nowMs: () => Date.now() })
    const signal = AbortSignal.timeout(20_000)
    const verdicts: string[] = []
    for (const probe of probes) verdicts.push(`${probe.name} ${(await probe.ask(signal)).verdict}`)
    assert.deepEqual(
      verdicts.filter((verdict) => !verdict.endsWith(' pass')),
      [],
    )
    assert.equal(verdicts.length, 9)
    assert.match(String((await ask('record:database')).detail), /^PostgreSQL 18\./)
  })
})

describe('a planted cause', () => {
  test('a connection leak is found, and who leaks is named', async () => {
    const leaked = await Promise.all(Array.from({ length: 80 }, () => connected('leaky-report')))
    const { verdict, detail } = await ask('record:connections')
    assert.equal(verdict, 'warn')
    assert.match(String(detail), /^8\d of 97 are used, 80 of them by leaky-report$/)
    await Promise.all(leaked.map((client) => client.end()))
    await until('they are gone', async () => (await ask('record:connections')).verdict === 'pass')
  })

  test('a lock that is waited for names who waits and who holds it, and not what they do', async () => {
    const [holder, waiter] = [await connected('console-of-somebody'), await connected('omnicare')]
    for (const statement of ['CREATE TABLE locked (name text)', 'BEGIN', 'LOCK TABLE locked'])
      await holder.query(statement)
    const waiting = waiter.query("INSERT INTO locked VALUES ('Miller, Ada')")
    await until('it is seen', async () => ((await ask('record:locks')).observed ?? 0) > 0)
    const { detail } = await ask('record:locks')
    assert.match(String(detail), /^process \d+ waits for process \d+ \(console-of-somebody\), open for \d+ s$/)
    const open = await ask('record:transactions')
    assert.match(String(open.detail), /^process \d+ \(console-of-somebody\)$/)
    await holder.query('ROLLBACK')
    await waiting.catch(() => undefined)
    await Promise.all([holder.end(), waiter.end()])
    await until('it is over', async () => (await ask('record:locks')).detail === undefined)
  })

  test('a table of dead rows is named', async () => {
    const client = await connected('somebody')
    await client.query('CREATE TABLE bloated WITH (autovacuum_enabled = off) AS SELECT generate_series(1, 80000) AS n')
    await client.query('DELETE FROM bloated WHERE n > 10000')
    await client.query('SELECT pg_stat_force_next_flush()')
    await client.end()
    await until('it is counted', async () => (await ask('record:bloat')).verdict === 'warn')
    const { detail, observed } = await ask('record:bloat')
    assert.deepEqual([detail, observed], ['public.bloated: 70000 dead beside 10000', 88])
  })

  test('a slot that nobody reads is warned of', async () => {
    const client = await connected('somebody')
    await client.query("SELECT pg_create_physical_replication_slot('of_a_standby')")
    assert.equal((await ask('record:replication')).verdict, 'warn')
    await client.query("SELECT pg_drop_replication_slot('of_a_standby')")
    await client.end()
    assert.equal((await ask('record:replication')).verdict, 'pass')
  })
})

describe('a question that hangs', () => {
  test('is given up in its time, and the next one goes by another connection', async () => {
    const [own] = await lone.rows(sql<{ pid: number }>`SELECT pg_backend_pid() AS pid`, AbortSignal.timeout(5_000))
    signal(Number(own?.pid), 'SIGSTOP')
    const began = performance.now()
    await assert.rejects(lone.rows(sql`SELECT 1`, AbortSignal.timeout(200)), (error) => {
      assert.ok(error instanceof LoneFailed)
      assert.equal(error.message, 'it took too long')
      return true
    })
    assert.ok(performance.now() - began < 5_000)
    assert.equal((await ask('record:database')).verdict, 'pass')
    signal(Number(own?.pid), 'SIGCONT')
  })

  test('can change nothing, whoever it goes as', async () => {
    await assert.rejects(lone.rows(sql`CREATE TABLE of_health (n int)`, AbortSignal.timeout(5_000)), LoneFailed)
  })
})
