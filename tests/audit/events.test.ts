/** The trail as FHIR AuditEvents, asked over HTTP of a ledger on PostgreSQL. */
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { ACTIONS, type AuditEntry, auditEventOf, OUTCOMES } from '#audit'
import { validateResource } from '#fhir'
import { entryOf } from '../support/ledger.ts'
import { ofSuite } from '../support/suite.ts'
import { startTrail, type TestTrail } from '../support/trail.ts'

type Json = Readonly<Record<string, unknown>>
interface Bundle extends Json {
  readonly total?: number
  readonly link: readonly { readonly relation: string; readonly url: string }[]
  readonly entry?: readonly { readonly fullUrl: string; readonly resource: Json; readonly search: Json }[]
}

const PATH = '/fhir/R4/AuditEvent'
const PEOPLE = ['ada', 'grace', 'Practitioner/7', 'Émile']
const entries: AuditEntry[] = Array.from({ length: 240 }, (_, n) => {
  const patient = `Patient/${n % 9}`
  return entryOf({
    at: new Date(Date.UTC(2026, 8 + (n % 3), 1 + (n % 28), n % 24, n % 60, 0, n)).toISOString(),
    actor: {
      kind: n % 5 === 0 ? 'client' : 'person',
      id: PEOPLE[n % 4] as string,
      ...(n % 2 === 0 && { name: `${['Ada Lovelace', 'Émile Zola'][(n / 2) % 2]}` }),
    },
    // Out of step with the rest, however many actions there are.
    action: ACTIONS[(n + Math.floor(n / ACTIONS.length)) % ACTIONS.length] as AuditEntry['action'],
    outcome: OUTCOMES[n % 4] as AuditEntry['outcome'],
    status: n % 8 === 2 ? 503 : 500,
    resources: [`${['Observation', 'Patient', 'Encounter'][n % 3]}/${n % 9}/_history/${1 + (n % 2)}`],
    patients: n % 6 === 0 ? [] : [patient],
    address: n % 2 === 0 ? '10.0.0.7' : '2001:db8::7',
    request: `request-${n}`,
  })
})

/** In the order of the ledger, newest first. */
const events = entries.toReversed().map((entry) => JSON.parse(JSON.stringify(auditEventOf(entry))) as Json)

const some = (list: unknown, holds: (one: never) => boolean): boolean => (list as never[]).some(holds)
const named = (event: Json, holds: (name: string) => boolean) =>
  some(event.agent, ({ name }: { name?: string }) => name !== undefined && holds(name))
const about = (event: Json, reference: string) =>
  some(event.entity, ({ what }: { what?: { reference?: string } }) => {
    const found = what?.reference
    return found === reference || found?.startsWith(`${reference}/_history/`) === true
  })
const ofPatient = (event: Json, reference: string) =>
  some(
    event.entity,
    ({ what, role }: { what?: { reference?: string }; role?: { code: string } }) =>
      role?.code === '1' && what?.reference === reference,
  )
const by = (event: Json, id: string) =>
  some(
    event.agent,
    ({ who }: { who: { reference?: string; identifier?: { value: string } } }) =>
      who.reference === id || who.identifier?.value === id,
  )
const at = (event: Json) => Date.parse(event.recorded as string)
const fold = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()

/** What each search means, said of the served JSON: independent of how the ledger is asked. */
const SEARCHES: readonly (readonly [string, (event: Json) => boolean])[] = [
  ['', () => true],
  ['action=C', ({ action }) => action === 'C'],
  ['action=R,U', ({ action }) => action === 'R' || action === 'U'],
  ['action=X', () => false],
  ['type=rest', ({ type }) => (type as { code: string }).code === 'rest'],
  [
    'type=http://dicom.nema.org/resources/ontology/DCM|110113',
    ({ type }) => (type as { code: string }).code === '110113',
  ],
  [
    'subtype=http://hl7.org/fhir/restful-interaction|vread',
    ({ subtype }) => some(subtype, ({ code }) => code === 'vread'),
  ],
  ['subtype=|vread', () => false],
  ['outcome=0', ({ outcome }) => outcome === '0'],
  ['outcome=4', ({ outcome }) => outcome === '4'],
  ['outcome=8', ({ outcome }) => outcome === '8'],
  ['outcome=12', ({ outcome }) => outcome === '12'],
  ['outcome=8,12', ({ outcome }) => outcome === '8' || outcome === '12'],
  ['patient=3', (event) => ofPatient(event, 'Patient/3')],
  ['patient=Patient/3,Patient/4', (event) => ofPatient(event, 'Patient/3') || ofPatient(event, 'Patient/4')],
  ['patient:Patient=http://elsewhere/fhir/Patient/3', (event) => ofPatient(event, 'Patient/3')],
  ['agent=ada', (event) => by(event, 'ada')],
  ['agent=Practitioner/7', (event) => by(event, 'Practitioner/7')],
  ['agent:identifier=urn:omnicare:person|grace', (event) => by(event, 'grace')],
  ['agent-name=emile', (event) => named(event, (name) => fold(name).startsWith('emile'))],
  ['agent-name:contains=LOVE', (event) => named(event, (name) => fold(name).includes('love'))],
  ['agent-name:exact=Ada Lovelace', (event) => named(event, (name) => name === 'Ada Lovelace')],
  ['address=10.0', (event) => some(event.agent, ({ network }: { network?: Json }) => network?.address === '10.0.0.7')],
  ['entity=Patient/1', (event) => about(event, 'Patient/1')],
  ['entity=Encounter/2/_history/1', (event) => about(event, 'Encounter/2/_history/1')],
  ['date=2026-10', ({ recorded }) => String(recorded).startsWith('2026-10')],
  [
    'date=ge2026-10-05&date=lt2026-11-02',
    (event) => at(event) >= Date.UTC(2026, 9, 5) && at(event) < Date.UTC(2026, 10, 2),
  ],
  ['date=gt2026-10', (event) => at(event) >= Date.UTC(2026, 10)],
  ['date=le2026-10-05T12:00:00Z', (event) => at(event) < Date.UTC(2026, 9, 5, 12, 0, 1)],
  ['_lastUpdated=2026-10', ({ recorded }) => String(recorded).startsWith('2026-10')],
  ['date=ne2026-10', ({ recorded }) => !String(recorded).startsWith('2026-10')],
  [
    // Of these there are some, however many actions there are.
    'patient=5&outcome=0&agent-name=ada',
    (event) => ofPatient(event, 'Patient/5') && event.outcome === '0' && named(event, (name) => name.startsWith('Ada')),
  ],
]

describe('AuditEvents', { timeout: 240_000 }, () => {
  let trail: TestTrail
  const suite = ofSuite()
  before(async () => {
    trail = await startTrail(suite)
    await trail.add(entries)
  })
  const find = async (query: string, headers: Record<string, string> = {}): Promise<Bundle> => {
    const answer = await trail.ask(`${PATH}?${query}`, { headers })
    assert.equal(answer.status, 200, await answer.clone().text())
    return (await answer.json()) as Bundle
  }
  const idsIn = ({ entry = [] }: Bundle) =>
    entry.flatMap(({ resource }) => (resource.resourceType === 'AuditEvent' ? [resource.id as string] : []))

  for (const [query, means] of SEARCHES)
    test(`are found by ${query || 'nothing: all of them'}`, async () => {
      const bundle = await find(`${query}&_count=1000`)
      assert.deepEqual(validateResource('Bundle', bundle).problems, [])
      const wanted = events.filter(means)
      if (query !== 'action=X' && query !== 'subtype=|vread') assert.ok(wanted.length > 0, 'the test asks for nothing')
      assert.deepEqual(
        idsIn(bundle),
        wanted.map(({ id }) => id),
      )
    })

  test('are read by their id, as they are found', async () => {
    const [newest] = events
    const answer = await trail.ask(`${PATH}/${newest?.id}`)
    assert.equal(answer.headers.get('content-type'), 'application/fhir+json; charset=utf-8')
    assert.deepEqual(await answer.json(), newest)
    assert.deepEqual(idsIn(await find(`_id=${newest?.id},nonsense,${events[7]?.id}`)), [newest?.id, events[7]?.id])
    for (const id of ['0196f3a1-0000-7000-8000-000000000000', 'nonsense'])
      assert.equal((await trail.ask(`${PATH}/${id}`)).status, 404)
  })

  test('come page after page, each once, also where most of what is looked at does not fit', async () => {
    for (const query of ['patient=3&_count=2', 'agent-name:contains=zola&_count=7', '_count=100']) {
      const ids: string[] = []
      let pages = 0
      for (let url: string | undefined = `${trail.url}${PATH}?${query}`; url !== undefined; pages++) {
        const bundle = (await (await trail.ask(url.slice(trail.url.length))).json()) as Bundle
        ids.push(...idsIn(bundle))
        url = bundle.link.find(({ relation }) => relation === 'next')?.url
      }
      const all = idsIn(await find(query.replace(/_count=\d+/, '_count=1000')))
      assert.ok(pages > 2)
      assert.deepEqual(ids, all)
    }
  })

  test('are counted when that is asked for', async () => {
    const wanted = events.filter((event) => ofPatient(event, 'Patient/3')).length
    assert.equal((await find('patient=3&_count=1&_total=accurate')).total, wanted)
    const counted = await find('patient=3&_summary=count')
    assert.deepEqual([counted.total, counted.entry], [wanted, undefined])
    const named = events.filter((event) => some(event.agent, ({ name }: { name?: string }) => name === 'Ada Lovelace'))
    assert.equal((await find('agent-name=ada&_summary=count')).total, named.length)
  })

  test('are searched by POST as by GET', async () => {
    const answer = await trail.ask(`${PATH}/_search?action=C`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'patient=3&_count=1000',
    })
    const wanted = events.filter((event) => event.action === 'C' && ofPatient(event, 'Patient/3'))
    assert.deepEqual(
      idsIn((await answer.json()) as Bundle),
      wanted.map(({ id }) => id),
    )
  })

  test('leave out parameters that are not known, and say so; strictly they refuse them', async () => {
    const bundle = await find('patient=3&favourite-colour=red&_count=1')
    const { entry = [] } = bundle
    assert.deepEqual(
      entry.map(({ search }) => search.mode),
      ['match', 'outcome'],
    )
    assert.ok(!bundle.link[0]?.url.includes('colour'))
    const strict = await trail.ask(`${PATH}?favourite-colour=red`, { headers: { prefer: 'handling=strict' } })
    assert.equal(strict.status, 400)
    for (const query of ['date=yesterday', 'entity=1', '_sort=date', '_count=x']) {
      const refused = await trail.ask(`${PATH}?${query}`)
      const { resourceType } = (await refused.json()) as Json
      assert.deepEqual([refused.status, resourceType], [400, 'OperationOutcome'], query)
    }
  })

  test('can not be written by anybody, who is told why', async () => {
    for (const [method, path] of [
      ['POST', PATH],
      ['PUT', `${PATH}/1`],
      ['PATCH', `${PATH}/1`],
      ['DELETE', `${PATH}/1`],
      ['DELETE', PATH],
    ] as const) {
      const body = method === 'DELETE' ? {} : { body: '{"resourceType":"AuditEvent"}' }
      const answer = await trail.ask(path, { method, headers: { 'content-type': 'application/fhir+json' }, ...body })
      assert.equal(answer.status, 405, `${method} ${path}`)
      assert.equal(answer.headers.get('allow'), 'GET, HEAD')
      assert.match(await answer.text(), /nobody can store, change or delete one/)
    }
    assert.equal((await trail.ask(`${PATH}/1/_history/1`)).status, 404)
    assert.equal((await trail.ask(PATH, { headers: { authorization: 'Bearer wrong' } })).status, 401)
  })

  test('are not read without an entry that says by whom, for the hospital by whom it says', async () => {
    const recorded = async () => {
      await trail.seal()
      const bundle = await find('agent=administrator&_count=1')
      await trail.seal()
      return bundle.entry?.[0]?.resource as Json
    }
    await find('patient=3&entity=Patient/4')
    const searched = await recorded()
    const query = (searched.entity as { query?: string }[]).find((one) => one.query !== undefined)?.query
    assert.match(Buffer.from(query as string, 'base64').toString(), /^patient=[0-9a-f]{16}&entity=[0-9a-f]{16}$/)
    assert.ok(ofPatient(searched, 'Patient/3'))
    const relayed = (key: string) => ({
      'x-omnicare-relay': key,
      'x-omnicare-client': '192.0.2.7',
      'x-omnicare-base': 'https://emr.example.org/fhir/R4',
    })
    for (const [key, address, base] of [
      [trail.relayKey, '192.0.2.7', 'https://emr.example.org/fhir/R4/'],
      ['somebody-elses-key', '127.0.0.1', trail.url],
    ] as const) {
      const bundle = await find('patient=3', relayed(key))
      assert.ok(bundle.link[0]?.url.startsWith(base))
      const client = (await recorded()).agent as { network?: { address: string } }[]
      assert.equal(client[1]?.network?.address, address)
    }
  })
})
