import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, test } from 'node:test'
import { openMasterKey } from '../ledger/master-key.ts'
import { readSegment, writeSegment } from './segment.ts'

const KEY = openMasterKey(randomBytes(32))
const TEXTS = ['{"first":1}', '{"second":"ü"}', '{"third":3}']

const written = () => {
  const writer = writeSegment(KEY, 'a.spool')
  const records = TEXTS.map((text) => writer.seal(text))
  return { head: writer.head, records, file: Buffer.concat([writer.head, ...records]) }
}

describe('a file of the audit spool', () => {
  test('gives back what was written, in its order, and tells nobody without the key', () => {
    const { file } = written()
    assert.deepEqual(readSegment(KEY, 'a.spool', file), { texts: TEXTS, altered: [] })
    assert.ok(!file.includes('first'))
    assert.deepEqual(readSegment(openMasterKey(randomBytes(32)), 'a.spool', file).altered, ['its head'])
  })

  test('that a crash cut off anywhere gives all whole records, and is no finding', () => {
    const { head, records, file } = written()
    for (let length = 0; length <= file.length; length++) {
      const { texts, altered } = readSegment(KEY, 'a.spool', file.subarray(0, length))
      let end = head.length
      const whole = records.filter((record) => {
        end += record.length
        return end <= length
      })
      assert.deepEqual([texts, altered], [TEXTS.slice(0, whole.length), []], `cut off after ${length} bytes`)
    }
  })

  test('shows every byte that was changed', () => {
    const { file } = written()
    for (let at = 0; at < file.length; at++) {
      const changed = Buffer.from(file)
      changed[at] = (changed[at] as number) ^ 0x80
      const { texts, altered } = readSegment(KEY, 'a.spool', changed)
      assert.ok(altered.length > 0, `byte ${at}`)
      for (const text of texts) assert.ok(TEXTS.includes(text))
    }
  })

  test('shows records that were taken out, swapped, or brought from another file', () => {
    const { head, records } = written()
    const [first, second, third] = records as [Buffer, Buffer, Buffer]
    const other = written().records[1] as Buffer
    for (const all of [
      [first, third],
      [second, first, third],
      [first, other, third],
    ])
      assert.ok(readSegment(KEY, 'a.spool', Buffer.concat([head, ...all])).altered.length > 0)
    assert.deepEqual(readSegment(KEY, 'b.spool', Buffer.concat([head, ...records])).altered, ['its head'])
  })
})
