import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { unitsOf } from './units.ts'

const PIECE = 'x'.repeat(1024 * 1024)

/** A source that gives `count` pieces of 1 Mi characters, after `first`. */
const endless = (name: string, first: string, count: number) => ({
  name,
  bytes: 0,
  first: false,
  async *open() {
    yield first
    for (let piece = 0; piece < count; piece++) yield PIECE
  },
})

describe('a document that is too long to be one string', () => {
  for (const [what, name, first] of [
    ['a file', 'all.json', '{'],
    ['standard input of one line', 'standard input', '{'],
    ['standard input of many lines', 'standard input', '{\n'],
    ['a line of NDJSON', 'all.ndjson', '{"resourceType":"Basic"}\n{'],
  ] as const) {
    test(`is refused, as ${what}, with what to do instead`, async () => {
      await assert.rejects(
        async () => {
          for await (const unit of unitsOf(endless(name, first, 600), () => undefined)) assert.ok(unit)
        },
        { code: 'cli/too-long', remedy: /NDJSON/ },
      )
    })
  }
})
