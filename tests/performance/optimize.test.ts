/** `omnicare database optimize` on a real PostgreSQL: what a measure says is planned, done, and then no longer said. */
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { type Database, openDatabase } from '#foundation/database.ts'
import { fixed } from '#foundation/sql.ts'
import { type Maintained, optimize, planOptimize } from '../../src/operations/performance/optimize.ts'
import type { OptimizeDone, OptimizeStep } from '../../src/operations/performance/terms.ts'
import { startHome } from '../support/home.ts'
import { until } from '../support/running.ts'
import { ofSuite } from '../support/suite.ts'

describe('optimising a database', { timeout: 180_000 }, () => {
  const suite = ofSuite()
  let owner: Database
  let record: Maintained
  before(async () => {
    const home = await startHome(suite, 'record')
    owner = await home.open({ url: home.url, connections: 1 })
    const { url, log } = home
    record = { name: 'record', asOwner: () => openDatabase({ url, connections: 1, statementTimeoutMs: 60_000, log }) }
    const make = (name: string, rows: number) =>
      owner.rows(
        fixed(`CREATE TABLE record.${name} WITH (autovacuum_enabled = off) AS
               SELECT n AS id, md5(n::text) AS note FROM generate_series(1, ${rows}) n`),
      )
    await make('stale', 5_000)
    await make('dead', 40_000)
    await make('"Thin"', 120_000)
    await owner.rows(fixed('CREATE INDEX "Thin_note" ON record."Thin" (note)'))
    await owner.rows(fixed('CREATE INDEX dead_once_ccnew ON record.dead (id)'))
    // What a session has changed it tells now and then: it would be counted on top of what vacuum has counted.
    const tellCounts = () => owner.rows(fixed('SELECT pg_stat_force_next_flush()'))
    await tellCounts()
    for (const table of ['dead', '"Thin"']) await owner.rows(fixed(`VACUUM ANALYZE record.${table}`))
    await owner.rows(fixed('DELETE FROM record.dead WHERE id % 2 = 0'))
    // Four of five rows gone all over the index: its pages stay, nearly empty.
    await owner.rows(fixed('DELETE FROM record."Thin" WHERE id % 5 <> 0'))
    await tellCounts()
    await owner.rows(fixed('VACUUM ANALYZE record."Thin"'))
    await owner.rows(
      fixed("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'record.dead_once_ccnew'::regclass"),
    )
  })

  const planned = async (): Promise<OptimizeStep[]> => {
    const { steps, notes } = await planOptimize([record], Date.now())
    assert.deepEqual(notes, [])
    return steps.filter(({ about }) => /stale|dead|Thin/.test(about))
  }

  test('is planned by what is measured, and changes nothing by that', async () => {
    const size = 'SELECT pg_relation_size(\'record."Thin_note"\')::text AS bytes'
    const [first] = await owner.rows(fixed<{ bytes: string }>(size))
    const steps = await planned()
    assert.deepEqual(
      steps.map(({ statement }) => statement).sort(),
      [
        'ANALYZE record.stale',
        'DROP INDEX CONCURRENTLY record.dead_once_ccnew',
        'REINDEX INDEX CONCURRENTLY record."Thin_note"',
        'VACUUM (ANALYZE) record.dead',
      ].sort(),
    )
    const because = (kind: string) => steps.find((step) => step.kind === kind)?.because
    assert.match(String(because('analyze')), /^Its 5000 rows were never analysed\.$/)
    assert.match(String(because('vacuum')), /^20000 of 40000 rows are dead \(50 %\)\.$/)
    assert.match(String(because('reindex')), /^Its leaves are 1\d % full \(\d\.\d MiB\); below 50 % it is worth it\.$/)
    assert.deepEqual(await owner.rows(fixed(size)), [first])
  })

  test('does each step, says what it came to, and then has nothing to do', async () => {
    const plan = await planOptimize([record], Date.now())
    const done: OptimizeDone[] = []
    for await (const one of optimize([record], plan)) done.push(one)
    assert.deepEqual(
      done.filter(({ failure }) => failure !== undefined),
      [],
    )
    assert.equal(done.length, plan.steps.length)
    const thin = done.find(({ about }) => about === 'record."Thin_note"')
    assert.ok(Number(thin?.bytes?.after) < Number(thin?.bytes?.before) / 3, JSON.stringify(thin?.bytes))
    await until('nothing is left to do', async () => (await planned()).length === 0)
  })

  test('goes on after a step that fails, and says so without what PostgreSQL quotes', async () => {
    const step = (statement: string): OptimizeStep => ({
      kind: 'analyze',
      database: 'record',
      about: 'record.stale',
      because: 'of the test',
      statement,
      holds: 'Nobody.',
    })
    const steps = [step("SELECT 'Qvorbulax'::int"), step('ANALYZE record.stale')]
    const done: OptimizeDone[] = []
    for await (const one of optimize([record], { made: '', notes: [], steps })) done.push(one)
    assert.deepEqual(
      done.map(({ failure }) => failure),
      ['PostgreSQL refused it (22P02).', undefined],
    )
  })

  test('says what it can not measure', async () => {
    await owner.rows(fixed('DROP EXTENSION pgstattuple'))
    const { notes } = await planOptimize([record], Date.now())
    assert.deepEqual(notes, ['record: indexes were not measured. As a superuser: CREATE EXTENSION pgstattuple;'])
  })
})
