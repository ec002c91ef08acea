import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { reasonsOf } from './reasons.ts'

const issue = (diagnostics: string, expression?: string, code = 'record/invalid-resource') => ({
  diagnostics,
  details: { coding: [{ code }] },
  ...(expression !== undefined && { expression: [expression] }),
})
const UNIT = { from: 'all.ndjson:7', text: '' }

describe('why something was refused', () => {
  test('names the place within the resource that was written, not within the Bundle around it', () => {
    const line = { ...UNIT, called: 'Patient', requestsMade: true } as const
    const said = [
      issue('This is required.', 'Bundle.entry[0].resource.name[1].family'),
      issue('This must have the resourceType Patient.', 'Bundle.entry[0].resource'),
      issue('A resource with this id exists already.', 'Bundle.entry[0]'),
      issue('This refers to a resource that does not exist here.', 'Patient.link[0].other'),
      issue('The body is larger than the server takes.'),
    ]
    assert.deepEqual(reasonsOf(said, line), [
      'Patient.name[1].family: This is required.',
      'Patient: This must have the resourceType Patient.',
      'A resource with this id exists already.',
      'Patient.link[0].other: This refers to a resource that does not exist here.',
      'The text is larger than the server takes.',
    ])
  })

  test('blames the type, not the request that was made from it', () => {
    const said = issue(
      'Bundle.entry[0]: request.url names no resource type of FHIR R4. Mend it.',
      undefined,
      'record/bad-entry',
    )
    const [line] = reasonsOf([said], { ...UNIT, called: 'Elephant', requestsMade: true })
    assert.match(line ?? '', /^The resourceType names no resource type of FHIR R4\./)
    const collection = { ...said, diagnostics: said.diagnostics.replace('0', '3') }
    const [together] = reasonsOf([collection], { ...UNIT, requestsMade: true })
    assert.match(together ?? '', /^Bundle\.entry\[3\]: The resourceType names no/)
  })

  test('names what was written in an entry of a batch, the request too', () => {
    const entry = { ...UNIT, called: 'resource' }
    const said = [
      issue('This is required.', 'Bundle.entry[0].resource.code'),
      issue('Bundle.entry[0]: request.url is missing. Mend it.', undefined, 'record/bad-entry'),
    ]
    assert.deepEqual(reasonsOf(said, entry), ['resource.code: This is required.', 'request.url is missing. Mend it.'])
  })

  test('speaks of the Bundle to whoever wrote one', () => {
    const said = [
      issue('This is required.', 'Bundle.entry[3].resource.code'),
      issue('Bundle.entry[4]: its fullUrl is odd.'),
    ]
    assert.deepEqual(reasonsOf(said, UNIT), [
      'Bundle.entry[3].resource.code: This is required.',
      'Bundle.entry[4]: its fullUrl is odd.',
    ])
  })
})
