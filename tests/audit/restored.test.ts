/** A record that comes back as it was earlier: the ledger keeps everything, and says what is of the time that was undone. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { renameSync } from 'node:fs'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { openIntake, openLedger, openMasterKey, sealNext, searchLedger, verifyLedger } from '#audit'
import { type Database, openDatabase } from '#foundation/database.ts'
import { startEmbedded } from '#foundation/embedded/server.ts'
import { migrate } from '#foundation/migrate.ts'
import { sql } from '#foundation/sql.ts'
import { entryOf, startLedgers } from '../support/ledger.ts'

async function openSealing(t: TestContext) {
  const all = await startLedgers(t)
  const ledger = await openLedger(all.control, { key: openMasterKey(randomBytes(32)), former: [] })
  return {
    ...all,
    ledger,
    record: all.record,
    recordSome: async (db: Database, count: number) => {
      const intake = openIntake(db)
      for (let n = 0; n < count; n++) await intake.record(entryOf())
    },
    seal: (db: Database) => sealNext({ ...ledger, nowMs: Date.now, most: 100 }, { name: 'record', db }),
    /** Oldest first. */
    sealed: async () => (await searchLedger(ledger, { most: 1_000 })).toReversed(),
  }
}

const times = <T>(count: number, value: T): T[] => Array(count).fill(value)
const ended = async (): Promise<never> => {
  throw new Error('the process has ended')
}

describe('a record that was restored to an earlier time', { timeout: 240_000 }, () => {
  test('has lost all that was sealed since, also what it was not told of before', async (t) => {
    const { record, hospital, recordOwner, recordSome, seal, sealed } = await openSealing(t)
    await recordSome(hospital, 3)
    await seal(record)
    await recordSome(hospital, 4)
    await seal(record)
    // The process ends between the ledger's commit and the source's.
    await recordSome(hospital, 5)
    await assert.rejects(seal({ ...record, transaction: ended }))
    // The record comes back as it was after the first three.
    await recordOwner.rows(sql`DELETE FROM audit.intake`)
    await recordOwner.rows(sql`UPDATE audit.mark SET sealed = 3`)
    await recordSome(hospital, 1)
    await seal(record)

    const entries = await sealed()
    assert.deepEqual(
      entries.map(({ lost }) => lost),
      [...times(3, false), ...times(9, true), false, false],
    )
    const { action, lost } = entries[12]?.entry ?? {}
    assert.deepEqual([action, lost], ['restored', { source: 'record', ranges: [{ from: 3, upto: 12 }] }])
  })

  test('is seen even when it knows as much as it was last told', async (t) => {
    const { record, hospital, recordOwner, recordSome, seal, sealed } = await openSealing(t)
    await recordSome(hospital, 3)
    await seal(record)
    await recordSome(hospital, 5)
    await assert.rejects(seal({ ...record, transaction: ended }))
    // Nothing was restored: the batch waits, is not sealed again, and nothing is lost.
    await seal({ ...record, transaction: ended }).catch(() => undefined)
    assert.deepEqual(
      (await sealed()).map(({ lost }) => lost),
      times(8, false),
    )
    // Restored to when the first three were sealed, and two of the five recorded.
    await recordOwner.rows(
      sql`DELETE FROM audit.intake WHERE n IN (SELECT n FROM audit.intake ORDER BY n DESC LIMIT 3)`,
    )
    await seal(record)
    await seal(record)
    const entries = await sealed()
    assert.deepEqual(
      entries.map(({ lost }) => lost),
      [...times(5, false), ...times(3, true), false],
    )
    assert.equal(entries[8]?.entry?.action, 'restored')
  })

  test('loses nothing by a second sealer that is about to tell it what was sealed', async (t) => {
    const { record, hospital, recordSome, seal, sealed } = await openSealing(t)
    await recordSome(hospital, 3)
    await seal(record)
    await recordSome(hospital, 5)
    let second: unknown
    const secondInBetween: Database['transaction'] = async (work) => {
      second = await seal(record)
      return record.transaction(work)
    }
    await seal({ ...record, transaction: secondInBetween })
    assert.ok(second)
    await recordSome(hospital, 1)
    await seal(record)
    assert.deepEqual(
      (await sealed()).map(({ lost }) => lost),
      times(9, false),
    )
  })
})

/** With their owner: the server may run as another user than the test. */
const copy = (from: string, to: string) => execFileSync('cp', ['-a', from, to])

/** An embedded record of its own, whose data folder can be put back. */
async function openRestorable(t: TestContext, home: string, log: Parameters<typeof openDatabase>[0]['log']) {
  const folder = join(home, 'record')
  const data = join(folder, 'data')
  let house = new AsyncDisposableStack()
  t.after(() => house.disposeAsync())
  const start = async () => {
    house = new AsyncDisposableStack()
    const server = await startEmbedded({ name: 'record', folder, log })
    house.defer(() => server.stop())
    await migrate(server.url, join(import.meta.dirname, '../../migrations/record'), log)
    const open = async (role: string) =>
      house.use(await openDatabase({ url: server.url, connections: 2, statementTimeoutMs: 60_000, log, role }))
    return { hospital: await open('omnicare_hospital'), record: await open('omnicare_operations') }
  }
  const whileStopped = async (work: () => void) => {
    await house.disposeAsync()
    work()
    return start()
  }
  return {
    start,
    backUp: (name: string) => whileStopped(() => copy(data, join(home, name))),
    restore: (name: string) =>
      whileStopped(() => {
        renameSync(data, join(home, `${name}-before`))
        copy(join(home, name), data)
      }),
  }
}

test('a server whose data folder was put back, twice: the ledger is whole, and the lost hours show as such', {
  timeout: 240_000,
}, async (t) => {
  const { home, log, ledger, recordSome, seal, sealed } = await openSealing(t)
  const server = await openRestorable(t, home, log)
  let { hospital, record } = await server.start()
  const work = async (count: number) => {
    await recordSome(hospital, count)
    await seal(record)
  }
  const lostNow = async () => (await sealed()).map(({ lost }) => lost)

  await work(4)
  ;({ hospital, record } = await server.backUp('monday'))
  await work(6)
  // Sealed, and the record was never told.
  ;({ hospital, record } = await server.backUp('tuesday'))
  await recordSome(hospital, 5)
  await assert.rejects(seal({ ...record, transaction: ended }))

  // To exactly the mark that the record was last told.
  ;({ hospital, record } = await server.restore('tuesday'))
  await work(2)
  const afterFirst = [...times(10, false), ...times(5, true), false, false, false]
  assert.deepEqual(await lostNow(), afterFirst)

  ;({ hospital, record } = await server.restore('monday'))
  await work(3)
  await seal(record)
  // Of the entries that tell of restores none is lost: they were never in the record.
  const afterSecond = [...times(4, false), ...times(11, true), false, true, true, ...times(4, false)]
  assert.deepEqual(await lostNow(), afterSecond)
  const told = (await sealed()).flatMap(({ entry }) => (entry?.lost === undefined ? [] : [entry.lost.ranges]))
  assert.deepEqual(told, [
    [{ from: 10, upto: 15 }],
    [
      { from: 4, upto: 15 },
      { from: 16, upto: 18 },
    ],
  ])
  const { well, findings } = await verifyLedger(ledger)
  assert.deepEqual([well, findings], [true, []])
})
