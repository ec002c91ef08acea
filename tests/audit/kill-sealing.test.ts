import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { openIntake } from '#audit'
import type { Database } from '#foundation/database.ts'
import { sql } from '#foundation/sql.ts'
import { append, EMPTY_EDGE, leafHashes, parseCheckpoint, parseNote } from '#tlog'
import { entryOf, startLedgers } from '../support/ledger.ts'
import { until } from '../support/running.ts'

const ROUNDS = 6

const ledgerOf = async (db: Database) =>
  db.rows<{ index: string; id: string; payload: string }>(
    sql`SELECT index, id, payload FROM audit.ledger ORDER BY index`,
  )

describe('kill -9 of the process that seals', () => {
  test('while entries stream into both databases: each is sealed exactly once, and every checkpoint holds', async (t) => {
    const ledgers = await startLedgers(t)
    const { home, recordUrl, controlUrl, superuser } = ledgers
    const intakes = [openIntake(ledgers.hospital), openIntake(ledgers.control)]
    const acknowledged: string[] = []
    let streaming = true
    const streams = [0, 1, 2, 3].map(async (lane) => {
      while (streaming) {
        const entry = entryOf({ plane: lane % 2 === 0 ? 'hospital' : 'operations' })
        await intakes[lane % 2]?.record(entry)
        acknowledged.push(entry.id)
      }
    })

    let sealer: ChildProcess | undefined
    const start = () => {
      sealer = spawn(
        process.execPath,
        [join(import.meta.dirname, '../support/seal-forever.ts'), recordUrl, controlUrl, home],
        {
          stdio: ['ignore', 'ignore', 'inherit'],
        },
      )
    }
    t.after(() => void sealer?.kill('SIGKILL'))
    const size = async () =>
      Number((await superuser.rows<{ n: string }>(sql`SELECT count(*) AS n FROM audit.ledger`))[0]?.n)
    for (let round = 0; round < ROUNDS; round++) {
      const before = await size()
      start()
      // Each round is ended a few batches later than the one before, so that it ends somewhere else within a batch.
      await until('it seals', async () => (await size()) > before + round * 37)
      const ended = once(sealer as ChildProcess, 'exit')
      sealer?.kill('SIGKILL')
      await ended
    }
    streaming = false
    await Promise.all(streams)
    start()
    const waiting = async (db: Database) =>
      Number((await db.rows<{ n: string }>(sql`SELECT count(*) AS n FROM audit.intake`))[0]?.n)
    await until('all is sealed', async () => (await waiting(ledgers.record)) + (await waiting(ledgers.control)) === 0)

    const rows = await ledgerOf(superuser)
    assert.deepEqual(rows.map(({ id }) => id).sort(), acknowledged.sort())
    assert.deepEqual(
      rows.map(({ index }) => Number(index)),
      rows.map((_, place) => place),
    )
    const leaves = leafHashes(rows.map(({ payload }) => Buffer.from(payload.slice(2), 'hex')))
    const checkpoints = await superuser.rows<{ signed: string }>(sql`SELECT signed FROM audit.checkpoint ORDER BY size`)
    let edge = EMPTY_EDGE
    for (const { signed } of checkpoints) {
      const { size, root } = parseCheckpoint(parseNote(signed).text)
      const grown = append(edge, leaves.subarray(edge.size * 32, size * 32))
      assert.deepEqual(Buffer.from(root), grown.root, `at ${size}`)
      edge = grown.edge
    }
    assert.equal(edge.size, rows.length)
    t.diagnostic(`${rows.length} entries, ${checkpoints.length} checkpoints, killed ${ROUNDS} times`)
  })
})
