import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import { RESOURCE_TYPES, validateResource } from '#fhir'
import type { Trust } from '#identity/entry'
import { AUTHORIZED, serve } from '../../../tests/support/recording-record.ts'
import { conditionOf } from '../../record/search/conditions.ts'
import { understand } from '../../record/search/query.ts'

interface Rest {
  readonly security?: unknown
  readonly searchParam: { readonly name: string; readonly type: string }[]
  readonly resource: {
    readonly type: string
    readonly versioning?: string
    readonly searchParam: { readonly name: string; readonly type: string }[]
    readonly searchInclude?: string[]
    readonly searchRevInclude?: string[]
  }[]
}

async function metadata(t: TestContext, query = '', headers: Record<string, string> = {}, { app } = serve(t)) {
  return app.inject({ url: `/fhir/R4/metadata${query}`, headers: { ...AUTHORIZED, host: 'emr.test:8443', ...headers } })
}
const restOf = (response: { json(): { rest: [Rest] } }) => response.json().rest[0]

describe('the CapabilityStatement', () => {
  test('is told to who has no token yet, in pages of any origin, though not for ever so often; a wrong token is refused', async (t) => {
    const { app } = serve(t)
    const ask = (headers: Record<string, string> = {}) =>
      app.inject({ url: '/fhir/R4/metadata?mode=terminology', headers })
    const told = await ask()
    assert.equal(told.statusCode, 200)
    assert.equal(told.headers['access-control-allow-origin'], '*')
    assert.equal((await ask({ authorization: 'Bearer wrong' })).statusCode, 401)
    const answers = await Promise.all(Array.from({ length: 700 }, () => ask()))
    assert.deepEqual([...new Set(answers.map(({ statusCode }) => statusCode))], [200, 429])
    assert.equal((await ask(AUTHORIZED)).statusCode, 200)
  })

  test('is valid and says where it holds', async (t) => {
    const response = await metadata(t)
    assert.equal(response.statusCode, 200)
    const resource = response.json()
    assert.deepEqual(validateResource('CapabilityStatement', resource).problems, [])
    assert.equal(resource.implementation.url, 'http://emr.test:8443/fhir/R4')
  })

  test('says of AuditEvents that they are read and searched, and not written', async (t) => {
    const { resource } = restOf(await metadata(t))
    const trail = resource.find(({ type }) => type === 'AuditEvent')
    assert.partialDeepStrictEqual(trail, { interaction: [{ code: 'read' }, { code: 'search-type' }] })
    assert.ok(trail?.searchParam.every((one) => 'definition' in one))
    const leading = resource.filter(({ searchRevInclude = [] }) =>
      searchRevInclude.some((one) => one.startsWith('AuditEvent:')),
    )
    assert.deepEqual(leading, [])
  })

  test('lists every type with the parameters it can be searched by', async (t) => {
    const rest = restOf(await metadata(t))
    assert.deepEqual(
      rest.resource.map(({ type }) => type),
      [...RESOURCE_TYPES],
    )
    const observation = rest.resource.find(({ type }) => type === 'Observation')
    const names = observation?.searchParam.map(({ name }) => name)
    for (const name of ['_id', 'code', 'subject', 'date']) assert.ok(names?.includes(name), name)
    assert.ok(observation?.searchInclude?.includes('Observation:subject'))
    const patient = rest.resource.find(({ type }) => type === 'Patient')
    assert.ok(patient?.searchRevInclude?.includes('Observation:subject'))
    assert.equal(patient?.versioning, 'versioned')
  })

  test('says where programs get in, as soon as it is known who issues tokens', async (t) => {
    let issuer: string | undefined
    const trust = { issuer: () => issuer, knowsOrigin: () => false } as unknown as Trust
    const server = serve(t, {}, { trust })
    assert.deepEqual(Object.keys(restOf(await metadata(t, '', {}, server)).security as object), ['description'])
    issuer = 'https://operations.test/oauth'
    const response = await metadata(t, '', {}, server)
    assert.deepEqual(validateResource('CapabilityStatement', response.json()).problems, [])
    const { extension, service } = restOf(response).security as {
      extension: [{ extension: object[] }]
      service: [object]
    }
    assert.partialDeepStrictEqual(extension[0].extension, [
      { url: 'authorize', valueUri: `${issuer}/auth` },
      { url: 'token', valueUri: `${issuer}/token` },
    ])
    assert.partialDeepStrictEqual(service[0], { coding: [{ code: 'SMART-on-FHIR' }] })
  })

  test('promises no search that is not understood', async (t) => {
    const rest = restOf(await metadata(t))
    const values: Readonly<Record<string, string>> = { date: '2024', number: '1', special: 'Basic' }
    const everywhere = rest.searchParam.filter(({ name }) => name !== '_type')
    assert.deepEqual(
      everywhere.map(({ name }) => name),
      ['_id', '_lastUpdated', '_profile', '_security', '_source', '_tag'],
    )
    for (const { type, searchParam, searchInclude = [], searchRevInclude = [] } of rest.resource) {
      const asked = [...searchParam, ...everywhere].map(({ name, type: kind }) => [name, values[kind] ?? 'a'] as const)
      for (const one of asked)
        for (const filter of understand(type, [one], true).filters) conditionOf(type, filter, 'http://h/fhir/R4')
      for (const one of searchInclude) understand(type, [['_include', one]], true)
      for (const one of searchRevInclude) understand(type, [['_revinclude', one]], true)
    }
  })

  test('can be had without what R4 has on trial', async (t) => {
    const response = await metadata(t, '?mode=normative')
    assert.deepEqual(validateResource('CapabilityStatement', response.json()).problems, [])
    const { security, resource } = restOf(response)
    assert.deepEqual([security, resource[0]?.versioning, resource[0]?.searchInclude], [undefined, undefined, undefined])
    assert.equal(restOf(await metadata(t, '?mode=full')).resource[0]?.versioning, 'versioned')
  })

  test('says in another form that there are no terminology services', async (t) => {
    const resource = (await metadata(t, '?mode=terminology')).json()
    assert.equal(resource.resourceType, 'TerminologyCapabilities')
    assert.equal(resource.implementation.url, 'http://emr.test:8443/fhir/R4')
    assert.deepEqual(validateResource('TerminologyCapabilities', resource).problems, [])
  })

  test('is in no other mode', async (t) => {
    for (const mode of ['none', '', 'constructor'])
      assert.equal((await metadata(t, `?mode=${mode}`)).json().issue[0].details.coding[0].code, 'http/bad-mode')
  })

  test('can be kept by the client until the server changes, for the name by which it was reached', async (t) => {
    const server = serve(t)
    const tag = String((await metadata(t, '', {}, server)).headers.etag)
    const again = async (query: string, headers: Record<string, string> = {}) => {
      const { statusCode, body } = await metadata(t, query, { 'if-none-match': tag, ...headers }, server)
      return [statusCode, body === '']
    }
    assert.deepEqual(await again(''), [304, true])
    assert.deepEqual(await again('', { host: 'other.test' }), [200, false])
    assert.deepEqual(await again('?mode=normative'), [200, false])
  })

  test('can be had in summary', async (t) => {
    assert.equal((await metadata(t, '?_summary=true')).json().resourceType, 'CapabilityStatement')
  })
})
