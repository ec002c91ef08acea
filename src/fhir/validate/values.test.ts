/** https://hl7.org/fhir/R4/references.html */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { validateResource } from './validate.ts'

const problemsOf = (reference: string) => {
  const value = { resourceType: 'Observation', status: 'final', code: { text: 'x' }, subject: { reference } }
  return validateResource('Observation', value).problems.map(({ expression }) => expression)
}

describe('a reference', () => {
  test('may be local, with a version, contained, or an absolute address', () => {
    for (const reference of [
      'Patient/a',
      'Patient/A-1.b',
      `Patient/${'x'.repeat(64)}`,
      'Patient/a/_history/2',
      '#',
      '#p1',
      'http://example.org/fhir/Patient/1',
      'https://example.org/anything?at=all',
      'urn:uuid:c757873d-ec9a-4326-a141-556f43239520',
      'urn:oid:1.2.3',
    ])
      assert.deepEqual(problemsOf(reference), [], reference)
  })

  test('that has none of these forms is refused by the path of the element', () => {
    for (const reference of [
      'Patient/a_b c',
      'Patient/a_b',
      'Patient/',
      'Patient',
      '/Patient/a',
      'x/Patient/a',
      'Foo/1',
      'patient/a',
      `Patient/${'x'.repeat(65)}`,
      'Patient/a/_history/',
      'Patient/a/b',
      'Patient/a#b',
      '#a b',
      'Patient?identifier=urn:x|1',
      'Patient?_id=a',
      'example.org/Patient/1',
    ])
      assert.deepEqual(problemsOf(reference), ['Observation.subject.reference'], reference)
  })

  test('to a type that the element does not allow is refused, here and elsewhere', () => {
    for (const reference of ['Medication/a', 'http://example.org/fhir/Medication/1'])
      assert.deepEqual(problemsOf(reference), ['Observation.subject'], reference)
  })

  test('by criteria may stand in a Bundle that is kept', () => {
    const resource = {
      resourceType: 'Basic',
      code: { text: 'x' },
      subject: { reference: 'Patient?identifier=urn:x|1' },
    }
    const bundle = { resourceType: 'Bundle', type: 'collection', entry: [{ resource }] }
    assert.deepEqual(validateResource('Bundle', bundle).problems, [])
  })
})
