import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { binaryWish, contentOf, wishOf } from './media.ts'

describe('what an answer may be', () => {
  const wishes = {
    'application/fhir+json': 'named',
    'application/json': 'named',
    'Application/FHIR+JSON; charset=UTF-8': 'named',
    'application/fhir+json; fhirVersion=4.0': 'named',
    'application/fhir+xml;q=1.0, application/fhir+json;q=0.5': 'named',
    '*/*': 'any',
    'application/*': 'any',
    'text/html, application/xhtml+xml, */*;q=0.8': 'any',
    'application/fhir+xml': 'never',
    'text/html': 'never',
    'application/fhir+json;q=0': 'never',
    'application/fhir+json; fhirVersion=5.0': 'never',
  }
  for (const [accept, wish] of Object.entries(wishes)) {
    test(`Accept: ${accept} means ${wish}`, () => assert.equal(wishOf(accept, undefined), wish))
  }

  test('without Accept any form will do', () => assert.equal(wishOf(undefined, undefined), 'any'))

  test('_format outranks Accept, also when its + was not escaped', () => {
    assert.equal(wishOf('application/fhir+xml', 'json'), 'named')
    assert.equal(wishOf('application/fhir+xml', 'application/fhir json'), 'named')
    assert.equal(wishOf('application/fhir+json', 'xml'), 'never')
    assert.equal(wishOf(undefined, '*/*'), 'never')
  })

  test('the memory of what was read does not grow with what is sent', () => {
    for (let n = 0; n < 2_000; n++) assert.equal(wishOf(`text/x-${n}`, undefined), 'never')
    assert.equal(wishOf('application/fhir+json', undefined), 'named')
  })
})

describe('a Binary that is a PDF', () => {
  const wishes = {
    '*/*': 'bytes',
    'application/pdf': 'bytes',
    'application/*': 'bytes',
    'image/png': 'bytes',
    'application/xml': 'bytes',
    'application/pdf, application/fhir+json;q=0.1': 'bytes',
    'application/fhir+json;q=0': 'bytes',
    'application/fhir+xml, */*;q=0.1': 'bytes',
    'application/fhir+json': 'fhir',
    'application/json': 'fhir',
    'application/fhir+json, */*': 'fhir',
    'application/fhir+json, application/pdf;q=0.5': 'fhir',
    'application/fhir+xml;q=0.9, application/fhir+json;q=0.8': 'fhir',
    'application/fhir+xml': 'never',
    'application/fhir+json; fhirVersion=5.0': 'never',
  }
  for (const [accept, wish] of Object.entries(wishes))
    test(`is sent as ${wish} to Accept: ${accept}`, () =>
      assert.equal(binaryWish(accept, undefined, 'Application/PDF; version=1.7'), wish))

  test('is sent as _format says, whatever Accept does', () => {
    const formats = { json: 'fhir', 'application/fhir json': 'fhir', 'application/pdf': 'bytes', xml: 'never' }
    for (const [format, wish] of Object.entries(formats))
      for (const accept of [undefined, 'application/fhir+xml', 'application/fhir+json'])
        assert.equal(binaryWish(accept, format, 'application/pdf'), wish, format)
  })

  test('and one that is JSON is its own bytes to who asks for JSON, and FHIR to who asks for FHIR', () => {
    assert.equal(binaryWish('application/json', undefined, 'application/json'), 'bytes')
    assert.equal(binaryWish('application/fhir+json', undefined, 'application/json'), 'fhir')
  })
})

describe('what a body is', () => {
  const contents = {
    'application/fhir+json': 'fhir',
    'application/json; charset=utf-8': 'fhir',
    'application/fhir+json; charset="UTF-8"; fhirVersion=4.0': 'fhir',
    'application/json-patch+json': 'json-patch',
    'application/x-www-form-urlencoded': 'form',
    'application/fhir+json; charset=iso-8859-1': 'other',
    'application/fhir+json; fhirVersion=3.0': 'other',
    'application/fhir+xml': 'other',
    'text/plain': 'other',
  }
  for (const [type, content] of Object.entries(contents)) {
    test(`Content-Type: ${type} means ${content}`, () => assert.equal(contentOf(type), content))
  }
})
