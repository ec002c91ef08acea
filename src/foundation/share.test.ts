import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import pg from 'pg'
import { databaseFaults } from './database-faults.ts'
import { openShare } from './share.ts'
import { sql } from './sql.ts'

describe('callers that share a statement', () => {
  const failing = (error: unknown) => {
    const sent: string[] = []
    const shared = openShare(async ({ text }) => {
      sent.push(text)
      throw error
    })
    const asked = Promise.allSettled(['1', '2', '3'].map((value) => shared(sql`SELECT ${value}::int`)))
    return { sent, asked }
  }
  const said = (code: string) => Object.assign(new pg.DatabaseError('no', 1, 'error'), { code })

  test('are all told what is everybody’s trouble, after one statement', async () => {
    for (const error of [databaseFaults.unreachable(), databaseFaults['too-costly'](), said('53200')]) {
      const { sent, asked } = failing(error)
      assert.deepEqual(
        await asked,
        Array.from({ length: 3 }, () => ({ status: 'rejected', reason: error })),
      )
      assert.equal(sent.length, 1)
    }
  })

  test('are asked for one by one when it may be the values of one', async () => {
    for (const error of [said('22P02'), said('42883'), databaseFaults['null-character']()]) {
      const { sent, asked } = failing(error)
      await asked
      assert.equal(sent.length, 4)
    }
  })
})
