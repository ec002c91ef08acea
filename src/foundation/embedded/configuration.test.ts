import assert from 'node:assert/strict'
import { test } from 'node:test'
import { syncsAtOnce } from './configuration.ts'

test('files are had written by one call where that tells of errors', () => {
  for (const kernel of ['5.8.0', '5.10.0-28-amd64', '6.1.0-21-amd64', '10.0']) assert.ok(syncsAtOnce('linux', kernel))
  for (const kernel of ['5.7.19', '4.19.0-26-amd64', 'unknown']) assert.ok(!syncsAtOnce('linux', kernel))
  assert.ok(!syncsAtOnce('darwin', '24.1.0'))
})
