import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { workedMs } from '../../../tests/support/worked.ts'
import { jsonPatch } from '../patch/json-patch.ts'
import { validateResource } from '../validate/validate.ts'
import { readEntries } from './entries.ts'
import { readJson } from './read.ts'
import { scan } from './scan.ts'
import { stamp } from './stamp.ts'

/** Far more than reading takes in one pass, far less than reading again and again does. */
const SOON_MS = 3_000

function soon(work: () => void): void {
  const worked = workedMs(work)
  assert.ok(worked < SOON_MS, `worked ${Math.round(worked)} ms`)
}

describe('a text made to be slow', () => {
  test('with one long name before many colons is read once', () => {
    for (const name of ['a'.repeat(4_000_000), '\\n'.repeat(1_000_000)])
      soon(() => assert.throws(() => readJson(`{"${name}"${':,'.repeat(1_000_000)}}`), { code: 'fhir/not-json' }))
  })

  test('with a Bundle of names without colons is read once', () => {
    const names = 'a,'.repeat(2_000_000)
    soon(() => assert.throws(() => readEntries(`1,{"entry":[{${names}]]]`), { code: 'fhir/not-json' }))
    soon(() =>
      assert.throws(() => readEntries(`{"resourceType":"Bundle","entry":[{${names}}]}`), { code: 'fhir/not-json' }),
    )
  })
})

describe('a text of many megabytes', () => {
  const long = 'QUJD'.repeat(4_000_000)

  test('on several lines keeps its strings and loses the space between its parts', () => {
    const text = `{\n  "resourceType": "Binary",\n  "contentType": "a\\n \\"b\\" \\\\",\n  "data": "${long}"\n}\n`
    const expected = '{"resourceType":"Binary","id":"b","meta":{"versionId":"1","lastUpdated":"now"},'
    const stamped = stamp(text, scan(text), 'b', 1, 'now')
    assert.equal(stamped, `${expected}"contentType":"a\\n \\"b\\" \\\\","data":"${long}"}`)
  })

  test('is refused, and breaks nothing, where a short form belongs', () => {
    const problems = (resource: object) =>
      validateResource('Patient', { resourceType: 'Patient', ...resource }).problems
    const languages = 'a '.repeat(8_000_000)
    assert.equal(problems({ language: languages })[0]?.code, 'value')
    assert.equal(problems({ gender: `${languages}a` })[0]?.code, 'code-invalid')
    const oid = { url: 'http://example.org', valueOid: `urn:oid:1${'.1'.repeat(8_000_000)}` }
    assert.equal(problems({ extension: [oid] })[0]?.code, 'value')
    const path = '/a'.repeat(8_000_000)
    assert.throws(() => jsonPatch([{ op: 'remove', path }])('{"resourceType":"Patient"}'), {
      code: 'fhir/patch-refused',
    })
    for (const wrong of ['a', '/~', '/a~2'])
      assert.throws(() => jsonPatch([{ op: 'remove', path: wrong }]), { code: 'fhir/bad-patch' }, wrong)
  })

  test('is a code when its words stand apart by one space', () => {
    const code = (language: string) => validateResource('Patient', { resourceType: 'Patient', language }).problems
    assert.deepEqual(code('a b'), [])
    for (const wrong of [' a', 'a ', 'a  b', 'a\tb', ' ']) assert.equal(code(wrong)[0]?.code, 'value', wrong)
  })
})
