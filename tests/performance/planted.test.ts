/** Causes that were planted in a real PostgreSQL are found and named by the report, and nobody's name is in it. */
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import pg from 'pg'
import { type Database, openDatabase } from '#foundation/database.ts'
import { fixed, sql } from '#foundation/sql.ts'
import { LIMITS } from '../../src/operations/performance/limits.ts'
import { reportPerformance } from '../../src/operations/performance/report.ts'
import type { PerformanceFindingKind, PerformanceReport } from '../../src/operations/performance/terms.ts'
import { reportText } from '../../src/operations/performance/text.ts'
import { startHome, type TestHome } from '../support/home.ts'
import { until } from '../support/running.ts'
import { ofSuite } from '../support/suite.ts'

const NAME = 'Qvorbulax'
/** The days that a test can't wait are what it is about here; sizes and counts are those of the planted things. */
const LIMITS_HERE = {
  ...LIMITS,
  slowMs: 3,
  unusedDays: 0,
  unusedBytes: 1024 * 1024,
  forgottenSeconds: 0,
  forgottenSessions: 12,
}

describe('the performance report', { timeout: 180_000 }, () => {
  const suite = ofSuite()
  let home: TestHome
  let owner: Database
  let hospital: Database
  let statistics: Database
  before(async () => {
    home = await startHome(suite, 'record')
    owner = await home.open({ url: home.url, connections: 3 })
    hospital = await home.open({ url: home.url, connections: 3, role: 'omnicare_hospital' })
    statistics = await home.open({ url: home.url, connections: 2, role: 'omnicare_operations' })
    await owner.rows(fixed('CREATE TABLE record.planted (id int PRIMARY KEY, family text, ward int, note text)'))
    await owner.rows(
      fixed(
        `INSERT INTO record.planted SELECT n, 'family ' || n, n % 50, repeat('x', 40) FROM generate_series(1, 60000) n`,
      ),
    )
    await owner.rows(fixed('CREATE INDEX planted_note ON record.planted (note, id)'))
    await owner.rows(fixed('GRANT SELECT, UPDATE ON record.planted TO omnicare_hospital'))
    await owner.rows(fixed('ANALYZE record.planted'))
  })

  const report = (): Promise<PerformanceReport> =>
    reportPerformance({
      databases: [
        {
          name: 'record',
          db: statistics,
          embedded: true,
          asRole: (role) =>
            openDatabase({ url: home.url, connections: 1, statementTimeoutMs: 10_000, role, log: home.log }),
        },
      ],
      hospitalMetrics: async () => 'http_requests_total{status="200",method="GET",endpoint="/fhir/R4/:type"} 30\n',
      nowMs: Date.now,
      limits: LIMITS_HERE,
    })
  const found = async (kind: PerformanceFindingKind, about: string) => {
    const { findings } = await report()
    return findings.find((one) => one.kind === kind && one.about === about)
  }

  test('names a missing index: the statement, how often it came, how long it took, and the index', async () => {
    const families = Array.from({ length: 8 }, (_, n) => `${NAME} ${n}`)
    for (const family of families)
      await hospital.rows(sql`SELECT id, note FROM record.planted WHERE family = ${family} AND ward >= ${1}`)
    const finding = await found('missing-index', 'record.planted')
    assert.match(
      String(finding?.says),
      /reads all 60000 rows of record\.planted at each call\. 8 calls, [\d.]+ ms on average/,
    )
    assert.match(String(finding?.says), /SELECT id, note FROM record\.planted WHERE family = \$1 AND ward >= \$2/)
    assert.match(String(finding?.next), /^CREATE INDEX CONCURRENTLY ON record\.planted \(family, ward\);/)

    // What was advised is right: with it, the statement isn't slow any more.
    await owner.rows(fixed(String(finding?.next).split(';')[0] ?? ''))
    const [plan] = await owner.rows(
      fixed<{ 'QUERY PLAN': string }>("EXPLAIN SELECT id FROM record.planted WHERE family = 'x' AND ward >= 1"),
    )
    assert.match(String(plan?.['QUERY PLAN']), /Index Scan/)
    assert.equal(await found('missing-index', 'record.planted'), undefined)
  })

  test('names an index that nobody uses, what it takes and how to be rid of it', async () => {
    const finding = await found('unused-index', 'record.planted_note')
    assert.match(
      String(finding?.says),
      /Nobody has used the index record\.planted_note of record\.planted in 0 days; it takes \d\.\d MiB, and was written 60000 times/,
    )
    assert.match(String(finding?.next), /^DROP INDEX CONCURRENTLY record\.planted_note;/)
  })

  test('names an index that does what another does, and one that is broken', async () => {
    await owner.rows(fixed('CREATE INDEX planted_twin ON record.planted (note, id)'))
    assert.match(
      String((await found('duplicate-index', 'record.planted_twin'))?.says),
      /does what record\.planted_note does too/,
    )
    await owner.rows(fixed("UPDATE record.planted SET family = 'same' WHERE id < 3"))
    await assert.rejects(owner.rows(fixed('CREATE UNIQUE INDEX CONCURRENTLY planted_once ON record.planted (family)')))
    assert.match(
      String((await found('broken-index', 'record.planted_once'))?.says),
      /is broken: it is written and never used/,
    )
    await owner.rows(fixed('DROP INDEX record.planted_once, record.planted_twin'))
  })

  test('names a program that leaks connections, how many, and how they are ended', async () => {
    const leaked = await Promise.all(
      Array.from({ length: 14 }, async (_, n) => {
        const client = new pg.Client({ connectionString: home.url, application_name: 'ward-board' })
        client.on('error', () => undefined)
        await client.connect()
        await client.query(n < 2 ? 'BEGIN' : 'SELECT 1')
        return client
      }),
    )
    try {
      const finding = await found('connection-leak', 'ward-board')
      assert.match(
        String(finding?.says),
        /ward-board \(omnicare\) holds 14 of 97 connections and has forgotten 14 of them: they are idle, the longest for \d+ seconds, 2 within a transaction/,
      )
      const [, statement = ''] = /until then: (SELECT .*;)$/.exec(String(finding?.next)) ?? []
      await owner.rows(fixed(statement))
      await until('what was said ends them', async () => (await found('connection-leak', 'ward-board')) === undefined)
    } finally {
      await Promise.all(leaked.map((client) => client.end().catch(() => undefined)))
    }
  })

  test('names a statement that waits for a lock, and who holds it', async () => {
    const holder = new pg.Client({ connectionString: home.url, application_name: 'holder' })
    await holder.connect()
    await holder.query('BEGIN')
    await holder.query(`UPDATE record.planted SET note = '${NAME}' WHERE id = 7`)
    const waiting = hospital.change(sql`UPDATE record.planted SET note = 'z' WHERE id = ${7}`)
    const waits = async () => {
      const { databases } = await report()
      return databases[0]?.active.find(({ blockedBy }) => blockedBy.length > 0)
    }
    await until('it waits', async () => (await waits()) !== undefined)
    const session = await waits()
    assert.match(String(session?.waitsFor), /^Lock:/)
    assert.match(String(session?.text), /UPDATE record\.planted SET note = \? WHERE id = \$1/)
    await holder.query('ROLLBACK')
    await holder.end()
    await waiting
  })

  test('has nobody’s name in it, however a statement was written', async () => {
    await owner.rows(fixed(`SELECT count(*) FROM record.planted WHERE note LIKE '${NAME}%' OR family = $$${NAME}$$`))
    await owner.rows(fixed(`CREATE ROLE planted_role PASSWORD '${NAME}'`))
    await owner.rows(fixed(`COMMENT ON TABLE record.planted IS '${NAME}'`))
    const open = new pg.Client({ connectionString: home.url, application_name: `${NAME}; é` })
    await open.connect()
    await open.query(`BEGIN; SELECT '${NAME}' AS "${NAME} x" /* ${NAME} */`)
    const made = await report()
    await open.end()
    assert.ok((made.databases[0]?.statements?.length ?? 0) > 5)
    assert.ok(made.databases[0]?.active.some(({ state }) => state === 'idle in transaction'))
    const text = `${JSON.stringify(made)}${reportText(made).join('\n')}`
    assert.doesNotMatch(text, new RegExp(NAME, 'i'))
  })

  test('says what is missing where statements are not counted, and goes on with the rest', async () => {
    await owner.rows(fixed('DROP EXTENSION pg_stat_statements'))
    const { findings, databases } = await report()
    assert.match(
      String(findings.find(({ kind }) => kind === 'not-measured')?.next),
      /shared_preload_libraries = 'pg_stat_statements'.*CREATE EXTENSION pg_stat_statements;/,
    )
    assert.ok((databases[0]?.tables.length ?? 0) > 0)
    assert.equal(databases[0]?.statements, undefined)
  })
})
