import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { workedMs } from '../../../tests/support/worked.ts'
import { valuesOf } from '../statements/columns.ts'
import { Row } from './row.ts'

const rowOf = (resource: { resourceType: string }) => new Row(resource.resourceType, { id: 'a', ...resource })

describe('a row', () => {
  test('takes each of a resource’s many names once, and soon', () => {
    const given = Array.from({ length: 200_000 }, (_, index) => `Name${index % 100_000}`)
    const patient = { resourceType: 'Patient', name: [{ given }] }
    assert.ok(workedMs(() => rowOf(patient)) < 10_000)
    const { strings } = rowOf(patient)
    assert.equal(strings.filter(({ code }) => code === 'given').length, 100_000)
    assert.deepEqual(strings.find(({ code }) => code === 'given')?.value, 'name0')
  })

  test('has the lowest and highest of more times than a call can have arguments', () => {
    const event = Array.from({ length: 200_000 }, (_, index) => new Date(index * 60_000).toISOString())
    const resource = { resourceType: 'ServiceRequest', occurrenceTiming: { event } }
    const body = JSON.stringify(resource)
    const columns = valuesOf({ id: 'a', version: 1, updated: 'now', body, row: rowOf(resource) })
    assert.ok(columns.includes('1970-01-01T00:00:00.000Z'))
    assert.ok(columns.includes(new Date(199_999 * 60_000 + 1).toISOString()))
  })
})
