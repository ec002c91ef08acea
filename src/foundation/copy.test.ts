import assert from 'node:assert/strict'
import { test } from 'node:test'
import { copyLine } from './copy.ts'

test('a line has a column for every value, also for empty ones', () => {
  assert.equal(copyLine(['', '', 'x', null, '']), '\t\tx\t\\N\t\n')
})
