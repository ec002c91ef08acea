import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Fault } from '#foundation/fault.ts'
import { asFault, headersOf, outcomeOf, outcomeOfSuccess } from './outcome.ts'

describe('an OperationOutcome', () => {
  test('has the code of the fault, what happened and what to do', () => {
    const fault = new Fault('stale', 'record/stale-version', 'It has changed.', 'Read it again.')
    assert.deepEqual(JSON.parse(outcomeOf(fault)), {
      resourceType: 'OperationOutcome',
      issue: [
        {
          severity: 'error',
          code: 'conflict',
          details: {
            coding: [{ system: 'urn:omnicare:fault', code: 'record/stale-version' }],
            text: 'It has changed.',
          },
          diagnostics: 'It has changed. Read it again.',
        },
      ],
    })
  })

  test('has an issue for each problem, with its place', () => {
    const problems = [
      { code: 'required', expression: 'Patient.link[0].other', says: 'The element is missing.' },
      { code: 'structure', says: 'The resource is empty.' },
    ]
    const { issue } = JSON.parse(outcomeOf(new Fault('unprocessable', 'record/invalid', 'Two.', 'Mend.', problems)))
    assert.deepEqual(
      issue.map((one: { code: string; expression?: string[] }) => [one.code, one.expression]),
      [
        ['required', ['Patient.link[0].other']],
        ['structure', undefined],
      ],
    )
  })

  test('of a success warns of each reference that leads nowhere', () => {
    const { issue } = JSON.parse(outcomeOfSuccess('Created.', ['Observation.subject']))
    assert.deepEqual(
      issue.map((one: { severity: string }) => one.severity),
      ['information', 'warning'],
    )
    assert.deepEqual(issue[1].expression, ['Observation.subject'])
  })
})

describe('what nobody expected', () => {
  test('tells the client the id of the request and nothing else', () => {
    const fault = asFault(new TypeError('secret: Doe, John'), 'r-1')
    assert.equal(fault.code, 'http/unexpected')
    assert.match(outcomeOf(fault), /r-1/)
    assert.doesNotMatch(outcomeOf(fault), /secret|Doe|TypeError/)
  })

  test('may be no error at all', () => {
    for (const thrown of [undefined, null, 'text', { code: 7 }])
      assert.equal(asFault(thrown, 'r').code, 'http/unexpected')
  })
})

describe('what Fastify refuses', () => {
  test("is the fault of the client where it says so, and the server's where not", () => {
    const reset = Object.assign(new Error('aborted'), { code: 'ECONNRESET' })
    assert.equal(asFault(Object.assign(reset, { statusCode: 400 }), 'r').code, 'http/malformed-request')
    const lost = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })
    assert.equal(asFault(lost, 'r').code, 'http/unexpected')
  })
})

describe('the headers of a refusal', () => {
  test('say when to come back, of those that pass', () => {
    assert.match(headersOf(new Fault('busy', 'a/b', '', ''))['retry-after'] ?? '', /^\d+$/)
    assert.equal(headersOf(new Fault('costly', 'a/b', '', ''))['retry-after'], undefined)
  })
})
