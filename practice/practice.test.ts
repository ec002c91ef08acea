import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { validateResource } from '#fhir'
import { type PracticeBundle, practiceBundles } from './index.ts'

type Json = Record<string, unknown>

const TODAY = Temporal.PlainDate.from('2026-03-01')
const made = (seed: number, count = 60): PracticeBundle[] => [...practiceBundles({ count, seed, today: TODAY })]
const resourcesIn = (bundles: readonly PracticeBundle[], type?: string): Json[] =>
  bundles
    .flatMap(({ entry }) => entry.map(({ resource }) => resource as Json))
    .filter(({ resourceType }) => type === undefined || resourceType === type)
const codesIn = (resources: readonly Json[]) =>
  [...JSON.stringify(resources).matchAll(/"system":"([^"]+)","code":"([^"]+)"/g)].map(([, system, code]) => ({
    system,
    code,
  }))
const dated = (resource: Json) => String(resource.effectiveDateTime)

describe('practice patients', () => {
  const hospital = made(1)

  test('are valid FHIR, every resource of theirs', () => {
    for (const bundle of hospital) {
      const { problems } = validateResource('Bundle', bundle)
      assert.deepEqual(problems, [], JSON.stringify(bundle))
    }
  })

  test('are the same bytes for the same seed, and others for another', () => {
    assert.equal(JSON.stringify(made(1)), JSON.stringify(hospital))
    assert.notEqual(JSON.stringify(made(2)), JSON.stringify(hospital))
    // More patients do not change those who were there.
    assert.equal(JSON.stringify(made(1, 10)), JSON.stringify(hospital.slice(0, 11)))
  })

  test('refer only to what is in their own bundle, or to the staff of the first', () => {
    const staff = new Set(hospital[0]?.entry.map(({ request }) => `Practitioner?${request.ifNoneExist}`))
    assert.ok(staff.size > 1)
    for (const bundle of hospital) {
      const own = new Set(bundle.entry.map(({ fullUrl }) => fullUrl))
      assert.equal(own.size, bundle.entry.length)
      for (const [, reference = ''] of JSON.stringify(bundle).matchAll(/"reference":"([^"]+)"/g))
        assert.ok(own.has(reference) || staff.has(reference), reference)
    }
  })

  test('have everything that a chart is made of, under the code systems in use', () => {
    const types = new Set(resourcesIn(hospital).map(({ resourceType }) => resourceType))
    for (const type of [
      'Encounter',
      'Observation',
      'DiagnosticReport',
      'Condition',
      'MedicationRequest',
      'AllergyIntolerance',
      'Immunization',
      'Appointment',
    ])
      assert.ok(types.has(type), type)
    const systems = new Set(codesIn(resourcesIn(hospital)).map(({ system }) => system))
    for (const system of [
      'http://loinc.org',
      'http://snomed.info/sct',
      'http://www.nlm.nih.gov/research/umls/rxnorm',
      'http://hl7.org/fhir/sid/cvx',
      'http://unitsofmeasure.org',
    ])
      assert.ok(systems.has(system), system)
  })

  test('have LOINC and SNOMED CT codes whose check digits are right', () => {
    for (const { system, code = '' } of codesIn(resourcesIn(hospital))) {
      if (system === 'http://loinc.org') assert.ok(hasLuhnDigit(code.replace('-', '')), code)
      if (system === 'http://snomed.info/sct') assert.ok(hasVerhoeffDigit(code), code)
    }
  })

  test('live in households: one name and one address for those who live together', () => {
    const homes = Map.groupBy(resourcesIn(hospital, 'Patient'), ({ address }) => JSON.stringify(address))
    const shared = [...homes.values()].filter((people) => people.length > 1)
    assert.ok(shared.length > 5 && homes.size > 5)
    for (const people of shared)
      assert.equal(new Set(people.map(({ name }) => (name as { family: string }[])[0]?.family)).size, 1)
  })

  test('have results with the range that is normal, and are flagged by it', () => {
    let high = 0
    for (const { referenceRange, valueQuantity, interpretation } of resourcesIn(hospital, 'Observation')) {
      const [range] = (referenceRange ?? []) as { low: { value: number }; high: { value: number } }[]
      if (range === undefined) continue
      const { value } = valueQuantity as { value: number }
      const flag = value > range.high.value ? 'H' : value < range.low.value ? 'L' : 'N'
      if (flag === 'H') high++
      assert.equal((interpretation as { coding: { code: string }[] }[])[0]?.coding[0]?.code, flag)
    }
    assert.ok(high > 10)
  })

  test('have courses: blood pressure falls under treatment, and adults keep their height', () => {
    const falls: number[] = []
    for (const bundle of hospital.slice(1)) {
      const of = (code: string) =>
        resourcesIn([bundle], 'Observation')
          .filter((one) => JSON.stringify(one.code).includes(`"${code}"`))
          .sort((a, b) => (dated(a) < dated(b) ? -1 : 1))
      const [patient] = resourcesIn([bundle], 'Patient')
      const heights = of('8302-2').map(({ valueQuantity }) => (valueQuantity as { value: number }).value)
      if (String(patient?.birthDate) < '2000' && heights.length > 1)
        assert.ok(Math.max(...heights) - Math.min(...heights) < 4, String(heights))
      if (!JSON.stringify(resourcesIn([bundle], 'Condition')).includes('38341003')) continue
      const systolic = of('85354-9').map(
        ({ component }) => (component as { valueQuantity: { value: number } }[])[0]?.valueQuantity.value ?? 0,
      )
      if (systolic.length > 4) falls.push((systolic[0] as number) - (systolic.at(-1) as number))
    }
    assert.ok(falls.length > 3)
    assert.ok(falls.reduce((sum, fall) => sum + fall, 0) / falls.length > 10, String(falls))
  })
})

/** https://loinc.org/kb/users-guide/: the last digit is Luhn's. */
function hasLuhnDigit(digits: string): boolean {
  const sum = [...digits].reverse().reduce((total, digit, index) => {
    const value = Number(digit) * (index % 2 === 1 ? 2 : 1)
    return total + (value > 9 ? value - 9 : value)
  }, 0)
  return sum % 10 === 0
}

const FROM_FIVE = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4]

/** The last digit of a SNOMED CT identifier is Verhoeff's, in the dihedral group of ten. */
function hasVerhoeffDigit(digits: string): boolean {
  const permute = (digit: number, times: number): number =>
    times === 0 ? digit : permute(FROM_FIVE[digit] as number, times - 1)
  const multiply = (a: number, b: number): number => {
    if (a < 5) return b < 5 ? (a + b) % 5 : ((a + b - 5) % 5) + 5
    return b < 5 ? ((a - 5 - b + 5) % 5) + 5 : (a - b + 5) % 5
  }
  const check = [...digits]
    .reverse()
    .reduce((held, digit, index) => multiply(held, permute(Number(digit), index % 8)), 0)
  return check === 0
}
