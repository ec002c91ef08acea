/**
 * Chance as an attacker: official examples and searches, changed at random. Whatever comes of it is an answer or a
 * refusal with a fault code, never a failure of the server, and what was accepted is read back as it was sent.
 */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import { parseExactly, RESOURCE_TYPES, searchParameters } from '#fhir'
import { Random } from '../practice/random.ts'
import { clientOf, type Json, refusalIn, type Send } from './support/client.ts'
import { startHospital } from './support/hospital.ts'
import { ofSuite } from './support/suite.ts'

const SEED = 20_260
const RESOURCES = 1_500
const TEXTS = 500
const SEARCHES = 1_500
const PATCHES = 500
const TOGETHER = 8

const ODD: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  1e21,
  0.1,
  '',
  ' ',
  'x',
  '\u0000',
  '\ud800',
  '\u{1f3e5}',
  'ä',
  '%',
  "'",
  '"',
  '\\',
  '<div>',
  '../..',
  'Patient/1',
  'urn:uuid:x',
  '#',
  '#x',
  '2024',
  '2024-02-30',
  '9999-12-31T23:59:60+14:00',
  '0001-01-01',
  'http://e.x/|1.0',
  'a|b|c',
  [],
  {},
  [null],
  [[]],
  [{}],
  { extension: [] },
  { reference: '#' },
  { reference: 'Patient/' },
  { reference: 1 },
  { coding: [{}] },
  { coding: 'x' },
  { start: '2024', end: '2023' },
  { value: '1' },
  { low: {}, high: null },
  'x'.repeat(5000),
  Array(300).fill('x'),
]
const NAMES = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'id',
  '_id',
  'resourceType',
  'meta',
  'extension',
  'contained',
  'text',
  '',
]
const QUERY = [
  '',
  ',',
  '|',
  '\\',
  '$',
  '%',
  '_',
  "'",
  '"',
  '&',
  '\u0000',
  '\u{1f3e5}',
  'ﬀ',
  'İ',
  '2024',
  'ge2024-05',
  'sa9999',
  'ap0001',
  'ne',
  'lt-5',
  '1e308',
  '0.1',
  'Patient/1',
  'http://hl7.org/fhir|',
  '|x',
  'x|',
  'a|b',
  'true',
  'false',
  'x'.repeat(2000),
  'x,'.repeat(50),
  'urn:oid:1',
  '1|2|3',
  '*',
  'Observation:subject',
  'Patient:*',
  'Observation:subject:Patient',
]
const MODIFIERS = [
  '',
  '',
  '',
  ':exact',
  ':contains',
  ':missing',
  ':not',
  ':identifier',
  ':Patient',
  ':iterate',
  ':above',
  ':text',
  ':x:y',
]
const CONTROLS = [
  '_count',
  '_sort',
  '_include',
  '_revinclude',
  '_include:iterate',
  '_revinclude:iterate',
  '_summary',
  '_elements',
  '_total',
  '_cursor',
  '_type',
  '_format',
  '_pretty',
  '_has',
  '_filter',
  '_query',
  '_content',
  '_list',
  '_contained',
]

describe('chance as an attacker', { timeout: 240_000 }, () => {
  let send: Send
  const suite = ofSuite()
  before(async () => {
    const hospital = await startHospital(suite)
    send = clientOf(hospital)
  })

  test('resources with parts taken out, swapped, doubled or made nonsense are stored as sent or refused', async (t) => {
    const random = new Random(SEED)
    let stored = 0
    await each(RESOURCES, async () => {
      const resource = parseExactly(random.pick(EXAMPLES)) as Json
      for (let changes = random.whole(1, 3); changes > 0; changes--) mutate(random, resource)
      const type = typeof resource.resourceType === 'string' ? resource.resourceType : 'Patient'
      const path = RESOURCE_TYPES.includes(type) ? type : 'Patient'
      const text = JSON.stringify(resource)
      const answer = random.chance(0.8)
        ? await send('POST', path, text)
        : await send(
            'POST',
            '',
            `{"resourceType":"Bundle","type":"transaction","entry":[{"resource":${text},"request":{"method":"POST","url":"${path}"}}]}`,
          )
      if (answer.status >= 300) return void refusalIn(answer, text.slice(0, 500))
      stored++
      if (answer.status === 201) assert.equal(bare(answer.body), bare(text))
    })
    t.diagnostic(`${stored} of ${RESOURCES} were stored, the others refused`)
    assert.ok(stored > 50 && stored < RESOURCES)
  })

  test('texts with characters taken out, doubled or put in are stored or refused', async () => {
    const random = new Random(SEED + 1)
    await each(TEXTS, async () => {
      const example = random.pick(EXAMPLES)
      const text = mangled(random, example)
      const answer = await send('POST', /"resourceType"\s*:\s*"(\w+)"/.exec(example)?.[1] ?? 'Patient', text)
      if (answer.status >= 300) refusalIn(answer, text.slice(0, 500))
    })
  })

  test('searches with any parameter, modifier and value are answered or refused', async (t) => {
    const random = new Random(SEED + 2)
    let answered = 0
    await each(SEARCHES, async () => {
      const type = random.pick(RESOURCE_TYPES.filter((one) => one !== 'AuditEvent'))
      const codes = [...searchParameters(type).keys()]
      const query = Array.from({ length: random.whole(1, 4) }, () => {
        const code = random.chance(0.75) ? random.pick(codes) : random.pick(CONTROLS)
        const value = random.chance(0.5) ? random.pick(QUERY) : mangled(random, random.pick(QUERY).slice(0, 200))
        return [code + random.pick(MODIFIERS), value.toWellFormed()] as [string, string]
      })
      const path = `${type}${random.chance(0.1) ? '/_history' : ''}?${new URLSearchParams(query)}`
      const headers = random.chance(0.3) ? { prefer: 'handling=strict' } : {}
      const answer = await send('GET', path, undefined, headers)
      if (answer.status === 200) answered++
      else refusalIn(answer, path)
    })
    t.diagnostic(`${answered} of ${SEARCHES} were answered, the others refused`)
    assert.ok(answered > SEARCHES / 10)
  })

  test('patches of any shape change the resource or are refused', async () => {
    const random = new Random(SEED + 3)
    const { id } = (
      await send('POST', 'Patient', {
        resourceType: 'Patient',
        active: true,
        name: [{ family: 'A', given: ['B', 'C'] }],
      })
    ).json
    const paths = [
      '',
      '/',
      '/active',
      '/name',
      '/name/0',
      '/name/-',
      '/name/0/given/1',
      '/id',
      '/meta',
      '/resourceType',
      '/x~2',
      '/name/00',
      'name',
      '/__proto__/x',
      '/name/0/constructor',
    ]
    const fhirPaths = [
      'Patient',
      'Patient.active',
      'Patient.name',
      'Patient.name[0]',
      'Patient.name.given',
      'Patient.name[0].given[1]',
      'Patient.id',
      'Patient.meta',
      'Patient.x',
      'Observation',
      '',
      '1',
      "'x'",
      'Patient.name.where(',
      'Patient.name.where(1/0)',
      'Patient.name.first().given.last()',
      '{}',
      'Patient | Patient.name',
      'Patient.__proto__',
      'Patient.constructor',
      'Patient.name.take(-1)',
      'Patient.where($this is Patient)',
    ]
    await each(PATCHES, async () => {
      const json = random.chance(0.5)
      const operations = Array.from({ length: random.whole(1, 3) }, () => {
        if (json)
          return {
            op: random.pick(['add', 'remove', 'replace', 'move', 'copy', 'test', 'x']),
            path: random.pick(paths),
            from: random.pick(paths),
            value: random.pick(ODD),
          }
        const part = [
          { name: 'type', valueCode: random.pick(['add', 'insert', 'delete', 'replace', 'move', 'x']) },
          { name: 'path', valueString: random.pick(fhirPaths) },
          { name: 'name', valueString: random.pick([...NAMES, 'active', 'name', 'contact']) },
          random.chance(0.5)
            ? { name: 'value', valueString: random.pick(ODD) }
            : { name: 'value', part: [{ name: 'family', valueString: 'x' }] },
          ...['index', 'source', 'destination'].map((name) => ({ name, valueInteger: random.whole(-1, 3) })),
        ]
        return { name: 'operation', part: part.filter(() => random.chance(0.9)) }
      })
      const body = json ? operations : { resourceType: 'Parameters', parameter: operations }
      const type = json ? 'application/json-patch+json' : 'application/fhir+json'
      const answer = await send('PATCH', `Patient/${id}`, body, { 'content-type': type })
      if (answer.status !== 200) refusalIn(answer, JSON.stringify(body).slice(0, 800))
    })
    assert.equal((await send('GET', `Patient/${id}`)).status, 200)
  })
})

async function each(times: number, work: () => Promise<void>): Promise<void> {
  let begun = 0
  const worker = async () => {
    while (begun++ < times) await work()
  }
  await Promise.all(Array.from({ length: TOGETHER }, worker))
}

const EXAMPLES = examples()

function examples(): string[] {
  const folder = join(import.meta.dirname, '../node_modules/hl7.fhir.r4.examples')
  const names = readdirSync(folder).filter(
    (name) =>
      /^[A-Z].*\.json$/.test(name) && !/^(Bundle|StructureDefinition|SearchParameter|CodeSystem|ValueSet)-/.test(name),
  )
  return names
    .filter((_, index) => index % 3 === 0)
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .filter((text) => text.length < 20_000)
}

/** Changes one place of `within`, chosen by chance. */
function mutate(random: Random, within: Json): void {
  let holder: Json | unknown[] = within
  for (;;) {
    const key = random.pick(Object.keys(holder).length === 0 ? ['x'] : Object.keys(holder))
    const value = (holder as Json)[key]
    if (typeof value === 'object' && value !== null && !JSON.isRawJSON(value) && random.chance(0.7)) {
      holder = value as Json
      continue
    }
    const set = (name: string, what: unknown) =>
      Object.defineProperty(holder, name, { value: what, enumerable: true, configurable: true, writable: true })
    switch (random.whole(0, 5)) {
      case 0:
        delete (holder as Json)[key]
        break
      case 1:
        set(key, random.pick(ODD))
        break
      case 2:
        set(key, Array.isArray(value) ? value[0] : [value])
        break
      case 3:
        set(random.pick(NAMES), value)
        break
      case 4:
        set(`_${key}`, random.pick(ODD))
        break
      default:
        if (Array.isArray(holder)) holder.push(value)
        else set(key, { [key]: value })
    }
    return
  }
}

function mangled(random: Random, text: string): string {
  let changed = text
  for (let changes = random.whole(1, 3); changes > 0; changes--) {
    const at = random.whole(0, Math.max(0, changed.length - 1))
    const to = at + random.whole(0, 3)
    const put = random.pick([
      '',
      '"',
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '\\',
      '\\u0000',
      '\\ud800',
      '\n',
      '0',
      '-',
      'e',
      'x',
      changed.slice(at, to + 9),
    ])
    changed = changed.slice(0, at) + put + changed.slice(to)
  }
  return changed
}

/** Without what the server writes. */
function bare(text: string): string {
  const { id: _id, meta, ...rest } = parseExactly(text) as Json
  const { versionId: _version, lastUpdated: _updated, ...kept } = (meta ?? {}) as Json
  return JSON.stringify([kept, rest])
}
