import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { before, describe, test } from 'node:test'
import { openIntake, openLedger, openMasterKey, sealNext } from '#audit'
import type { Database } from '#foundation/database.ts'
import { fixed, name, sql } from '#foundation/sql.ts'
import { entryOf, startLedgers, type TestLedgers } from '../support/ledger.ts'
import { ofSuite } from '../support/suite.ts'

const REFUSED = { code: '42501' }
const run = (db: Database, text: string) => db.rows(fixed(text))

describe('what PostgreSQL itself refuses', { timeout: 240_000 }, () => {
  let all: TestLedgers
  const suite = ofSuite()
  before(async () => {
    all = await startLedgers(suite)
    const ledger = await openLedger(all.control, { key: openMasterKey(randomBytes(32)), former: [] })
    await Promise.all(Array.from({ length: 300 }, () => openIntake(all.hospital).record(entryOf())))
    await sealNext({ ...ledger, nowMs: () => Date.now(), most: 2_000 }, { name: 'record', db: all.record })
    await openIntake(all.hospital).record(entryOf())
  })

  const INTAKE = [
    'SELECT * FROM audit.intake',
    'SELECT count(*) FROM audit.intake',
    "UPDATE audit.intake SET entry = 'x'",
    'DELETE FROM audit.intake',
    'TRUNCATE audit.intake',
    "INSERT INTO audit.intake (tx, entry) VALUES ('1', 'x')",
    "INSERT INTO audit.intake (n, entry) OVERRIDING SYSTEM VALUE VALUES (1, 'x')",
    "INSERT INTO audit.intake (entry) VALUES ('x') RETURNING n",
    'SELECT * FROM audit.mark',
    'UPDATE audit.mark SET sealed = 0',
    'DROP TABLE audit.intake',
    'ALTER TABLE audit.intake DISABLE TRIGGER ALL',
  ]
  for (const text of INTAKE)
    test(`the hospital may add to what it records, and not: ${text}`, () =>
      assert.rejects(run(all.hospital, text), REFUSED))

  test('the hospital may use the record', async () => {
    await run(
      all.hospital,
      `INSERT INTO fhir."Basic" (id, version, updated, tokens, present) VALUES ('a', 1, now(), '{}', '{}')`,
    )
    await run(all.hospital, `UPDATE fhir."Basic" SET version = 2`)
    await run(all.hospital, `DELETE FROM fhir."Basic"`)
    await assert.rejects(run(all.hospital, `TRUNCATE fhir."Basic"`), REFUSED)
    await assert.rejects(run(all.hospital, `DROP TABLE fhir."Basic"`), REFUSED)
  })

  test('the sealer reads and removes what waits, and neither changes it nor sees the record', async () => {
    await run(all.record, 'SELECT * FROM audit.intake')
    await assert.rejects(run(all.record, "UPDATE audit.intake SET entry = 'x'"), REFUSED)
    await assert.rejects(run(all.record, "INSERT INTO audit.intake (entry) VALUES ('x')"), REFUSED)
    await assert.rejects(run(all.record, 'UPDATE audit.mark SET incarnation = gen_random_uuid()'), REFUSED)
    await assert.rejects(run(all.record, 'SELECT * FROM fhir."Patient"'), REFUSED)
  })

  const GROWS: readonly (readonly [string, string])[] = [
    ['ledger', 'at'],
    ['tile', 'root'],
    ['checkpoint', 'signed'],
    ['lost', 'source'],
    ['witnessed', 'origin'],
  ]
  const CHANGES = (table: string, column: string) => [
    `UPDATE audit.${table} SET ${column} = ${column}`,
    `DELETE FROM audit.${table}`,
    `TRUNCATE audit.${table}`,
  ]
  for (const [table, column] of GROWS)
    test(`audit.${table} only grows: for operations, and for its owner too`, async () => {
      for (const text of CHANGES(table, column)) {
        await assert.rejects(run(all.control, text), REFUSED, text)
        await assert.rejects(run(all.superuser, text), REFUSED, text)
      }
      await assert.rejects(run(all.control, `ALTER TABLE audit.${table} DISABLE TRIGGER ALL`), REFUSED)
      await assert.rejects(run(all.control, `DROP TABLE audit.${table}`), REFUSED)
    })

  test('the newest checkpoint is only ever replaced by a larger one', async () => {
    for (const db of [all.control, all.superuser]) {
      for (const text of ['size = size', "size = size - 1, signed = 'x'"])
        await assert.rejects(run(db, `UPDATE audit.head SET ${text}`), REFUSED)
      await assert.rejects(run(db, 'DELETE FROM audit.head'), REFUSED)
      await assert.rejects(run(db, 'TRUNCATE audit.head'), REFUSED)
    }
    await assert.rejects(run(all.control, 'INSERT INTO audit.head (one) VALUES (false)'), { code: /^23/ })
  })

  test('keys are never removed, only emptied', async () => {
    for (const table of ['month_key', 'signing_key'])
      for (const db of [all.control, all.superuser]) {
        await assert.rejects(db.rows(sql`DELETE FROM ${name('audit', table)}`), REFUSED)
        await assert.rejects(db.rows(sql`TRUNCATE ${name('audit', table)}`), REFUSED)
      }
    await assert.rejects(run(all.control, "UPDATE audit.month_key SET month = '2000-01'"), REFUSED)
    await assert.rejects(run(all.control, "UPDATE audit.signing_key SET verifier = 'x'"), REFUSED)
  })
})
