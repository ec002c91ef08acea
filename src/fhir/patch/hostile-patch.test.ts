import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { fhirpathPatch } from './fhirpath-patch.ts'
import { jsonPatch } from './json-patch.ts'

const PATIENT = '{"resourceType":"Patient","id":"p","name":[{"family":"A"}],"active":true}'
const replacing = (path: string) =>
  fhirpathPatch({
    resourceType: 'Parameters',
    parameter: [
      {
        name: 'operation',
        part: [
          { name: 'type', valueCode: 'replace' },
          { name: 'path', valueString: path },
          { name: 'value', valueString: 'B' },
        ],
      },
    ],
  })

const operation = (type: string, path: string, name = 'polluted') =>
  fhirpathPatch({
    resourceType: 'Parameters',
    parameter: [
      {
        name: 'operation',
        part: [
          { name: 'type', valueCode: type },
          { name: 'path', valueString: path },
          { name: 'name', valueString: name },
          { name: 'value', valueString: 'yes' },
          ...['index', 'source', 'destination'].map((one) => ({ name: one, valueInteger: 0 })),
        ],
      },
    ],
  })

describe('a hostile patch', () => {
  test('whose copies double the document stops before it fills the memory', () => {
    const doubling = jsonPatch(Array.from({ length: 100 }, () => ({ op: 'copy', from: '/name', path: '/name/-' })))
    assert.throws(() => doubling(PATIENT), { code: 'fhir/patch-refused' })
    assert.match(jsonPatch([{ op: 'copy', from: '/name/0', path: '/name/-' }])(PATIENT), /"A".*"A"/)
  })

  test('with parts that are not objects is refused', () => {
    for (const parameter of [null, 1, 'x', [], {}, { part: {} }, { part: [null] }, { part: 'x' }, { part: [[]] }]) {
      assert.throws(() => fhirpathPatch({ resourceType: 'Parameters', parameter: [parameter] }), {
        code: 'fhir/bad-patch',
      })
    }
    for (const operation of [
      null,
      1,
      [],
      {},
      { op: 'constructor' },
      { op: 'add' },
      { op: 'add', path: 'x', value: 1 },
    ]) {
      assert.throws(() => jsonPatch([operation]), { code: 'fhir/bad-patch' })
    }
  })

  test('whose path walks the resource again for each of its elements is refused', () => {
    for (const path of [
      'Patient.descendants().select(%resource.descendants()).first()',
      'Patient.repeat(children()).first()',
      "Patient.name.where(family.matches('(a+)+b'))",
      'Patient.name.where(%context.name.exists()).family',
      'Patient . name . aggregate ( 1 )',
    ])
      assert.throws(() => replacing(path), { code: 'fhir/bad-patch' }, path)
    const named = replacing("Patient.name.where(family = 'A' and family != '100% select(').family")
    assert.match(named(PATIENT), /"family":"B"/)
  })

  test('that would change what every object inherits changes nothing', () => {
    for (const path of ['/__proto__/polluted', '/constructor/prototype/polluted', '/name/0/__proto__/polluted'])
      assert.throws(() => jsonPatch([{ op: 'add', path, value: 'yes' }])(PATIENT), { code: 'fhir/patch-refused' })
    jsonPatch([{ op: 'add', path: '/__proto__', value: { polluted: 'yes' } }])(PATIENT)
    for (const path of [
      'Patient.__proto__',
      'Patient.constructor.prototype',
      'Patient.name[0].__proto__',
      'Patient.active.__proto__',
      'Patient.`__proto__`',
      '__proto__',
    ])
      for (const type of ['add', 'replace', 'delete', 'insert', 'move'])
        assert.throws(() => operation(type, path)(PATIENT), { code: 'fhir/patch-refused' }, `${type} ${path}`)
    for (const name of ['__proto__', 'constructor.prototype', ''])
      assert.throws(() => operation('add', 'Patient', name), { code: 'fhir/bad-patch' }, name)
    assert.equal(({} as { polluted?: string }).polluted, undefined)
  })
})
