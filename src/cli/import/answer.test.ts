import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { readAnswer } from './answer.ts'

const BASE = 'https://emr.example.org:8443/Patient/fhir/R4'
const written = (type: string, id: string) => ({
  response: { status: '201 Created', location: `${BASE}/${type}/${id}/_history/1`, etag: 'W/"1"' },
})
const bundle = (type: string, ...entry: object[]) => ({ resourceType: 'Bundle', type: `${type}-response`, entry })
const read = (answer: object | string) =>
  readAnswer(Buffer.from(typeof answer === 'string' ? answer : JSON.stringify(answer)))

describe('the answer to a Bundle', () => {
  test('tells how many resources of each type were written', () => {
    const none = { response: { status: '204 No Content' } }
    const answer = bundle(
      'transaction',
      none,
      written('Patient', 'a'),
      written('Basic', 'b'),
      none,
      written('Patient', 'c'),
    )
    const counts = { Patient: 2, Basic: 1 }
    assert.deepEqual(Object.fromEntries(read(answer)?.written ?? []), counts)
    // The same when it is not written as the hospital does.
    assert.deepEqual(
      Object.fromEntries(readAnswer(Buffer.from(JSON.stringify(answer, null, 2)))?.written ?? []),
      counts,
    )
    assert.deepEqual([...(read(bundle('transaction'))?.written ?? [])], [])
    assert.deepEqual([...(read(bundle('transaction', none))?.written ?? [])], [])
  })

  test('is not misled by what stands in a resource that was read', () => {
    const resource = bundle('transaction', written('Patient', 'a'), written('Patient', 'b'))
    const found = { resource, response: { status: '200 OK' } }
    const answer = read(bundle('transaction', found, written('Basic', 'c')))
    assert.deepEqual(Object.fromEntries(answer?.written ?? []), { Basic: 1 })
  })

  test('names the entries of a batch that were refused', () => {
    const issue = [{ diagnostics: 'This is required.' }]
    const refused = { response: { status: '422', outcome: { resourceType: 'OperationOutcome', issue } } }
    const answer = read(bundle('batch', written('Basic', 'c'), refused))
    assert.deepEqual(Object.fromEntries(answer?.written ?? []), { Basic: 1 })
    assert.deepEqual(answer?.refused, [{ entry: 1, issue }])
  })

  test('is none when it is no JSON', () => {
    assert.equal(read('<html>'), undefined)
    assert.deepEqual(read('null')?.issue, [])
  })
})
