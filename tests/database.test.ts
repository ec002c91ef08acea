import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { CopyRows } from '#foundation/copy-rows.ts'
import { fixed, sql } from '#foundation/sql.ts'
import { CALLER } from './support/audit.ts'
import { startHospital, type TestHospital } from './support/hospital.ts'
import { until } from './support/running.ts'
import { ofSuite } from './support/suite.ts'

describe('the way to the database', () => {
  let hospital: TestHospital
  const suite = ofSuite()
  before(async () => {
    hospital = await startHospital(suite)
    await hospital.db.rows(sql`CREATE TABLE t (id int PRIMARY KEY, v text)`)
    await hospital.db.rows(sql`INSERT INTO t SELECT n, 'v' || n FROM generate_series(1, 100) n`)
  })

  test('gives callers that share a statement each their own rows, in order', async () => {
    const from = (low: number) =>
      hospital.db.shared(sql<{ id: number }>`SELECT id FROM t WHERE id > ${low}::int ORDER BY id DESC LIMIT 3`)
    const answers = await Promise.all(Array.from({ length: 99 }, (_, low) => from(low)))
    assert.deepEqual(
      answers.map((rows) => rows.map(({ id }) => id)),
      Array.from({ length: 99 }, (_, low) => [100, 99, 98].filter((id) => id > low)),
    )
  })

  test('tells what is wrong with one caller of a shared statement to that caller alone', async () => {
    const find = (id: string) => hospital.db.shared(sql<{ v: string }>`SELECT v FROM t WHERE id = ${id}::int`)
    const found = await Promise.allSettled(['1', 'no number', '3'].map(find))
    assert.deepEqual(
      found.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled'],
    )
  })

  test('opens no more connections than it had, however often they are lost', async () => {
    const count = sql<{ n: number }>`SELECT count(*)::int AS n FROM pg_stat_activity
      WHERE application_name = 'omnicare' AND pid <> pg_backend_pid()`
    const ask = (): Promise<unknown> => hospital.db.quick(sql`SELECT 1`).catch(ask)
    await hospital.db.append(sql`SELECT 1`)
    const [before] = await hospital.db.rows(count)
    for (let times = 0; times < 20; times++) {
      const asking = Array.from({ length: 20 }, ask)
      await hospital.db.rows(sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE application_name = 'omnicare' AND pid <> pg_backend_pid()`)
      await Promise.all([...asking, ...Array.from({ length: 20 }, ask)])
      // A connection says that it is lost a moment before the server has forgotten it.
      await until(`there are no more connections than the ${before?.n} before`, async () => {
        const [after] = await hospital.db.rows(count)
        return (after?.n ?? 0) <= (before?.n ?? 0)
      })
    }
  })

  test('copies every character as it is, and nothing as NULL', async () => {
    const strange = 'a\\b\tc\nd\re\\N "ü" 𝔘'
    const rows = new CopyRows(0).row(2).int4(1000).text(strange).row(2).int4(1001).nothing()
    await hospital.db.copy(sql`COPY t (id, v) FROM STDIN (FORMAT binary)`, rows.end())
    assert.deepEqual(await hospital.db.rows(sql`SELECT v FROM t WHERE id >= 1000 ORDER BY id`), [
      { v: strange },
      { v: null },
    ])
  })

  test('streams rows as bytes, nothing as nothing, and goes on after a reader that fails', async () => {
    const { db } = hospital
    const seen: string[] = []
    const rows = sql`COPY (SELECT id, CASE WHEN id % 2 = 0 THEN v END FROM t WHERE id <= 100 ORDER BY id) TO STDOUT (FORMAT binary)`
    await db.stream(rows, ([id, v]) => void seen.push(`${id?.readInt32BE()} ${v}`))
    assert.deepEqual(
      seen,
      Array.from({ length: 100 }, (_, at) => `${at + 1} ${at % 2 === 1 ? `v${at + 1}` : ''}`),
    )
    const failure = new Error('the reader fails')
    const fail = () => {
      throw failure
    }
    await assert.rejects(db.stream(rows, fail), failure)
    await assert.rejects(db.stream(sql`COPY nowhere TO STDOUT (FORMAT binary)`, fail), { code: '42P01' })
    await db.stream(sql`COPY (SELECT WHERE false) TO STDOUT (FORMAT binary)`, fail)
    assert.equal((await db.rows(sql`SELECT 1`)).length, 1)
  })

  test('says what is wrong with a copy, and goes on', async () => {
    const row = new CopyRows(0).row(2).int4(1).text('taken').end()
    await assert.rejects(
      hospital.db.transaction((tx) => tx.copy(sql`COPY t (id, v) FROM STDIN (FORMAT binary)`, row)),
      { code: '23505' },
    )
    await assert.rejects(hospital.db.copy(sql`COPY nowhere FROM STDIN (FORMAT binary)`, row), { code: '42P01' })
    assert.deepEqual(await hospital.db.rows(sql`SELECT v FROM t WHERE id = 1`), [{ v: 'v1' }])
  })

  test('says that a change may be stored when the connection is lost before the answer', async () => {
    const { db } = hospital
    await db.rows(sql`CREATE TABLE lost (id int)`)
    await db.rows(sql`CREATE FUNCTION lose() RETURNS trigger LANGUAGE plpgsql AS
      'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END'`)
    await db.rows(sql`CREATE CONSTRAINT TRIGGER lose AFTER INSERT ON lost DEFERRABLE INITIALLY DEFERRED
      FOR EACH ROW EXECUTE FUNCTION lose()`)
    const insert = sql`INSERT INTO lost VALUES (1)`
    const unknown = { code: 'database/outcome-unknown' }
    await assert.rejects(db.append(insert), unknown)
    await assert.rejects(db.change(insert), unknown)
    await assert.rejects(
      db.copy(sql`COPY lost FROM STDIN (FORMAT binary)`, new CopyRows(0).row(1).int4(1).end()),
      unknown,
    )
    await assert.rejects(
      db.transaction((tx) => tx.change(insert)),
      unknown,
    )
  })

  test('says that nothing was changed when the connection is lost before COMMIT, or by a read', async () => {
    const lose = sql`SELECT pg_terminate_backend(pg_backend_pid())`
    const unreachable = { code: 'database/unreachable' }
    await assert.rejects(hospital.db.rows(lose), unreachable)
    await assert.rejects(hospital.db.quick(lose), unreachable)
    await assert.rejects(
      hospital.db.transaction((tx) => tx.change(lose)),
      unreachable,
    )
  })

  test('lets reads go on while a change waits for a lock', async () => {
    const { record, db } = hospital
    const { version } = await record.create(CALLER, 'Patient', '{"resourceType":"Patient"}')
    const { id } = version
    const changed = `{"resourceType":"Patient","id":"${id}","active":true}`
    let updates: Promise<unknown>[] = []
    await db.transaction(async (tx) => {
      await tx.rows(sql`SELECT FROM fhir."Patient" WHERE id = ${id} FOR UPDATE`)
      updates = Array.from({ length: 4 }, () => record.update(CALLER, 'Patient', id, changed))
      for (let read = 0; read < 50; read++) assert.equal((await record.read(CALLER, 'Patient', id)).is, 'present')
      await record.create(CALLER, 'Patient', '{"resourceType":"Patient"}')
    })
    await Promise.all(updates)
    const found = await record.read(CALLER, 'Patient', id)
    assert.equal(found.is === 'present' && found.version.version, 5)
  })

  test('prepares no more statements than a connection can carry', async () => {
    for (let n = 0; n < 2_100; n++) await hospital.db.quick(fixed(`SELECT ${n} AS n`))
    const [row] = await hospital.db.quick(
      sql<{ n: number }>`SELECT count(*)::int AS n FROM pg_prepared_statements WHERE statement LIKE 'SELECT % AS n'`,
    )
    assert.ok((row?.n ?? 0) > 0 && (row?.n ?? 0) <= 2_000)
  })
})

test('a transaction ends when many statements, each in time, take too long together', async (t) => {
  const { db } = await startHospital(t, { statementTimeoutMs: 500 })
  await db.rows(sql`CREATE TABLE t (id int)`)
  let sent = 0
  const endless = db.transaction(async (tx) => {
    for (; sent < 100; sent++) await tx.change(sql`INSERT INTO t SELECT 1 FROM pg_sleep(0.1)`)
  })
  await assert.rejects(endless, { code: 'database/too-costly' })
  assert.ok(sent > 1)
  assert.deepEqual(await db.rows(sql`SELECT id FROM t`), [])
})
