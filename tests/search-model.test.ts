/** The server's search beside a model that knows only the specification: the same sets, whatever is asked. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import { practiceBundles } from '#practice'
import { Random } from '../practice/random.ts'
import { clientOf, type Json, linkIn, resourcesIn, type Send } from './support/client.ts'
import { startHospital } from './support/hospital.ts'
import { dateRange, fits, type Parameter, parametersOf, rangesIn, stringsIn, tokensIn } from './support/search-model.ts'
import { ofSuite } from './support/suite.ts'

const SEED = 5
const QUERIES = 2_500
const TYPES = [
  'ActivityDefinition',
  'AllergyIntolerance',
  'Appointment',
  'CarePlan',
  'Condition',
  'DiagnosticReport',
  'Encounter',
  'Goal',
  'ImagingStudy',
  'Immunization',
  'MedicationRequest',
  'Observation',
  'Organization',
  'Patient',
  'Practitioner',
  'Procedure',
  'Questionnaire',
  'RiskAssessment',
  'ServiceRequest',
]
const PACKAGE = join(import.meta.dirname, '../node_modules/hl7.fhir.r4.examples')

interface Column {
  readonly parameter: Parameter
  /** Values of the parameter by resource id. */
  readonly values: ReadonlyMap<string, readonly unknown[]>
}

describe('search, beside a model of the specification', { timeout: 240_000 }, () => {
  let send: Send
  const suite = ofSuite()
  const held = new Map<string, Json[]>()
  const columns = new Map<string, Column[]>()

  before(async () => {
    const hospital = await startHospital(suite, { references: 'off' })
    send = clientOf(hospital)
    const random = new Random(SEED)
    for (const bundle of practiceBundles({ count: 8, seed: SEED, today: Temporal.PlainDate.from('2026-03-01') }))
      assert.equal((await send('POST', '', bundle)).status, 200)
    for (const name of readdirSync(PACKAGE)) {
      if (!TYPES.some((type) => name.startsWith(`${type}-`))) continue
      const resource = JSON.parse(readFileSync(join(PACKAGE, name), 'utf8')) as Json & { meta?: object }
      resource.meta = marked(random, resource.meta)
      await send('PUT', `${resource.resourceType}/${resource.id}`, resource)
    }
    for (const type of TYPES) {
      const all: Json[] = []
      for (let next: string | undefined = `${type}?_count=500`; next !== undefined; ) {
        const { json } = await send('GET', next)
        all.push(...resourcesIn(json))
        next = linkIn(json, 'next')
      }
      held.set(type, all)
      columns.set(
        type,
        parametersOf(type).map((parameter) => ({
          parameter,
          values: new Map(all.map((resource) => [String(resource.id), parameter.valuesIn(resource)])),
        })),
      )
    }
  })

  const idsOf = (type: string) => (held.get(type) as Json[]).map(({ id }) => String(id))
  const expected = (type: string, asked: readonly Asked[]) =>
    idsOf(type)
      .filter((id) =>
        asked.every(({ column, modifier, query }) =>
          fits(column.parameter, column.values.get(id) ?? [], modifier, query),
        ),
      )
      .sort()

  async function found(path: string): Promise<string[]> {
    const { status, json, body } = await send('GET', path, undefined, { prefer: 'handling=strict' })
    assert.equal(status, 200, `${path}: ${body.slice(0, 400)}`)
    assert.equal(linkIn(json, 'next'), undefined, path)
    return resourcesIn(json)
      .map(({ id }) => String(id))
      .sort()
  }

  test('random questions over every parameter, prefix and modifier are answered as the model answers them', async (t) => {
    const random = new Random(SEED + 1)
    const kinds = new Map<string, number>()
    const wrong: string[] = []
    let matched = 0
    for (let round = 0; round < QUERIES; round++) {
      const type = random.pick(TYPES)
      const asked = Array.from({ length: random.pick([1, 1, 2]) }, () =>
        question(random, random.pick(columns.get(type) as Column[])),
      )
      const query = new URLSearchParams(
        asked.map((one) => [one.column.parameter.code + (one.modifier && `:${one.modifier}`), one.query]),
      )
      const path = `${type}?${query}&_count=1000`
      const wanted = expected(type, asked)
      const ids = new Set(await found(path))
      const difference = [...ids.symmetricDifference(new Set(wanted))]
      if (difference.length > 0) wrong.push(`${decodeURIComponent(path)} differs in ${difference.slice(0, 3)}`)
      if (wanted.length > 0) matched++
      for (const { column, modifier } of asked) {
        const kind = `${column.parameter.kind}${modifier && `:${modifier}`}`
        kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
      }
    }
    t.diagnostic(
      `${matched} of ${QUERIES} found something; ${[...kinds].map(([kind, count]) => `${kind} ${count}`).join(', ')}`,
    )
    assert.deepEqual(wrong, [])
    assert.ok(matched > QUERIES / 3)
  })

  test('includes bring what matches refer to, and what refers to matches, each once', async () => {
    const random = new Random(SEED + 2)
    for (let round = 0; round < 60; round++) {
      const type = random.pick(['Observation', 'Encounter', 'MedicationRequest', 'DiagnosticReport', 'Condition'])
      const { parameter, values } = random.pick(
        (columns.get(type) as Column[]).filter(({ parameter: { kind } }) => kind === 'reference'),
      )
      const ids = idsOf(type).slice(0, random.whole(1, 30))
      const path = `${type}?_id=${ids.join(',')}&_count=1000&_include=${type}:${parameter.code}`
      const { json } = await send('GET', path)
      const wanted = new Set(ids.flatMap((id) => (values.get(id) ?? []).map((value) => (value as Json).reference)))
      const there = new Set([...held].flatMap(([held, all]) => all.map(({ id }) => `${held}/${id}`)))
      const matches = new Set(ids.map((id) => `${type}/${id}`))
      const included = resourcesIn(json, 'include')
        .map(({ resourceType, id }) => `${resourceType}/${id}`)
        .filter((name) => TYPES.includes(name.split('/')[0] as string))
      assert.deepEqual(
        included.toSorted(),
        [...wanted].filter((name) => there.has(String(name)) && !matches.has(String(name))).sort(),
        path,
      )
    }
    const patient = idsOf('Patient').find((id) =>
      (held.get('Encounter') as Json[]).some(
        ({ subject }) => (subject as Json | undefined)?.reference === `Patient/${id}`,
      ),
    ) as string
    const referring = (of: string) =>
      expected(of, [
        {
          column: (columns.get(of) as Column[]).find(({ parameter }) => parameter.code === 'patient') as Column,
          modifier: '',
          query: `Patient/${patient}`,
        },
      ])
    const { json } = await send(
      'GET',
      `Patient?_id=${patient}&_revinclude=Encounter:patient&_revinclude=Observation:patient&_include:iterate=Observation:performer`,
    )
    const included = resourcesIn(json, 'include')
    const idsIn = (type: string) =>
      included
        .filter(({ resourceType }) => resourceType === type)
        .map(({ id }) => String(id))
        .sort()
    assert.deepEqual(idsIn('Encounter'), referring('Encounter'))
    assert.deepEqual(idsIn('Observation'), referring('Observation'))
    assert.ok(idsIn('Practitioner').length > 0)
    assert.equal(new Set(included.map(({ resourceType, id }) => `${resourceType}/${id}`)).size, included.length)
  })

  const SORTS: readonly (readonly [
    type: string,
    sort: string,
    key: (resource: Json) => string | number | undefined,
  ])[] = [
    ['Patient', '_id', ({ id }) => String(id)],
    [
      'Patient',
      'birthdate',
      ({ birthDate }) => (birthDate === undefined ? undefined : dateRange(String(birthDate)).low),
    ],
    ['Patient', '_lastUpdated', ({ meta }) => Date.parse((meta as { lastUpdated: string }).lastUpdated)],
    ['Encounter', 'date', ({ period }) => (period === undefined ? undefined : rangesIn(period)[0]?.low)],
    ['Observation', 'date', ({ effectiveDateTime: at }) => (at === undefined ? undefined : dateRange(String(at)).low)],
  ]
  for (const [type, sort, keyOf] of SORTS)
    for (const descending of [false, true]) {
      test(`pages of ${type} by ${descending ? '-' : ''}${sort} hold each match once, in order, forwards and back, while others write`, async () => {
        const of = type === 'Observation' ? 'code=http://loinc.org|8867-4,http://loinc.org|8310-5&' : ''
        const all = new Map((held.get(type) as Json[]).map((resource) => [String(resource.id), resource]))
        const query = `${type}?${of}_sort=${descending ? '-' : ''}${sort}&_count=7`
        const pages: string[][] = []
        let last = query
        for (let next: string | undefined = query; next !== undefined; ) {
          const { json, status, body } = await send('GET', next)
          assert.equal(status, 200, body.slice(0, 300))
          pages.push(resourcesIn(json).map(({ id }) => String(id)))
          last = next
          next = linkIn(json, 'next')
          // Somebody writes at the same time what does not match, and changes nothing of what does.
          await send('POST', 'Basic', { resourceType: 'Basic', code: { text: 'x' } })
          if (pages.length % 3 === 0 && of !== '')
            await send('POST', type, { resourceType: type, status: 'final', code: { text: 'other' } })
        }
        const seen = pages.flat()
        assert.equal(new Set(seen).size, seen.length)
        if (of === '') assert.deepEqual(seen.toSorted(), [...all.keys()].sort())
        const keys = seen.flatMap((id) => keyOf(all.get(id) as Json) ?? [])
        const sorted = keys.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0))
        assert.deepEqual(keys, descending ? sorted.reverse() : sorted)
        const back: string[][] = []
        for (let previous: string | undefined = last; previous !== undefined; ) {
          const { json } = await send('GET', previous)
          back.unshift(resourcesIn(json).map(({ id }) => String(id)))
          previous = linkIn(json, 'previous')
        }
        assert.deepEqual(back.flat(), seen)
      })
    }
})

function marked(random: Random, meta: object = {}): object {
  const tag = [{ system: 'http://e.x/tag', code: random.pick(['red', 'green', 'blue']) }]
  return {
    ...meta,
    ...(random.chance(0.5) ? { tag } : {}),
    ...(random.chance(0.3) ? { profile: [random.pick(['http://e.x/profile/a', 'http://e.x/profile/b|1.0'])] } : {}),
    ...(random.chance(0.3) ? { security: [{ system: 'http://e.x/security', code: random.pick(['N', 'R']) }] } : {}),
  }
}

interface Asked {
  readonly column: Column
  readonly modifier: string
  readonly query: string
}

/** A question about a column, mostly one that something answers. */
function question(random: Random, column: Column): Asked {
  const { kind, code } = column.parameter
  if (random.chance(0.1) && !code.startsWith('_'))
    return { column, modifier: 'missing', query: random.pick(['true', 'false']) }
  const all = [...column.values.values()].flat()
  const one = () => (all.length === 0 || random.chance(0.08) ? undefined : random.pick(all))
  const modifier = random.pick(MODIFIERS[kind])
  const of = (value: unknown) => alternative(random, kind, modifier, value, code === '_id')
  const query = Array.from({ length: random.pick([1, 1, 1, 2, 3]) }, () => of(one())).join(',')
  return {
    column,
    modifier: modifier === 'Patient' && !column.parameter.targets.includes('Patient') ? '' : modifier,
    query,
  }
}

const MODIFIERS: Readonly<Record<Parameter['kind'], readonly string[]>> = {
  string: ['', '', 'exact', 'contains'],
  token: ['', '', '', 'not'],
  reference: ['', '', 'identifier', 'Patient'],
  date: [''],
  number: [''],
  uri: [''],
}
const PREFIXES = ['', 'eq', 'ne', 'gt', 'lt', 'ge', 'le', 'sa', 'eb']
const plain = (text: string | undefined) => (text === undefined || /[,|$\\]/.test(text) ? undefined : text)

function alternative(random: Random, kind: Parameter['kind'], modifier: string, value: unknown, isId: boolean): string {
  switch (kind) {
    case 'token': {
      const token = value === undefined ? undefined : random.pick(tokensIn(value))
      const code = token?.code
      const system = token?.system ?? token?.implied
      const written = plain(code) ?? 'nothing'
      const bare = random.pick([written, written, written, written.toUpperCase(), written.toLowerCase()])
      if (isId) return bare
      return random.pick([
        bare,
        bare,
        `${plain(system) ?? ''}|${bare}`,
        system === undefined ? bare : `${plain(system) ?? 'x'}|`,
        `|${bare}`,
      ])
    }
    case 'string': {
      const text = plain(value === undefined ? undefined : random.pick(stringsIn(value))) ?? 'nobody'
      if (modifier === 'exact') return random.pick([text, text, text.toUpperCase()])
      const from = modifier === 'contains' ? random.whole(0, Math.max(0, text.length - 3)) : 0
      const part = text.slice(from, from + random.whole(2, 12)).trim()
      return random.pick([part, part.toUpperCase(), part.toLowerCase()]) || 'nobody'
    }
    case 'uri':
      return plain(value as string | undefined) ?? 'http://e.x/nothing'
    case 'reference': {
      const { reference, identifier } = (typeof value === 'object' && value !== null ? value : {}) as {
        reference?: string
        identifier?: Json
      }
      if (modifier === 'identifier')
        return `${plain(identifier?.system as string) ?? 'urn:x'}|${plain(identifier?.value as string) ?? '1'}`
      if (typeof value === 'string' && !value.startsWith('#')) return plain(value.split('|')[0]) ?? 'http://e.x/nothing'
      const local =
        reference !== undefined && /^[A-Z][A-Za-z]+\/[A-Za-z0-9\-.]+$/.test(reference) ? reference : 'Patient/nobody'
      return modifier === 'Patient' || random.chance(0.4) ? (local.split('/')[1] as string) : local
    }
    case 'date': {
      const texts = [value, (value as { start?: string } | undefined)?.start]
      const text = texts.find((one) => typeof one === 'string' && /^\d{4}/.test(one)) ?? '2020-05-17'
      const length = random.pick([4, 7, 10, 10, 99])
      return random.pick(PREFIXES) + String(text).slice(0, length)
    }
    case 'number': {
      const number = typeof value === 'number' ? value : 0.5
      return (
        random.pick(PREFIXES) +
        random.pick([String(number), number.toFixed(0), number.toFixed(1), (number + 0.05).toFixed(2)])
      )
    }
  }
}
