/** The sealer: everything that was recorded, once, in order, whatever fails meanwhile. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { before, describe, test } from 'node:test'
import {
  type AuditEntry,
  openIntake,
  openLedger,
  openMasterKey,
  type Source,
  sealNext,
  searchLedger,
  verifyLedger,
} from '#audit'
import type { Database } from '#foundation/database.ts'
import { newId } from '#foundation/ids.ts'
import { sql } from '#foundation/sql.ts'
import { failingAtEveryStep } from '../support/faults-at-every-step.ts'
import { entryOf, startLedgers, type TestLedgers } from '../support/ledger.ts'
import { ofSuite } from '../support/suite.ts'

describe('sealing', { timeout: 240_000 }, () => {
  let all: TestLedgers
  const suite = ofSuite()
  const master = openMasterKey(randomBytes(32))
  before(async () => {
    all = await startLedgers(suite)
  })

  const ledgerOn = (control: Database) => openLedger(control, { key: master, former: [] })
  const sealOnce = async (control: Database, db: Database, name: Source['name'] = 'record', most = 500) =>
    sealNext({ ...(await ledgerOn(control)), nowMs: () => Date.now(), most }, { name, db })
  const sealAll = async (name: Source['name'] = 'record') => {
    for (let taken = 1; taken > 0; ) taken = (await sealOnce(all.control, all[name], name))?.taken ?? 0
  }
  const record = async (entries: readonly AuditEntry[]) => {
    const intake = openIntake(all.hospital)
    await Promise.all(entries.map((entry) => intake.record(entry)))
    return entries.map(({ id }) => id)
  }
  const sealedIds = async (): Promise<string[]> =>
    (await all.control.rows<{ id: string }>(sql`SELECT id FROM audit.ledger ORDER BY index`)).map(({ id }) => id)
  const waiting = async (): Promise<number> =>
    Number((await all.record.rows<{ n: string }>(sql`SELECT count(*) AS n FROM audit.intake`))[0]?.n)

  test('moves everything that was recorded into the ledger, once, and empties the intake', async () => {
    const ids = await record(Array.from({ length: 700 }, () => entryOf()))
    await sealAll()
    assert.deepEqual((await sealedIds()).toSorted(), ids.toSorted())
    assert.equal(await waiting(), 0)
    assert.equal((await verifyLedger(await ledgerOn(all.control))).well, true)
  })

  test('waits for a transaction that began earlier and has not committed yet', async () => {
    const early = entryOf()
    const late = entryOf()
    await all.hospital.transaction(async (tx) => {
      await tx.rows(sql`INSERT INTO audit.intake (entry) VALUES (${JSON.stringify(early)})`)
      await record([late])
      await sealAll()
      assert.ok(!(await sealedIds()).includes(late.id))
    })
    await sealAll()
    assert.deepEqual((await sealedIds()).slice(-2), [early.id, late.id])
  })

  test('takes entries that were loaded from the dump of another server', async () => {
    const { id, ...entry } = entryOf()
    await all.recordOwner.rows(
      sql`INSERT INTO audit.intake (tx, entry) VALUES ('99999999999'::xid8, ${JSON.stringify({ id, ...entry })})`,
    )
    await sealAll()
    assert.equal((await sealedIds()).at(-1), id)
  })

  test('takes each line of a row as an entry, in their order', async () => {
    const entries = Array.from({ length: 300 }, () => entryOf())
    const rows = [entries.slice(0, 100), entries.slice(100, 101), entries.slice(101)]
    for (const row of rows) {
      const lines = row.map((entry) => JSON.stringify(entry)).join('\n')
      await all.hospital.rows(sql`INSERT INTO audit.intake (entry) VALUES (${lines})`)
    }
    // Of few rows so that a batch ends by their length.
    while ((await sealOnce(all.control, all.record, 'record', 50))?.more);
    await sealAll()
    assert.deepEqual(
      (await sealedIds()).slice(-300),
      entries.map(({ id }) => id),
    )
  })

  for (const moment of ['before', 'after'] as const)
    test(`loses nothing and seals nothing twice when it fails ${moment} any step`, async (t) => {
      const expected = new Set(await sealedIds())
      const refill = async () => {
        for (const id of await record(Array.from({ length: 300 }, () => entryOf()))) expected.add(id)
      }
      const check = async (step: number) => {
        await sealAll()
        const ids = await sealedIds()
        assert.deepEqual(ids.toSorted(), [...expected].sort(), `step ${step}`)
        assert.equal(await waiting(), 0)
        await refill()
      }
      await refill()
      const onControl = await failingAtEveryStep(all.control, moment, (control) => sealOnce(control, all.record), check)
      const onSource = await failingAtEveryStep(all.record, moment, (db) => sealOnce(all.control, db), check)
      t.diagnostic(`${onControl} steps on control, ${onSource} on the source`)
      assert.ok(onControl >= 15 && onSource >= 5)
      await sealAll()
      assert.equal((await verifyLedger(await ledgerOn(all.control))).well, true)
    })

  test('keeps what is no entry, and what is too long for one, without losing a reference', async () => {
    const long = entryOf({
      resources: Array.from({ length: 1_000 }, () => `Observation/${newId()}/_history/1`),
      patients: Array.from({ length: 1_000 }, () => `Patient/${newId()}`),
      more: 7,
    })
    await record([long])
    // One comes twice: each time something was meant.
    await all.hospital.rows(
      sql`INSERT INTO audit.intake (entry) VALUES ('{"no":'), (${`"${'x'.repeat(70_000)}"`}), ('{"no":')`,
    )
    await sealAll()
    assert.equal(await waiting(), 0)
    const ledger = await ledgerOn(all.control)
    const found = (await searchLedger(ledger, { most: 100 })).map(({ entry }) => entry as AuditEntry)
    assert.equal(found.filter(({ action }) => action === 'malformed').length, 3)
    const parts = found.filter((entry) => entry.id === long.id || entry.continues === long.id).reverse()
    assert.ok(parts.length >= 2)
    assert.deepEqual(
      parts.flatMap(({ resources }) => resources),
      long.resources,
    )
    assert.deepEqual(
      parts.flatMap(({ patients }) => patients),
      long.patients,
    )
    const [one] = await searchLedger(ledger, { patient: long.patients.at(-1) as string })
    assert.ok(one?.entry?.id === long.id || one?.entry?.continues === long.id)
    assert.equal((await verifyLedger(ledger)).well, true)
  })

  test('two sealers at once seal everything once', async () => {
    const ids = await record(Array.from({ length: 400 }, () => entryOf()))
    const seal = async () => {
      while ((await waiting()) > 0) await sealOnce(all.control, all.record, 'record', 50)
    }
    await Promise.all([seal(), seal()])
    assert.deepEqual((await sealedIds()).slice(-400).toSorted(), ids.toSorted())
  })

  test('tells that the record was restored to an earlier time, and which entries are of the time that was undone', async () => {
    const kept = await record(Array.from({ length: 10 }, () => entryOf()))
    await sealAll()
    const [before] = await all.record.rows<{ sealed: string; incarnation: string }>(
      sql`SELECT sealed, incarnation FROM audit.mark`,
    )
    const [stillThere] = await record([entryOf()])
    const texts = await all.record.rows<{ entry: string }>(sql`SELECT entry FROM audit.intake`)
    const lost = await record(Array.from({ length: 5 }, () => entryOf()))
    await sealAll()
    // As a restore does: the mark is what it was, one entry waits again, the rest never was.
    await all.recordOwner.rows(sql`UPDATE audit.mark SET sealed = ${before?.sealed}`)
    await all.recordOwner.rows(sql`INSERT INTO audit.intake (entry) VALUES (${texts[0]?.entry})`)
    const size = (await sealedIds()).length
    await sealAll()
    await sealAll()
    const ledger = await ledgerOn(all.control)
    const found = await searchLedger(ledger, { most: 20 })
    assert.equal((await sealedIds()).length, size + 1)
    assert.equal(found[0]?.entry?.action, 'restored')
    assert.deepEqual(found[0]?.entry?.lost, { source: 'record', ranges: [{ from: size - 5, upto: size }] })
    const marked = found.filter((one) => one.lost).map(({ entry }) => entry?.id as string)
    assert.deepEqual(marked.toSorted(), lost.toSorted())
    assert.ok(!marked.includes(stillThere as string) && !marked.some((id) => kept.includes(id)))
    assert.equal((await verifyLedger(ledger)).well, true)
  })

  test('builds nothing on a tree that is not the one that was signed', async () => {
    await record([entryOf()])
    await sealAll()
    const [last] = await all.control.rows<{ size: string }>(sql`SELECT size FROM audit.head`)
    const flip = (leaf: string) =>
      all.superuser.transaction(async (tx) => {
        await tx.rows(sql`SET LOCAL session_replication_role = replica`)
        await tx.rows(sql`UPDATE audit.ledger SET leaf = ${leaf}::bytea WHERE index = ${Number(last?.size) - 1}`)
      })
    const [row] = await all.superuser.rows<{ leaf: string }>(
      sql`SELECT leaf FROM audit.ledger WHERE index = ${Number(last?.size) - 1}`,
    )
    await flip(`\\x${'00'.repeat(32)}`)
    await record([entryOf()])
    await assert.rejects(sealOnce(all.control, all.record), { code: 'audit/broken-tree' })
    await flip(row?.leaf as string)
    await sealAll()
    assert.equal(await waiting(), 0)
  })
})
