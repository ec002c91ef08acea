/** What a superuser of the database changes, the ledger tells. The independent verifier agrees. */
import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { before, describe, test } from 'node:test'
import { openLedger, verifyLedger } from '#audit'
import type { Queries } from '#foundation/database.ts'
import { name as quoted, type Sql, sql } from '#foundation/sql.ts'
import { append, EMPTY_EDGE, leafHash, leafHashes, rowRoot, signCheckpoint } from '#tlog'
import { type SealedLedger, SIZE, startSealedLedger } from '../support/sealed-ledger.ts'
import { ofSuite } from '../support/suite.ts'

class Undo extends Error {}

describe('the ledger', { timeout: 240_000 }, () => {
  let all: SealedLedger
  const suite = ofSuite()
  before(async () => {
    all = await startSealedLedger(suite)
  })

  /** Does what a superuser can, verifies, and undoes it. */
  async function verifiedAfter(change: (tx: Queries) => Promise<unknown>, options = {}) {
    let verified: Awaited<ReturnType<typeof verifyLedger>> | undefined
    await all.superuser
      .transaction(async (tx) => {
        await tx.rows(sql`SET LOCAL session_replication_role = replica`)
        await change(tx)
        // The change is seen by its own transaction only: the ledger is read through that.
        const inside = {
          ...all.control,
          rows: tx.rows,
          stream: tx.stream,
          transaction: async <T>(work: (one: Queries) => Promise<T>) => work(tx),
        }
        const opened = {
          ...all.ledger,
          control: inside,
          keys: (await openLedger(inside as typeof all.control, all.place())).keys,
        }
        verified = await verifyLedger(opened, options)
        throw new Undo()
      })
      .catch((error: unknown) => {
        if (!(error instanceof Undo)) throw error
      })
    return verified as NonNullable<typeof verified>
  }
  const run =
    (...statements: Sql[]) =>
    async (tx: Queries) => {
      for (const statement of statements) await tx.rows(statement)
    }

  test('is whole as it was sealed, as a whole and in part', async () => {
    const whole = await verifyLedger(all.ledger)
    assert.deepEqual([whole.well, whole.checked, whole.unreadable, whole.findings], [true, SIZE, 0, []])
    assert.equal(whole.checkpoints, SIZE / 50)
    const part = await verifyLedger(all.ledger, { from: 300, to: 301, decrypt: false })
    assert.deepEqual([part.well, part.checked], [true, 256])
    const ofTime = await verifyLedger(all.ledger, { from: '2015-05-01', to: '2015-06-01T00:00:00Z' })
    assert.deepEqual([ofTime.well, ofTime.checked], [true, 256])
    const later = await verifyLedger(all.ledger, { from: '2016-01-01T00:00:00+01:00' })
    assert.deepEqual([later.well, later.checked], [true, SIZE])
    const never = await verifyLedger(all.ledger, { from: '1999-01-01', to: '2000-01-01' })
    assert.deepEqual([never.well, never.checked], [true, 0])
    await assert.rejects(verifyLedger(all.ledger, { from: 'yesterday' }), { code: 'audit/bad-filter' })
  })

  const ROW_CHANGES: [string, number, ...Sql[]][] = [
    [
      'an altered payload',
      300,
      sql`UPDATE audit.ledger SET payload = set_byte(payload, 60, get_byte(payload, 60) # 1) WHERE index = 300`,
    ],
    [
      'an altered payload after the last full tile',
      690,
      sql`UPDATE audit.ledger SET payload = set_byte(payload, 60, get_byte(payload, 60) # 1) WHERE index = 690`,
    ],
    [
      'an altered hash',
      301,
      sql`UPDATE audit.ledger SET leaf = set_byte(leaf, 0, get_byte(leaf, 0) # 1) WHERE index = 301`,
    ],
    [
      'an altered hash after the last full tile',
      691,
      sql`UPDATE audit.ledger SET leaf = set_byte(leaf, 0, get_byte(leaf, 0) # 1) WHERE index = 691`,
    ],
    ['an altered id', 302, sql`UPDATE audit.ledger SET id = gen_random_uuid() WHERE index = 302`],
    ['an altered time', 303, sql`UPDATE audit.ledger SET at = at + interval '1 ms' WHERE index = 303`],
    ['an altered month', 304, sql`UPDATE audit.ledger SET month = '2015-05' WHERE index = 304`],
    ['an altered source', 305, sql`UPDATE audit.ledger SET source = 'control' WHERE index = 305`],
    ['altered search tokens', 306, sql`UPDATE audit.ledger SET tokens = tokens[2:] WHERE index = 306`],
    ['a missing entry', 307, sql`DELETE FROM audit.ledger WHERE index = 307`],
    ['a missing last entry', SIZE - 1, sql`DELETE FROM audit.ledger WHERE index = ${SIZE - 1}`],
    [
      'a missing entry that the later ones moved up for',
      308,
      sql`DELETE FROM audit.ledger WHERE index = 308`,
      sql`UPDATE audit.ledger SET index = index + 10000 WHERE index > 308`,
      sql`UPDATE audit.ledger SET index = index - 10001 WHERE index >= 10000`,
    ],
    [
      'an inserted entry',
      309,
      sql`UPDATE audit.ledger SET index = index + 10000 WHERE index >= 309`,
      sql`UPDATE audit.ledger SET index = index - 9999 WHERE index >= 10000`,
      sql`INSERT INTO audit.ledger SELECT 309, gen_random_uuid(), source, at, month, payload, leaf, tokens FROM audit.ledger WHERE index = 5`,
    ],
    [
      'an entry after the end',
      SIZE,
      sql`INSERT INTO audit.ledger SELECT ${SIZE}::bigint, gen_random_uuid(), source, at, month, payload, leaf, tokens FROM audit.ledger WHERE index = 5`,
    ],
    [
      'two entries that changed places',
      310,
      sql`UPDATE audit.ledger SET index = 10000 WHERE index = 310`,
      sql`UPDATE audit.ledger SET index = 310 WHERE index = 400`,
      sql`UPDATE audit.ledger SET index = 400 WHERE index = 10000`,
    ],
    [
      'two texts that changed places',
      311,
      sql`UPDATE audit.ledger l SET payload = (SELECT payload FROM audit.ledger o WHERE o.index = 623 - l.index) WHERE index IN (311, 312)`,
    ],
    [
      'an id that is there twice',
      313,
      sql`ALTER TABLE audit.ledger DROP CONSTRAINT ledger_id_key`,
      sql`UPDATE audit.ledger SET id = (SELECT id FROM audit.ledger WHERE index = 5) WHERE index = 313`,
    ],
  ]
  for (const [what, index, ...statements] of ROW_CHANGES)
    test(`names the entry of ${what}`, async () => {
      const { well, firstBadEntry, findings } = await verifiedAfter(run(...statements))
      assert.equal(well, false)
      assert.deepEqual(firstBadEntry, { from: index, to: index }, JSON.stringify(findings.slice(0, 3)))
    })

  const OTHER_CHANGES: [string, RegExp, ...Sql[]][] = [
    [
      'an altered tile',
      /^tile 0\/1 has been altered$/,
      sql`UPDATE audit.tile SET hashes = set_byte(hashes, 9, get_byte(hashes, 9) # 1) WHERE index = 1`,
    ],
    [
      "a tile's altered root",
      /^tile 0\/1 has been altered$/,
      sql`UPDATE audit.tile SET root = set_byte(root, 9, get_byte(root, 9) # 1) WHERE index = 1`,
    ],
    ['a missing tile', /^tile 0\/0 is missing$/, sql`DELETE FROM audit.tile WHERE index = 0`],
    [
      'an inserted tile',
      /^tile 0\/7 was inserted/,
      sql`INSERT INTO audit.tile SELECT 0, 7, hashes, root FROM audit.tile WHERE index = 0`,
    ],
    [
      'a tile of a level that is not there yet',
      /^tile 1\/0 was inserted/,
      sql`INSERT INTO audit.tile SELECT 1, 0, hashes, root FROM audit.tile WHERE index = 0`,
    ],
    [
      'an altered root of a checkpoint',
      /^the checkpoint of 100 entries is not what the log has signed/,
      sql`UPDATE audit.checkpoint SET root = set_byte(root, 9, 1) WHERE size = 100`,
    ],
    [
      'an altered signature',
      /^the checkpoint of 100 entries is not what the log has signed/,
      sql`UPDATE audit.checkpoint SET signed = (SELECT signed FROM audit.checkpoint WHERE size = 150) WHERE size = 100`,
    ],
    [
      'a missing checkpoint',
      /^a checkpoint is missing before the checkpoint of 150 entries$/,
      sql`DELETE FROM audit.checkpoint WHERE size = 100`,
    ],
    [
      'a checkpoint that another one signed by the log stands for',
      /^the checkpoint of 100 entries is not what the log has signed/,
      sql`UPDATE audit.checkpoint c SET signed = o.signed, root = o.root FROM audit.checkpoint o WHERE c.size = 100 AND o.size = 150`,
    ],
    [
      "an altered byte of a checkpoint's signature",
      /^the checkpoint of 100 entries is not what the log has signed/,
      sql`UPDATE audit.checkpoint SET signed = overlay(signed placing 'A' from length(signed) - 20 for 1) || '' WHERE size = 100`,
    ],
    [
      'the first checkpoint taken out',
      /^a checkpoint is missing before/,
      sql`DELETE FROM audit.checkpoint WHERE size = 50`,
    ],
    [
      'an altered newest checkpoint',
      /^the checkpoint of 700 entries is not what the log has signed/,
      sql`UPDATE audit.head SET signed = overlay(signed placing 'A' from length(signed) - 20 for 1)`,
    ],
    [
      'a checkpoint altered together with the newest one',
      /^the checkpoint of 100 entries is not what the log has signed/,
      sql`UPDATE audit.head SET signed = overlay(signed placing 'A' from length(signed) - 20 for 1)`,
      sql`UPDATE audit.checkpoint SET signed = overlay(signed placing 'A' from length(signed) - 20 for 1) WHERE size = 100`,
    ],
    ['a missing newest checkpoint', /^the newest checkpoint is missing$/, sql`DELETE FROM audit.head`],
    [
      'an altered key',
      /^the key of 2015-05 has been altered/,
      sql`UPDATE audit.month_key SET wrapped = set_byte(wrapped, 20, get_byte(wrapped, 20) # 1) WHERE month = '2015-05'`,
    ],
    ['a missing key', /^the key of 2015-05 is missing$/, sql`DELETE FROM audit.month_key WHERE month = '2015-05'`],
  ]
  for (const [what, says, ...statements] of OTHER_CHANGES)
    test(`tells of ${what}, and accuses no entry`, async () => {
      const { well, firstBadEntry, findings } = await verifiedAfter(run(...statements))
      assert.deepEqual([well, firstBadEntry], [false, undefined], JSON.stringify(findings))
      assert.match(findings.map((one) => one.says).join('\n'), new RegExp(says.source, 'm'))
    })

  test('tells when an older checkpoint was put in the place of the newest', async () => {
    const back = sql`UPDATE audit.head h SET size = c.size, root = c.root, signed = c.signed FROM audit.checkpoint c WHERE c.size = 600`
    const { well, firstBadEntry } = await verifiedAfter(run(back))
    assert.deepEqual([well, firstBadEntry], [false, { from: 600, to: 600 }])
  })

  test('tells when it was cut back to an older checkpoint with everything that belongs to it', async () => {
    const { firstBadEntry } = await verifiedAfter(
      run(
        sql`DELETE FROM audit.ledger WHERE index >= 600`,
        sql`DELETE FROM audit.checkpoint WHERE size > 600`,
        sql`UPDATE audit.head h SET size = c.size, root = c.root, signed = c.signed FROM audit.checkpoint c WHERE c.size = 600`,
      ),
    )
    assert.deepEqual(firstBadEntry, { from: 600, to: SIZE - 1 })
  })

  /** Writes the ledger anew from an entry on, with all that follows from it, and signs with the log's own key. */
  const rewrite = (index: number, only: { sign: boolean }) => async (tx: Queries) => {
    await tx.rows(
      sql`UPDATE audit.ledger SET payload = set_byte(payload, 60, get_byte(payload, 60) # 1) WHERE index = ${index}`,
    )
    const rows = await tx.rows<{ payload: string }>(sql`SELECT payload FROM audit.ledger ORDER BY index`)
    const payloads = rows.map(({ payload }) => Buffer.from(payload.slice(2), 'hex'))
    const leaf = `\\x${leafHash(payloads[index] as Buffer).toString('hex')}`
    await tx.rows(sql`UPDATE audit.ledger SET leaf = ${leaf}::bytea WHERE index = ${index}`)
    for (const { level, index: at, width, hashes } of append(EMPTY_EDGE, leafHashes(payloads)).tiles)
      if (width === 256)
        await tx.rows(sql`UPDATE audit.tile SET hashes = ${`\\x${Buffer.from(hashes).toString('hex')}`}::bytea,
          root = ${`\\x${rowRoot(hashes).toString('hex')}`}::bytea WHERE level = ${level} AND index = ${at}`)
    if (!only.sign) return
    const signer = await all.ledger.keys.signer(tx)
    let follows = 'follows 0'
    for (const { size } of await tx.rows<{ size: string }>(sql`SELECT size FROM audit.checkpoint ORDER BY size`)) {
      const root = append(EMPTY_EDGE, leafHashes(payloads.slice(0, Number(size)))).root
      const checkpoint = {
        origin: signer.verifier.name,
        size: Number(size),
        root,
        extensions: [follows],
      }
      const signed = signCheckpoint(checkpoint, [signer])
      follows = `follows ${size} ${hash('sha256', signed, 'base64')}`
      for (const table of ['checkpoint', 'head'])
        await tx.rows(sql`UPDATE ${quoted('audit', table)} SET root = ${`\\x${root.toString('hex')}`}::bytea,
          signed = ${signed} WHERE size = ${size}`)
    }
  }

  test('tells between which checkpoints it was written anew by one who can not sign', async () => {
    const { findings } = await verifiedAfter(rewrite(320, { sign: false }), { decrypt: false })
    assert.deepEqual(
      findings.map(({ entries }) => entries),
      [{ from: 300, to: 349 }],
    )
  })

  test('written anew and signed again is exposed by an older checkpoint that was kept outside', async () => {
    const [kept] = await all.control.rows<{ signed: string }>(sql`SELECT signed FROM audit.checkpoint WHERE size = 400`)
    const options = { decrypt: false, kept: [kept?.signed as string] }
    assert.equal((await verifiedAfter(rewrite(320, { sign: true }), { decrypt: false })).well, true)
    const { well, firstBadEntry } = await verifiedAfter(rewrite(320, { sign: true }), options)
    assert.deepEqual([well, firstBadEntry], [false, { from: 350, to: 399 }])
    assert.equal((await verifyLedger(all.ledger, options)).well, true)
  })
})
