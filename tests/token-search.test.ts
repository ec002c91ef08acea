/** Searches by code, identifier and the like. https://hl7.org/fhir/R4/search.html#token */
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { clientOf, resourcesIn, type Send } from './support/client.ts'
import { startHospital } from './support/hospital.ts'
import { ofSuite } from './support/suite.ts'

const UCUM = 'http://unitsofmeasure.org'
const LOINC = 'http://loinc.org'
const ACT = 'http://terminology.hl7.org/CodeSystem/v3-ActCode'

describe('a token search', () => {
  let send: Send
  const suite = ofSuite()
  before(async () => {
    const hospital = await startHospital(suite)
    send = clientOf(hospital)
    const coded = (id: string, ...coding: object[]) => ({
      resourceType: 'Observation',
      id,
      status: 'final',
      code: { coding },
      subject: { reference: 'Patient/p' },
    })
    const patient = {
      resourceType: 'Patient',
      id: 'p',
      gender: 'female',
      identifier: [{ system: 'urn:mrn', value: 'Ab-7' }, { value: 'Loose' }],
      telecom: [{ system: 'email', use: 'home', value: 'Ada.Doe@Example.org' }],
    }
    for (const resource of [
      patient,
      coded('lab', { system: LOINC, code: 'LA6576-8' }),
      coded('milli', { system: UCUM, code: 'mS' }),
      coded('mega', { system: UCUM, code: 'MS' }),
      coded('act', { system: ACT, code: 'AMB' }),
      {
        resourceType: 'Library',
        id: 'l',
        status: 'draft',
        type: { text: 'x' },
        content: [{ contentType: 'text/cql' }],
      },
      coded('two', { system: LOINC, code: '8867-4' }, { system: LOINC, code: 'LA6576-8' }),
    ]) {
      const { status, body } = await send('PUT', `${resource.resourceType}/${resource.id}`, resource)
      assert.equal(status, 201, body)
    }
  })

  async function found(path: string): Promise<unknown[]> {
    const { status, json, body } = await send('GET', path, undefined, { prefer: 'handling=strict' })
    assert.equal(status, 200, `${path}: ${body}`)
    return resourcesIn(json)
      .map(({ id }) => id)
      .sort()
  }
  const findsPatient = async (yes: boolean, ...queries: string[]) => {
    for (const query of queries) assert.deepEqual(await found(`Patient?${query}`), yes ? ['p'] : [], query)
  }

  test('finds codes, identifiers and addresses of e-mail whatever their case', async () => {
    await findsPatient(true, 'gender=Female', 'gender=female', 'identifier=AB-7', 'identifier=urn:mrn|aB-7')
    await findsPatient(true, 'identifier=|LOOSE', 'email=ada.doe@example.ORG', 'telecom=ADA.DOE@EXAMPLE.ORG')
    await findsPatient(false, 'gender:not=FEMALE', 'identifier=URN:MRN|Ab-7', '_id=P')
    for (const chart of ['', 'patient=p&'])
      for (const code of ['la6576-8', `${LOINC}|la6576-8`, `${LOINC}|LA6576-8`])
        assert.deepEqual(await found(`Observation?${chart}code=${code}`), ['lab', 'two'], `${chart}${code}`)
  })

  test('knows the system of codes that do not say theirs, by the definition of their element', async () => {
    const GENDER = 'http://hl7.org/fhir/administrative-gender'
    await findsPatient(
      true,
      `gender=${GENDER}|female`,
      'gender=|female',
      `gender=${GENDER}|`,
      `gender=${GENDER}|male,female`,
    )
    await findsPatient(true, `gender:not=${GENDER}|male`, 'gender:not=urn:other|female', 'gender:not=urn:other|')
    await findsPatient(false, `gender=${GENDER}|male`, 'gender=urn:other|female', 'gender=urn:other|')
    await findsPatient(false, `gender:not=${GENDER}|female`, `gender:not=${GENDER}|`, `gender=${GENDER}|Female`)
    const STATUS = 'http://hl7.org/fhir/observation-status'
    for (const code of ['final', ''])
      assert.equal((await found(`Observation?patient=p&status=${STATUS}|${code}`)).length, 5, code)
    for (const type of ['text/cql', 'Text/CQL', ''])
      assert.deepEqual(await found(`Library?content-type=urn:ietf:bcp:13|${type}`), ['l'], type)
    assert.deepEqual(await found('Library?content-type=urn:ietf:bcp:13|text/html'), [])
    assert.deepEqual(await found('Library?content-type:not=urn:ietf:bcp:13|'), [])
  })

  test('tells case apart where the code system does, and finds both when no system is named', async () => {
    assert.deepEqual(await found(`Observation?code=${UCUM}|mS`), ['milli'])
    assert.deepEqual(await found(`Observation?code=${UCUM}|MS`), ['mega'])
    assert.deepEqual(await found(`Observation?code=${UCUM}|Ms`), [])
    assert.deepEqual(await found('Observation?code=ms'), ['mega', 'milli'])
    assert.deepEqual(await found(`Observation?code=${ACT}|amb`), [])
    assert.deepEqual(await found(`Observation?patient=p&code=${ACT}|AMB`), ['act'])
  })
})
