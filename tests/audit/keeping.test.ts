/** Reading a ledger, showing it to outsiders, and taking care of its keys. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { appendFileSync, chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import {
  checkpointOf,
  destroyMonth,
  destroyOverdue,
  exportLedger,
  openExportPlace,
  openIntake,
  openLedger,
  openMasterKey,
  proveEntry,
  rotateLogKey,
  rotateMasterKey,
  searchLedger,
  verifyLedger,
  witness,
  witnessKey,
} from '#audit'
import { newId } from '#foundation/ids.ts'
import { sql } from '#foundation/sql.ts'
import {
  append,
  EMPTY_EDGE,
  leafHashes,
  makeSigner,
  openNote,
  readVerifier,
  signCheckpoint,
  writeSubmission,
} from '#tlog'
import { entryOf } from '../support/ledger.ts'
import { type SealedLedger, SIZE, startSealedLedger } from '../support/sealed-ledger.ts'
import { ofSuite } from '../support/suite.ts'

const verifier = join(import.meta.dirname, '../../docs/audit-verifier/verify.mjs')
const DOER = {
  actor: { kind: 'person', id: 'ops' },
  role: 'administrator',
  request: 'r',
  address: '',
  agent: '',
} as const
const FOLDER = { lock: 'off', years: 7, nowMs: Date.now } as const
const YEAR_MS = 365.25 * 86_400_000

describe('the ledger', { timeout: 240_000 }, () => {
  let all: SealedLedger
  const suite = ofSuite()
  before(async () => {
    all = await startSealedLedger(suite)
  })

  test('is searched by person, patient, action, time, outcome, request and break-glass', async () => {
    const count = async (search: Parameters<typeof searchLedger>[1]) =>
      (await searchLedger(all.ledger, { ...search, most: 1_000 })).length
    assert.equal(await count({ person: 'grace' }), 100)
    assert.equal(await count({ patient: 'Patient/3' }), 70)
    assert.equal(await count({ patient: 'Patient/5', action: 'update' }), 70)
    assert.equal(await count({ patient: 'Patient/5', action: 'read' }), 0)
    assert.equal(await count({ breakGlass: 'true' }), 1)
    assert.equal(await count({ request: 'request-77' }), 1)
    assert.equal(await count({ outcome: 'refused' }), 0)
    assert.equal(await count({ to: '2016-01-01' }), 3)
    assert.equal(await count({ from: '2016-01-01', type: 'Patient' }), SIZE - 3)
    const [newest, next] = await searchLedger(all.ledger, { most: 2 })
    assert.deepEqual([newest?.index, next?.index], [SIZE - 1, SIZE - 2])
    const [before] = await searchLedger(all.ledger, { before: 10, most: 1 })
    assert.equal(before?.index, 9)
    await assert.rejects(searchLedger(all.ledger, { from: 'yesterday' }), { code: 'audit/bad-filter' })
  })

  test('has no word of an entry in the database that the keys do not open', async () => {
    const rows = await all.superuser.rows<{ row: string }>(sql`SELECT l::text AS row FROM audit.ledger l`)
    const hex = (word: string) => Buffer.from(word).toString('hex')
    for (const word of ['grace', 'Patient/3', 'request-77'])
      assert.ok(!rows.some(({ row }) => row.includes(word) || row.includes(hex(word))), word)
  })

  const ask = (...args: string[]) =>
    new Promise<{ exit: number; says: string }>((resolve) =>
      execFile(process.execPath, [verifier, ...args], (error, stdout, stderr) =>
        resolve({ exit: error === null ? 0 : Number(error.code), says: stdout + stderr }),
      ),
    )

  test('gives proofs and a folder that the independent verifier accepts, and grows the folder', async () => {
    const folder = join(all.home, 'export')
    const key = (await all.ledger.keys.verifiers())[0]?.text as string
    const first = await exportLedger(all.ledger, await openExportPlace(folder, FOLDER))
    assert.equal(first.size, SIZE)
    assert.deepEqual(await ask('log', '--key', key, folder).then(({ exit }) => exit), 0)
    const kept = join(all.home, 'kept.checkpoint')
    writeFileSync(kept, readFileSync(join(folder, 'checkpoint')))

    const { proof, payload, entry } = await proveEntry(all.ledger, '77')
    assert.equal(entry?.request, 'request-77')
    assert.equal((await proveEntry(all.ledger, entry?.id as string)).index, 77)
    writeFileSync(join(all.home, 'p.tlog-proof'), proof)
    writeFileSync(join(all.home, 'p.bin'), payload)
    const proven = await ask(
      'inclusion',
      '--key',
      key,
      '--entry',
      join(all.home, 'p.bin'),
      join(all.home, 'p.tlog-proof'),
    )
    assert.equal(proven.exit, 0, proven.says)

    await Promise.all(Array.from({ length: 100 }, () => openIntake(all.hospital).record(entryOf())))
    await all.seal()
    const second = await exportLedger(all.ledger, await openExportPlace(folder, FOLDER))
    assert.equal(second.size, SIZE + 100)
    const grown = await ask('log', '--key', key, '--old', kept, folder)
    assert.equal(grown.exit, 0, grown.says)

    const file = join(folder, 'tile/entries/001')
    chmodSync(file, 0o644)
    appendFileSync(file, 'x')
    const bad = await ask('log', '--key', key, folder)
    assert.equal(bad.exit, 1, bad.says)
    rmSync(join(folder, 'tile'), { recursive: true })
    writeFileSync(join(folder, 'checkpoint'), 'not a checkpoint')
    await assert.rejects(exportLedger(all.ledger, await openExportPlace(folder, FOLDER)), {
      code: 'audit/other-export',
    })
  })

  test('goes on under a new log key, and everything that the former one signed still counts', async () => {
    const [old] = await all.ledger.keys.verifiers()
    const { verifier: text } = await rotateLogKey(all.ledger, DOER, Date.now())
    await all.seal('control')
    const { signed } = await checkpointOf(all.ledger)
    assert.deepEqual(openNote(signed, [readVerifier(text)]).by.length, 1)
    assert.throws(() => openNote(signed, [old as NonNullable<typeof old>]), { code: 'tlog/not-signed' })
    const verified = await verifyLedger(all.ledger)
    assert.deepEqual([verified.well, verified.findings], [true, []])
  })

  test('reads everything under a new master key, and nothing under the former one', async () => {
    const former = all.keyBytes
    await rotateMasterKey(all.ledger, DOER, Date.now())
    assert.notDeepEqual(former, all.keyBytes)
    assert.deepEqual((await verifyLedger(await openLedger(all.control, all.place()))).unreadable, 0)
    await assert.rejects(openLedger(all.control, { key: openMasterKey(former), former: [] }), {
      code: 'audit/other-master-key',
    })
    // A replacement that was cut short before the new key took its place: the new one is known as another.
    const again = await openLedger(all.control, { key: openMasterKey(former), former: [openMasterKey(all.keyBytes)] })
    assert.equal((await verifyLedger(again)).unreadable, 0)
    all.keyBytes = former
    all.ledger = await openLedger(all.control, all.place())
    await all.seal('control')
  })

  test("stays whole when a month's key is destroyed, and says how many entries can no longer be read", async () => {
    const retention = { years: 7, nowMs: Date.now() }
    const thisMonth = new Date().toISOString().slice(0, 7)
    await assert.rejects(destroyMonth(all.ledger, DOER, thisMonth, retention), { code: 'audit/too-young' })
    const [key] = await all.superuser.rows<{ wrapped: string }>(
      sql`SELECT wrapped FROM audit.month_key WHERE month = '2015-05'`,
    )
    const onDisk = async () => {
      await all.superuser.rows(sql`CHECKPOINT`)
      const [file] = await all.superuser.rows<{ bytes: string }>(
        sql`SELECT pg_read_binary_file(pg_relation_filepath('audit.month_key')) AS bytes`,
      )
      return file?.bytes.includes(key?.wrapped.slice(2) as string)
    }
    assert.equal(await onDisk(), true)
    assert.deepEqual(await destroyOverdue(all.ledger, retention), ['2015-05'])
    assert.equal(await onDisk(), false)
    await assert.rejects(destroyMonth(all.ledger, DOER, '2015-05', retention), { code: 'audit/no-such-month' })
    const { well, unreadable } = await verifyLedger(all.ledger)
    assert.deepEqual([well, unreadable], [true, 3])
    assert.equal((await searchLedger(all.ledger, { to: '2016-01-01' }))[0]?.entry, undefined)
    assert.equal((await searchLedger(all.ledger, { request: 'request-2' })).length, 0)
    await all.seal('control')
    const [said] = await searchLedger(all.ledger, { action: 'destroy-key' })
    assert.deepEqual(said?.entry?.resources, ['audit-key/2015-05'])
    // What comes late for that month is kept with what is recorded now.
    const late = entryOf({ at: '2015-05-06T00:00:00.000Z', id: newId() })
    await openIntake(all.hospital).record(late)
    await all.seal()
    assert.equal((await searchLedger(all.ledger, { to: '2016-01-01' }))[0]?.entry?.id, late.id)
    assert.equal((await verifyLedger(all.ledger)).well, true)
    assert.deepEqual(await destroyOverdue(all.ledger, { years: 7, nowMs: Date.now() + YEAR_MS }), [])
  })

  test('is a witness for other logs, and never cosigns one that was rolled back', async () => {
    const other = makeSigner('other.example/log', Buffer.alloc(32, 9))
    const entries = (count: number) => Array.from({ length: count }, (_, at) => Buffer.from(`e${at}`))
    const signed = (count: number) =>
      signCheckpoint(
        { origin: 'other.example/log', size: count, root: append(EMPTY_EDGE, leafHashes(entries(count))).root },
        [other],
      )
    const send = (oldSize: number, count: number) =>
      witness(all.ledger, [other.verifier], writeSubmission({ oldSize, proof: [], signed: signed(count) }), Date.now())
    const first = await send(0, 1)
    assert.equal(first.status, 200)
    const key = readVerifier(await witnessKey(all.ledger))
    assert.match(first.body, new RegExp(`^— ${key.name} `))
    assert.equal((await send(0, 2)).status, 409)
    assert.equal((await send(1, 1)).status, 200)
    assert.equal(
      (await witness(all.ledger, [], writeSubmission({ oldSize: 1, proof: [], signed: signed(1) }), 0)).status,
      404,
    )
    assert.ok((await checkpointOf(all.ledger)).size > SIZE)
  })
})
