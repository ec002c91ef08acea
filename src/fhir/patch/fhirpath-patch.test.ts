/** https://hl7.org/fhir/R4/fhirpatch.html */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { fhirpathPatch } from './fhirpath-patch.ts'

type Part = Readonly<Record<string, unknown>>

/** An operation; a part is what follows its name: `value: { valueBoolean: true }`. */
const operation = (type: string, path: string, parts: Readonly<Record<string, Part>> = {}) => ({
  name: 'operation',
  part: [
    { name: 'type', valueCode: type },
    { name: 'path', valueString: path },
    ...Object.entries(parts).map(([name, part]) => ({ name, ...part })),
  ],
})
const named = (name: string, value: Part) => ({ name: { valueString: name }, value })
const patchOf = (...parameter: object[]) => fhirpathPatch({ resourceType: 'Parameters', parameter })
const patched = (resource: object, ...operations: object[]) =>
  JSON.parse(patchOf(...operations)(JSON.stringify(resource)))
const PATIENT = { resourceType: 'Patient' }
const refused = (resource: object, one: object) =>
  assert.throws(() => patched(resource, one), { code: 'fhir/patch-refused' }, JSON.stringify(one))

describe('a FHIRPath Patch', () => {
  test('adds a choice by its name alone, and takes the type from the value', () => {
    const add = (value: Part) => operation('add', 'Patient', named('deceased', value))
    const alive = { ...PATIENT, deceasedBoolean: false }
    assert.deepEqual(patched(PATIENT, add({ valueBoolean: false })), alive)
    assert.deepEqual(patched(PATIENT, add({ valueDateTime: '2024' })), { ...PATIENT, deceasedDateTime: '2024' })
    refused(PATIENT, add({ valueQuantity: { value: 1 } }))
    refused(PATIENT, add({ part: [{ name: 'value', valueString: 'x' }] }))
    refused(alive, add({ valueDateTime: '2024' }))
  })

  test('replaces a choice by a value of its type or of another', () => {
    const alive = { ...PATIENT, deceasedBoolean: false, _deceasedBoolean: { id: 'a' }, active: true }
    const dead = { ...PATIENT, active: true, deceasedDateTime: '2024-05-01' }
    for (const path of ['Patient.deceased', 'Patient.deceased.ofType(boolean)', 'Patient.deceased.as(boolean)'])
      assert.deepEqual(patched(alive, operation('replace', path, { value: { valueDateTime: '2024-05-01' } })), dead)
    const again = operation('replace', 'Patient.deceased', { value: { valueDateTime: '2025' } })
    assert.deepEqual(patched(dead, again), { ...dead, deceasedDateTime: '2025' })
    refused(alive, operation('replace', 'Patient.deceased', { value: { valueString: 'yes' } }))
    refused(PATIENT, again)
    refused(alive, operation('replace', 'Patient.deceased.ofType(dateTime)', { value: { valueDateTime: '2025' } }))
  })

  test('deletes a choice, and goes through one', () => {
    const weighed = { resourceType: 'Observation', component: [{ valueQuantity: { value: 1, unit: 'g' } }, {}] }
    const unit = operation('replace', 'Observation.component[0].value.ofType(Quantity).unit', {
      value: { valueString: 'kg' },
    })
    assert.deepEqual(patched(weighed, unit).component[0].valueQuantity, { value: 1, unit: 'kg' })
    for (const path of ['Observation.component[0].value', 'Observation.component[0].value.ofType(Quantity)'])
      assert.deepEqual(patched({ ...weighed, status: 'final' }, operation('delete', path)), {
        resourceType: 'Observation',
        component: [{}],
        status: 'final',
      })
    assert.deepEqual(patched({ ...PATIENT, deceasedBoolean: true }, operation('delete', 'Patient.deceased')), PATIENT)
    assert.deepEqual(patched(PATIENT, operation('delete', 'Patient.deceased')), PATIENT)
  })

  test('builds an element that is no datatype from parts, its choices and lists too', () => {
    const extension = named('extension', {
      part: [
        { name: 'url', valueUri: 'urn:x' },
        { name: 'value', valueCoding: { code: 'a' } },
      ],
    })
    const contact = named('contact', {
      part: [
        { name: 'relationship', valueCodeableConcept: { text: 'friend' } },
        { name: 'relationship', valueCodeableConcept: { text: 'payer' } },
        { name: 'name', valueHumanName: { family: 'Doe' } },
      ],
    })
    const both = [extension, contact].map((one) => operation('add', 'Patient', one))
    assert.deepEqual(patched(PATIENT, ...both), {
      ...PATIENT,
      extension: [{ url: 'urn:x', valueCoding: { code: 'a' } }],
      contact: [{ relationship: [{ text: 'friend' }, { text: 'payer' }], name: { family: 'Doe' } }],
    })
    refused(PATIENT, operation('add', 'Patient', named('contact', { part: [{ name: '__proto__', valueString: 'x' }] })))
  })

  test('adds to and deletes from what is contained', () => {
    const holding = { resourceType: 'Observation', contained: [{ resourceType: 'Patient', id: 'a' }] }
    const add = operation('add', 'Observation.contained[0]', named('multipleBirth', { valueInteger: 2 }))
    assert.equal(patched(holding, add).contained[0].multipleBirthInteger, 2)
    const another = operation(
      'add',
      'Observation',
      named('contained', { resource: { resourceType: 'Device', id: 'b' } }),
    )
    assert.deepEqual(
      patched(holding, another).contained.map(({ id }: { id: string }) => id),
      ['a', 'b'],
    )
    assert.deepEqual(patched(holding, operation('delete', 'Observation.contained[0]')), { resourceType: 'Observation' })
  })

  test('keeps the extensions of a primitive beside its value', () => {
    const extra = (id: string) => ({ id })
    const named = { ...PATIENT, name: [{ given: ['A', 'B', 'C'], _given: [null, extra('b'), null] }] }
    const given = (one: object) => patched(named, one).name[0]
    assert.deepEqual(given(operation('delete', 'Patient.name[0].given[0]')), {
      given: ['B', 'C'],
      _given: [extra('b'), null],
    })
    assert.deepEqual(given(operation('delete', 'Patient.name[0].given[1]')), { given: ['A', 'C'] })
    const move = operation('move', 'Patient.name.given', {
      source: { valueInteger: 1 },
      destination: { valueInteger: 2 },
    })
    assert.deepEqual(given(move), { given: ['A', 'C', 'B'], _given: [null, null, extra('b')] })
    const insert = operation('insert', 'Patient.name.given', {
      index: { valueInteger: 0 },
      value: { valueString: 'Z', _valueString: extra('z') },
    })
    assert.deepEqual(given(insert), { given: ['Z', 'A', 'B', 'C'], _given: [extra('z'), null, extra('b'), null] })
    const born = { ...PATIENT, birthDate: '2000', _birthDate: extra('d') }
    assert.deepEqual(patched(born, operation('delete', 'Patient.birthDate')), PATIENT)
    const replace = operation('replace', 'Patient.birthDate', { value: { valueDate: '2001' } })
    assert.deepEqual(patched(born, replace), { ...PATIENT, birthDate: '2001' })
  })

  test('leaves nothing empty behind', () => {
    const contact = { contact: [{ name: { text: 'Doe' }, gender: 'male' }, { name: { text: 'Roe' } }] }
    assert.deepEqual(patched({ ...PATIENT, ...contact }, operation('delete', 'Patient.contact[0].name.text')).contact, [
      { gender: 'male' },
      { name: { text: 'Roe' } },
    ])
    assert.deepEqual(patched({ ...PATIENT, ...contact }, operation('delete', 'Patient.contact[1].name.text')).contact, [
      contact.contact[0],
    ])
    const one = { ...PATIENT, name: [{ given: ['A'] }] }
    assert.deepEqual(patched(one, operation('delete', 'Patient.name[0].given[0]')), PATIENT)
  })

  test('goes through decimals and keeps how they are written', () => {
    const weight = '{"resourceType":"Observation","valueQuantity":{"value":70.50,"unit":"kg"}}'
    const value = (of: Part) => operation('replace', 'Observation.value.value', { value: of })
    assert.match(
      patchOf(operation('replace', 'Observation.value.unit', { value: { valueString: 'g' } }))(weight),
      /70\.50/,
    )
    assert.match(patchOf(value({ valueDecimal: 71 }))(weight), /"value":71[,}]/)
  })

  test('can be applied again, though its operations change what others of them add', () => {
    const again = patchOf(
      operation('add', 'Patient', named('name', { valueHumanName: { family: 'A' } })),
      operation('add', 'Patient.name[0]', named('given', { valueString: 'B' })),
    )
    const once = again(JSON.stringify(PATIENT))
    assert.equal(again(JSON.stringify(PATIENT)), once)
    assert.deepEqual(JSON.parse(once).name, [{ family: 'A', given: ['B'] }])
  })
})
