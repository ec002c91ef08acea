import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import pg from 'pg'
import { databaseFaults } from './database-faults.ts'
import { quotingNothing } from './quoting-nothing.ts'

describe('what is logged of an error', () => {
  test('leaves out the message that nobody foresaw, and keeps class and places', () => {
    const error = new SyntaxError('Unexpected token, "Miller" is not valid JSON')
    const told = quotingNothing(error)
    assert.doesNotMatch(`${told.message}${told.stack}`, /Miller/)
    assert.match(told.stack ?? '', /^SyntaxError: .*\n\s+at .*quoting-nothing\.test\.ts/)
    assert.equal(told.constructor, SyntaxError)
  })

  test('keeps of a database error what names no row', () => {
    const error = new pg.DatabaseError('Key (id)=(miller) already exists.', 1, 'error')
    Object.assign(error, { code: '23505', constraint: 'Patient_pkey', routine: '_bt_check_unique' })
    assert.equal(quotingNothing(error).message, 'code 23505, constraint Patient_pkey, routine _bt_check_unique')
  })

  test('keeps faults and errors of the operating system whole', () => {
    const system = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:5432'), { syscall: 'connect' })
    for (const error of [databaseFaults.full(), system]) assert.equal(quotingNothing(error), error)
  })

  test('says nothing of what is no error', () => {
    assert.doesNotMatch(quotingNothing('Miller').message, /Miller/)
  })
})
