/** What a transaction is refused for is told at once, each with its place. https://hl7.org/fhir/R4/http.html#trules */
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { clientOf, type Json, refusalIn, type Send } from './support/client.ts'
import { startHospital } from './support/hospital.ts'
import { ofSuite } from './support/suite.ts'

const posting = (resource: Json, more: object = {}) => ({
  resource,
  request: { method: 'POST', url: resource.resourceType, ...more },
})
const observation = (reference: string) => ({
  resourceType: 'Observation',
  status: 'final',
  code: { text: 'x' },
  subject: { reference },
})
const patient = (more: Json = {}): Json => ({ resourceType: 'Patient', ...more })

describe('a transaction that is refused', { timeout: 240_000 }, () => {
  let send: Send
  const suite = ofSuite()
  before(async () => {
    send = clientOf(await startHospital(suite))
    for (const id of ['a', 'b']) await send('PUT', `Patient/${id}`, patient({ id, gender: 'other' }))
  })

  const refused = async (...entry: unknown[]) => {
    const answer = await send('POST', '', { resourceType: 'Bundle', type: 'transaction', entry })
    const issues = answer.json.issue as { expression?: string[]; details: { text: string } }[]
    return { code: refusalIn(answer), places: issues.map(({ expression }) => expression?.[0]) }
  }

  test('names every invalid resource by its place, fifty at most and how many more there are', async () => {
    assert.deepEqual(
      await refused(posting(patient({ gender: 'x' })), posting(patient()), posting(patient({ hat: 1 }))),
      {
        code: 'record/invalid-resource',
        places: ['Bundle.entry[0].resource.gender', 'Bundle.entry[2].resource.hat'],
      },
    )
    const { places } = await refused(...Array.from({ length: 70 }, () => posting(patient({ gender: 'x' }))))
    assert.equal(places.length, 51)
    assert.deepEqual([places[49], places[50]], ['Bundle.entry[49].resource.gender', undefined])
  })

  test('names every reference that leads nowhere by its place', async () => {
    assert.deepEqual(
      await refused(
        posting(observation('Patient/nobody')),
        posting(observation('Patient/a')),
        posting(observation('Patient/nobody')),
        posting(observation('Patient/no-one')),
      ),
      {
        code: 'record/unknown-reference',
        places: [0, 2, 3].map((index) => `Bundle.entry[${index}].resource.subject`),
      },
    )
  })

  test('names every entry that can not be understood', async () => {
    const url = 'Patient/a'
    const refusal = await refused({ request: { method: 'POST', url: 'Patient' } }, posting(patient()), null, {
      request: { method: 'STEAL', url },
    })
    assert.deepEqual(refusal, {
      code: 'record/bad-entry',
      places: ['Bundle.entry[0]', 'Bundle.entry[2]', 'Bundle.entry[3]'],
    })
  })

  test('names every entry that changes what an earlier one changes', async () => {
    const deleting = { request: { method: 'DELETE', url: 'Patient/a' } }
    assert.deepEqual(await refused(deleting, deleting, deleting), {
      code: 'record/same-resource-twice',
      places: ['Bundle.entry[1]', 'Bundle.entry[2]'],
    })
  })

  test('names the entry whose criteria match nothing or too much, or can not be asked', async () => {
    const first = posting(patient())
    const refusals = [
      [posting(observation('Patient?identifier=urn:x|nobody')), 'record/no-match'],
      [posting(observation('Patient?gender=other')), 'record/several-matches'],
      [posting(patient(), { ifNoneExist: 'gender=other' }), 'record/several-matches'],
      [posting(patient(), { ifNoneExist: 'hat=other' }), 'record/unknown-parameter'],
      [{ request: { method: 'DELETE', url: 'Patient?gender=other' } }, 'record/several-matches'],
    ] as const
    for (const [entry, code] of refusals)
      assert.deepEqual(await refused(first, entry), { code, places: ['Bundle.entry[1]'] })
  })
})
