import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { openIntake, openLedger, openMasterKey, sealNext, searchLedger } from '#audit'
import { sql } from '#foundation/sql.ts'
import { entryOf, startLedgers } from '../support/ledger.ts'

test('all that was sealed of a lost time is lost, also what the source was not told of before', {
  timeout: 60_000,
}, async (t) => {
  const all = await startLedgers(t)
  const ledger = await openLedger(all.control, { key: openMasterKey(randomBytes(32)), former: [] })
  const intake = openIntake(all.hospital)
  const record = async (count: number) => {
    for (let n = 0; n < count; n++) await intake.record(entryOf())
  }
  const seal = (db = all.record) => sealNext({ ...ledger, nowMs: Date.now, most: 100 }, { name: 'record', db })

  await record(3)
  await seal()
  await record(4)
  await seal()
  // The process ends between the ledger's commit and the source's.
  await record(5)
  const gone = async (): Promise<never> => {
    throw new Error('the process has ended')
  }
  await assert.rejects(seal({ ...all.record, transaction: gone }))
  // The record comes back as it was after the first three.
  await all.recordOwner.rows(sql`DELETE FROM audit.intake`)
  await all.recordOwner.rows(sql`UPDATE audit.mark SET sealed = 3`)
  await record(1)
  await seal()

  const entries = (await searchLedger(ledger, {})).toReversed()
  assert.deepEqual(
    entries.map(({ lost }) => lost),
    [...Array(3).fill(false), ...Array(9).fill(true), false, false],
  )
  const { action, lost } = entries[12]?.entry ?? {}
  assert.deepEqual([action, lost], ['restored', { source: 'record', ranges: [{ from: 3, upto: 12 }] }])
})
