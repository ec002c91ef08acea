import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { extract, type IndexWriter, parseExactly, searchParameters } from '#fhir'
import { Fault } from '#foundation/fault.ts'
import { startHospital, type TestHospital } from './support/hospital.ts'

const folder = join(import.meta.dirname, '../node_modules/hl7.fhir.r4.examples')

/** Official resources that the specification itself does not allow, and why. */
const REFUSED: Readonly<Record<string, string>> = {
  'CodeSystem/v2-0550': 'codes with double or trailing spaces, which a code may not have',
  'DeviceMetric/example': 'parent refers to a DeviceComponent, which R4 does not have; it must be a Device',
  'DeviceUseStatement/example': 'reasonReference names a type that the definition does not list',
  'ImplementationGuide/fhir': 'name and status are required',
  'ImplementationGuide/ig-r4': 'name and status are required',
  'MedicationRequest/medrx0301': 'dispenseRequest.performer must be an Organization',
  'Observation/clinical-gender': 'performer names a type that the definition does not list',
  'Questionnaire/qs1': 'item.linkId is required',
}
const refusedByRule = (name: string): boolean => name.startsWith('SearchParameter/') && name.includes('extensions-')

type Resource = { resourceType: string; id: string; meta?: Record<string, unknown> }

describe('the official R4 resources', { timeout: 600_000 }, () => {
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

  test('are stored and read back as they were, and found by what they have', async () => {
    const files = readdirSync(folder).filter((file) => /^[A-Z]\w+-.*\.json$/.test(file))
    const refused: string[] = []
    const changed: string[] = []
    const unfound: string[] = []
    let searched = 0
    const one = async (file: string) => {
      const text = readFileSync(join(folder, file), 'utf8')
      const { resourceType: type, id } = JSON.parse(text) as Resource
      const name = `${type}/${id}`
      const stored = await hospital.record.update(type, id, text).catch((error: unknown) => {
        assert.ok(error instanceof Fault && error.code === 'record/invalid-resource', `${name}: ${error}`)
        return undefined
      })
      if (stored === undefined) return void refused.push(name)
      const found = await hospital.record.read(type, id)
      assert.ok(found.is === 'present')
      if (plain(found.version.text) !== plain(text)) changed.push(name)
      const query = oneParameter(type, JSON.parse(text))
      if (query === undefined) return
      searched++
      const answer = await hospital.record.search({
        type,
        parameters: [['_id', id], query],
        strict: true,
        base: hospital.base,
      })
      if (!answer.includes(`/${name}"`)) unfound.push(`${name} by ${query[0]}`)
    }
    for (let at = 0; at < files.length; at += 16) await Promise.all(files.slice(at, at + 16).map(one))
    assert.deepEqual(changed, [])
    assert.deepEqual(unfound, [])
    assert.deepEqual(
      refused.filter((name) => !(name in REFUSED) && !refusedByRule(name)),
      [],
    )
    assert.ok(files.length > 5_000)
    assert.ok(searched > 5_000)
  })
})

/** Without what the server adds; numbers and order as they are. */
function plain(text: string): string {
  const resource = parseExactly(text) as Resource
  const { versionId: _version, lastUpdated: _updated, ...meta } = resource.meta ?? {}
  const { meta: _meta, ...rest } = resource
  return JSON.stringify([meta, rest])
}

/** A search that must find the resource, by the first of its values that can be asked for. */
function oneParameter(type: string, resource: unknown): [string, string] | undefined {
  const found: [string, string][] = []
  const escaped = (value: string) => value.replace(/[\\,|$]/g, '\\$&')
  const writer: IndexWriter = {
    token: (code, system, value) =>
      void (
        value !== undefined &&
        found.push([code, system === undefined ? escaped(value) : `${escaped(system)}|${escaped(value)}`])
      ),
    reference: (code, _type, _id, url) =>
      void (
        !url.includes(':') &&
        url.includes('/') &&
        searchParameters(type).get(code)?.type === 'reference' &&
        found.push([code, url.replace(/\/_history.*/, '')])
      ),
    identifier: () => undefined,
    string: (code, value) => void found.push([code, escaped(value.slice(0, 40))]),
    uri: (code, value) => void found.push([code, escaped(value)]),
    date: (code, low) => void (Number.isFinite(low) && found.push([code, `ge${new Date(low).toISOString()}`])),
    number: (code, low) => void found.push([code, String(low)]),
  }
  extract(type, resource, writer)
  return found.find(([, value]) => value.length < 500)
}
