import assert from 'node:assert/strict'
import { test } from 'node:test'
import { jsonPatch } from './json-patch.ts'

test('a replaced member stays in its place', () => {
  const replaced = (path: string, text: string) => jsonPatch([{ op: 'replace', path, value: 9 }])(text)
  assert.equal(replaced('/b', '{"a":1.50,"b":2,"c":3}'), '{"a":1.50,"b":9,"c":3}')
  assert.equal(replaced('/a/1', '{"a":[1,2,3],"b":2}'), '{"a":[1,9,3],"b":2}')
  assert.equal(replaced('/__proto__', '{"__proto__":{"x":1},"b":2}'), '{"__proto__":9,"b":2}')
  assert.equal(replaced('', '{"a":1}'), '9')
  for (const path of ['/c', '/b/2', '/b/-', '/b/length', '/a/x'])
    assert.throws(() => replaced(path, '{"a":1,"b":[1,2]}'), { code: 'fhir/patch-refused' }, path)
})
