/** What batches and transactions refuse and keep. https://hl7.org/fhir/R4/http.html#transaction */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { startHospital, type TestHospital } from './support/hospital.ts'

const BASE = 'http://h/fhir/R4'
const bundle = (type: 'batch' | 'transaction', ...entry: object[]) =>
  JSON.stringify({ resourceType: 'Bundle', type, entry })
const transaction = (...entry: object[]) => bundle('transaction', ...entry)
const refersTo = (...references: string[]) => ({
  resource: {
    resourceType: 'Group',
    type: 'person',
    actual: true,
    member: references.map((reference) => ({ entity: { reference } })),
  },
  request: { method: 'POST', url: 'Group' },
})

describe('a Bundle', { timeout: 240_000 }, () => {
  let hospital: TestHospital
  let release: (() => Promise<void>) | undefined
  before(async () => {
    hospital = await startHospital({
      after: (end) => {
        release = end
      },
    })
  })
  after(() => release?.())

  const submit = async (text: string, key?: string) => JSON.parse((await hospital.record.submit(text, BASE, key)).text)
  const patient = async (more: object = {}) =>
    (await hospital.record.create('Patient', JSON.stringify({ resourceType: 'Patient', ...more }))).version.id

  test('may have a thousand different conditional references and no more', async () => {
    await patient({ identifier: [{ system: 'urn:x', value: 'one' }] })
    const references = Array.from({ length: 1_001 }, (_, index) => `Patient?identifier=urn:x|one&_count=${index}`)
    await assert.rejects(hospital.record.submit(transaction(refersTo(...references)), BASE), {
      code: 'record/too-many-conditional-references',
    })
    const again = Array.from({ length: 2_000 }, () => 'Patient?identifier=urn:x|one')
    assert.equal((await submit(transaction(refersTo(...again)))).entry[0].response.status, '201 Created')
  })
})
