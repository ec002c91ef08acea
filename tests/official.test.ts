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
  'Bundle/v2-valuesets': 'holds CodeSystem/v2-0550',
  'CodeSystem/v2-0550': 'codes with double or trailing spaces, which a code may not have',
  'DeviceMetric/example': 'parent refers to a DeviceComponent, which R4 does not have; it must be a Device',
  'DeviceUseStatement/example': 'reasonReference names a type that the definition does not list',
  'ImplementationGuide/fhir': 'name and status are required',
  'MedicationRequest/medrx0301': 'dispenseRequest.performer must be an Organization',
  'Observation/clinical-gender': 'performer names a type that the definition does not list',
  'Questionnaire/qs1': 'item.linkId is required',
}
/** The extensions' SearchParameters lack `base`, which is required; one has an id of 67 characters. */
const refusedByRule = (name: string): boolean => name.startsWith('SearchParameter/') && name.includes('extensions-')

const REASONS = new Set<string>(['record/invalid-resource', 'record/unreadable-id'])

type Resource = { resourceType: string; id?: string; meta?: Record<string, unknown> }

/** Each resource as it is written in the package, those inside its Bundles too, without repeating equal ones. */
function* official(): Generator<Resource> {
  const seen = new Set<string>()
  for (const file of readdirSync(folder)) {
    if (!file.endsWith('.json') || file === 'package.json') continue
    const resource = parseExactly(readFileSync(join(folder, file), 'utf8')) as Resource
    const inside = resource.resourceType === 'Bundle' ? (resource as { entry?: { resource?: Resource }[] }).entry : []
    for (const each of [resource, ...(inside ?? []).flatMap((entry) => entry.resource ?? [])]) {
      const text = JSON.stringify(each)
      if (seen.has(text)) continue
      seen.add(text)
      yield each
    }
  }
}

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
    const refused: string[] = []
    const changed: string[] = []
    const unfound: string[] = []
    let stored = 0
    let searched = 0

    const one = async (resource: Resource) => {
      const { resourceType: type } = resource
      const text = JSON.stringify(resource)
      const name = `${type}/${resource.id}`
      const writing =
        resource.id === undefined ? hospital.record.create(type, text) : hospital.record.update(type, resource.id, text)
      const written = await writing.catch((error: unknown) => {
        assert.ok(error instanceof Fault && REASONS.has(error.code), `${name}: ${error}`)
        return undefined
      })
      if (written === undefined) return void refused.push(name)
      stored++
      const { id } = written.version
      const found = await hospital.record.read(type, id)
      assert.ok(found.is === 'present')
      if (plain(found.version.text, resource.id) !== plain(text, resource.id)) changed.push(name)
      const query = oneParameter(type, JSON.parse(text))
      if (query !== undefined) searched++
      const parameters: [string, string][] = [['_id', id], ...(query === undefined ? [] : [query])]
      const answer = await hospital.record.search({ type, parameters, strict: true, base: hospital.base })
      if (!answer.includes(`/${type}/${id}"`)) unfound.push(`${name} by ${query?.[0] ?? '_id'}`)
    }

    // Resources of one name are written one after the other, so that each is read back before the next takes its place.
    const byName = Map.groupBy(official(), (resource) => resource.id ?? resource)
    const waiting = byName.values()
    const worker = async () => {
      for (const versions of waiting) for (const resource of versions) await one(resource)
    }
    await Promise.all(Array.from({ length: 16 }, worker))

    assert.deepEqual(changed, [])
    assert.deepEqual(unfound, [])
    assert.deepEqual(
      refused.filter((name) => !(name in REFUSED) && !refusedByRule(name)),
      [],
    )
    assert.deepEqual(
      Object.keys(REFUSED).filter((name) => !refused.includes(name)),
      [],
    )
    assert.ok(stored > 16_700)
    assert.ok(searched > 16_700)
  })
})

/** Without what the server adds (the id too, where it gave one); numbers and order as they are. */
function plain(text: string, givenId: string | undefined): string {
  const resource = parseExactly(text) as Resource
  const { versionId: _version, lastUpdated: _updated, ...meta } = resource.meta ?? {}
  const { meta: _meta, id, ...rest } = resource
  return JSON.stringify([meta, givenId && id, rest])
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
