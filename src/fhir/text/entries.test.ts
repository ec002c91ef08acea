import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Fault } from '#foundation/fault.ts'
import { workedMs } from '../../../tests/support/worked.ts'
import { readEntries } from './entries.ts'

const bundle = (entries: string) => `{ "resourceType" : "Bundle", "entry" : [${entries}] , "type":"batch" }`

describe('the entries of a Bundle', () => {
  test('are found whatever stands around and within them', () => {
    const resource = '{"a":"}]\\"","b":[{"resource":{}},"entry"]}'
    const { envelope, texts } = readEntries(
      bundle(` {"fullUrl":"x" , "resource" : ${resource} }, {"request":{"resource":1}} ,{"resource":[1]}, null`),
    )
    assert.deepEqual(texts, [resource, undefined, '[1]', undefined])
    assert.deepEqual(envelope, {
      resourceType: 'Bundle',
      entry: [{ fullUrl: 'x', resource: {} }, { request: { resource: 1 } }, { resource: [1] }, null],
      type: 'batch',
    })
  })

  test('are none where entry is no list', () => {
    for (const text of ['{}', '{"entry":{}}', '{"entry":[]}', '{"entry":7}'])
      assert.deepEqual(readEntries(text).texts, [])
  })

  const BROKEN = [
    bundle('{"resource":{"a":1} junk}'),
    bundle('{"resource":{"a":1}} junk'),
    bundle('{"resource" {"a":1}}'),
    bundle('{"resource":{"a":1}'),
    bundle('{resource:{}}'),
    '{"entry":[{"resource":{}}]',
    '{"entry":[,]}',
    '[',
    '',
  ]
  for (const text of BROKEN)
    test(`are refused in ${text === '' ? 'nothing' : text}`, () => {
      assert.throws(() => readEntries(text), Fault)
    })

  test('are refused when they stand twice', () => {
    assert.throws(() => readEntries('{"entry":[],"entry":[]}'), { code: 'fhir/member-twice' })
    assert.throws(() => readEntries(bundle('{"resource":{},"resou\\u0072ce":{}}')), { code: 'fhir/member-twice' })
  })

  const HOSTILE = {
    commas: (length: number) => `{${','.repeat(length)}:`,
    'commas in entry': (length: number) => `{"entry":[${','.repeat(length)}:`,
    colons: (length: number) => `{"a"${':'.repeat(length)}`,
    names: (length: number) => `{${'"a" '.repeat(length / 4)}`,
    quotes: (length: number) => `{"entry":[{${'"'.repeat(length)}`,
    brackets: (length: number) => `{"entry":${'['.repeat(length)}`,
  }
  for (const [what, text] of Object.entries(HOSTILE))
    test(`take no longer than their length to refuse, in ${what} without end`, () => {
      const hostile = text(8_000_000)
      assert.ok(workedMs(() => assert.throws(() => readEntries(hostile), Fault)) < 5_000)
    })
})
