/** Searches by number: https://hl7.org/fhir/R4/search.html#number */
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { clientOf, resourcesIn, type Send } from './support/client.ts'
import { startHospital } from './support/hospital.ts'
import { ofSuite } from './support/suite.ts'

const PROBABILITIES = ['0.75', '0.79', '0.8', '0.84', '0.85', '99.5', '100', '100.5', '-0.85', '-0.8']

describe('a search by number', { timeout: 240_000 }, () => {
  let send: Send
  const suite = ofSuite()
  before(async () => {
    send = clientOf(await startHospital(suite))
    for (const [at, value] of PROBABILITIES.entries()) {
      const { status, body } = await send('PUT', `RiskAssessment/r${at}`, {
        resourceType: 'RiskAssessment',
        id: `r${at}`,
        status: 'final',
        subject: { display: 'Somebody' },
        prediction: [{ probabilityDecimal: Number(value) }],
      })
      assert.equal(status, 201, body)
    }
  })

  const found = async (probability: string) =>
    resourcesIn((await send('GET', `RiskAssessment?probability=${probability}`)).json)
      .map(({ id }) => PROBABILITIES[Number(String(id).slice(1))])
      .sort()

  test('finds what rounds to the number, up to the bound in decimal and without it', async () => {
    assert.deepEqual(await found('0.8'), ['0.75', '0.79', '0.8', '0.84'])
    assert.deepEqual(await found('8e-1'), ['0.75', '0.79', '0.8', '0.84'])
    assert.deepEqual(await found('0.80'), ['0.8'])
    assert.deepEqual(await found('100'), ['100', '99.5'])
    assert.deepEqual(await found('-0.8'), ['-0.8', '-0.85'])
    assert.deepEqual(await found('ne0.8'), ['-0.8', '-0.85', '0.85', '100', '100.5', '99.5'])
  })

  test('takes a number of more digits than a double has for that double', async () => {
    const search = async (probability: string) => {
      const { json } = await send('POST', 'RiskAssessment/_search', `probability=${probability}`, {
        'content-type': 'application/x-www-form-urlencoded',
      })
      return resourcesIn(json).map(({ id }) => PROBABILITIES[Number(String(id).slice(1))])
    }
    // As long as a query may be, nearly.
    for (const zeros of [450, 60_000]) {
      assert.deepEqual(await search(`0.8${'0'.repeat(zeros)}`), ['0.8'])
      assert.deepEqual((await search(`${'0'.repeat(zeros)}100`)).sort(), ['100', '99.5'])
    }
    assert.deepEqual(await search(`0.${'3'.repeat(60_000)}`), [])
  })

  test('compares in an order with exactly the number', async () => {
    assert.deepEqual(await found('gt0.84'), ['0.85', '100', '100.5', '99.5'])
    assert.deepEqual(await found('ge0.85&probability=le100'), ['0.85', '100', '99.5'])
  })
})
