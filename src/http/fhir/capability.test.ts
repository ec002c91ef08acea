import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { RESOURCE_TYPES } from '#fhir'
import { AUTHORIZED, serve } from '../../../tests/support/recording-record.ts'

describe('the CapabilityStatement', () => {
  test('lists every type with the parameters it can be searched by', async (t) => {
    const { app } = serve(t)
    const response = await app.inject({ url: '/fhir/R4/metadata', headers: AUTHORIZED })
    assert.equal(response.statusCode, 200)
    const [rest] = response.json().rest
    assert.deepEqual(
      rest.resource.map(({ type }: { type: string }) => type),
      [...RESOURCE_TYPES],
    )
    const observation = rest.resource.find(({ type }: { type: string }) => type === 'Observation')
    const names = observation.searchParam.map(({ name }: { name: string }) => name)
    for (const name of ['_id', 'code', 'subject', 'date']) assert.ok(names.includes(name), name)
    assert.ok(observation.searchInclude.includes('Observation:subject'))
    const patient = rest.resource.find(({ type }: { type: string }) => type === 'Patient')
    assert.ok(patient.searchRevInclude.includes('Observation:subject'))
    assert.equal(patient.versioning, 'versioned')
  })

  test('says of AuditEvents that they are read and searched, and not written', async (t) => {
    const { app } = serve(t)
    const [rest] = (await app.inject({ url: '/fhir/R4/metadata', headers: AUTHORIZED })).json().rest
    const trail = rest.resource.find(({ type }: { type: string }) => type === 'AuditEvent')
    assert.deepEqual(trail.interaction, [{ code: 'read' }, { code: 'search-type' }])
    assert.deepEqual(
      trail.searchParam.filter(({ definition }: { definition?: string }) => definition === undefined),
      [],
    )
    const leading = rest.resource.filter(({ searchRevInclude = [] }: { searchRevInclude?: string[] }) =>
      searchRevInclude.some((one) => one.startsWith('AuditEvent:')),
    )
    assert.deepEqual(leading, [])
  })

  test('can be kept by the client until the server changes', async (t) => {
    const { app } = serve(t)
    const { etag } = (await app.inject({ url: '/fhir/R4/metadata', headers: AUTHORIZED })).headers
    const headers = { ...AUTHORIZED, 'if-none-match': String(etag) }
    const response = await app.inject({ url: '/fhir/R4/metadata', headers })
    assert.deepEqual([response.statusCode, response.body], [304, ''])
  })

  test('can be had in summary', async (t) => {
    const { app } = serve(t)
    const response = await app.inject({ url: '/fhir/R4/metadata?_summary=true', headers: AUTHORIZED })
    assert.equal(response.json().resourceType, 'CapabilityStatement')
  })
})
