/** History over many types. https://hl7.org/fhir/R4/http.html#history */
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { Registry } from 'prom-client'
import type { Database } from '#foundation/database.ts'
import { hospitalPolicy, openRecord } from '#record'
import { auditOf, CALLER } from './support/audit.ts'
import { clientOf, type Json, linkIn, refusalIn, type Send } from './support/client.ts'
import { startHospital } from './support/hospital.ts'
import { readableLog } from './support/recording-record.ts'
import { ofSuite } from './support/suite.ts'

/** Gives `db`, and tells of each row that comes through it by which way it came. */
const watched = (db: Database, tell: (way: string, row: object) => void): Database =>
  new Proxy(db, {
    get(target, way) {
      const own = Reflect.get(target, way)
      if (way !== 'quick' && way !== 'rows') return own
      return async (...args: unknown[]) => {
        const rows = await own(...args)
        for (const row of rows) tell(way, row)
        return rows
      }
    },
  })

test('the history of the whole system reads the texts of its page only, and not where short reads wait', async (t) => {
  const { db, record } = await startHospital(t)
  const TYPES = ['Patient', 'Organization', 'Location', 'Group']
  for (const resourceType of TYPES)
    for (let number = 1; number <= 4; number++)
      await record.update(
        CALLER,
        resourceType,
        `r${number}`,
        JSON.stringify({
          resourceType,
          id: `r${number}`,
          ...(resourceType === 'Group' && { type: 'person', actual: true }),
        }),
      )
  await record.delete(CALLER, 'Location', 'r1')
  await record.update(CALLER, 'Patient', 'r2', '{"resourceType":"Patient","id":"r2","active":true}')

  let texts = 0
  const watching = openRecord({
    db: watched(db, (way, row) => {
      if (!('version' in row)) return
      assert.equal(way, 'rows')
      if ('body' in row) texts++
    }),
    audit: auditOf(db),
    references: 'off',
    policy: hospitalPolicy(),
    metrics: new Registry(),
    log: readableLog().log,
  })
  const seen: string[] = []
  const base = 'http://h/fhir/R4'
  for (let parameters: [string, string][] | undefined = [['_count', '3']]; parameters !== undefined; ) {
    texts = 0
    const page = JSON.parse(await watching.history(CALLER, { parameters, strict: true, base }))
    assert.equal(texts, page.entry.length)
    for (const { fullUrl, resource, response } of page.entry) {
      assert.equal(resource === undefined, response.status === '204 No Content')
      seen.push(`${fullUrl.slice(base.length + 1)} ${response.etag}`)
    }
    const next = page.link.find(({ relation }: { relation: string }) => relation === 'next')?.url
    parameters = next && [...new URL(next).searchParams]
  }
  assert.equal(seen.length, 18)
  assert.equal(new Set(seen).size, 18)
  assert.deepEqual(seen.slice(0, 2), ['Patient/r2 W/"2"', 'Location/r1 W/"2"'])
})

describe('a history', { timeout: 240_000 }, () => {
  let send: Send
  const suite = ofSuite()
  before(async () => {
    send = clientOf(await startHospital(suite))
  })

  const history = async (path: string) => (await send('GET', path)).json
  const toldIn = (bundle: Json) =>
    ((bundle.entry ?? []) as { request: { method: string; url: string }; response: { status: string } }[]).map(
      ({ request, response }) => `${request.method} ${request.url} ${response.status}`,
    )
  const put = (id: string, more: object = {}) => send('PUT', `Basic/${id}`, basic({ id, ...more }))
  const basic = (more: object) => ({ resourceType: 'Basic', code: { text: 'x' }, ...more })

  test('tells for each version by which request it came, and what that was answered with', async () => {
    await put('told')
    await put('told', { language: 'de' })
    await send('DELETE', 'Basic/told')
    await put('told', { language: 'fr' })
    await put('told', { language: 'it' })
    assert.deepEqual(toldIn(await history('Basic/told/_history')), [
      'PUT Basic/told 200 OK',
      'PUT Basic/told 201 Created',
      'DELETE Basic/told 204 No Content',
      'PUT Basic/told 200 OK',
      'PUT Basic/told 201 Created',
    ])

    const { id } = (await send('POST', 'Basic', basic({}))).json
    await send('PUT', `Basic/${id}`, basic({ id, language: 'de' }))
    assert.deepEqual(toldIn(await history(`Basic/${id}/_history`)), [
      `PUT Basic/${id} 200 OK`,
      'POST Basic 201 Created',
    ])

    for (const type of ['transaction', 'batch']) {
      const bundle = await send('POST', '', {
        resourceType: 'Bundle',
        type,
        entry: [
          { resource: basic({ id: `put-by-${type}` }), request: { method: 'PUT', url: `Basic/put-by-${type}` } },
          { resource: basic({}), request: { method: 'POST', url: 'Basic' } },
        ],
      })
      const [claimed, made] = (bundle.json.entry as { response: { location: string } }[]).map(
        ({ response }) => response.location,
      )
      assert.deepEqual(toldIn(await history(String(claimed).replace(/\/\d+$/, ''))), [
        `PUT Basic/put-by-${type} 201 Created`,
      ])
      assert.deepEqual(toldIn(await history(String(made).replace(/\/\d+$/, ''))), ['POST Basic 201 Created'])
    }

    const criteria = 'Basic?identifier=urn:x|nobody'
    const alone = (await send('PUT', criteria, basic({}))).json.id
    const putting = { resource: basic({}), request: { method: 'PUT', url: criteria } }
    const { json } = await send('POST', '', { resourceType: 'Bundle', type: 'transaction', entry: [putting] })
    const [within] = json.entry as [{ response: { location: string } }]
    for (const id of [alone, within.response.location.split('/').at(-3)])
      assert.deepEqual(toldIn(await history(`Basic/${id}/_history`)), [`PUT Basic/${id} 201 Created`])

    const ofType = toldIn(await history('Basic/_history'))
    assert.deepEqual(toldIn(await history('_history')), ofType)
    assert.equal(ofType.filter((one) => one.startsWith('POST')).length, 3)
  })

  test('counts what it is asked for', async () => {
    const updated: string[] = []
    for (const language of ['de', 'fr', 'it'])
      updated.push(String(((await put('counted', { language })).json.meta as { lastUpdated: string }).lastUpdated))
    const [first, second] = updated
    for (const [query, total] of [
      ['', 3],
      ['_count=1', 3],
      [`_since=${second}`, 2],
      [`_since=${second}&_count=1`, 2],
      [`_at=${second}`, 1],
      [`_at=${first}`, 1],
      ['_since=2999', 0],
      // A + that was not escaped is a space.
      ['_since=2020-01-01T00:00:00+02:00', 3],
    ] as const) {
      const bundle = await history(`Basic/counted/_history?${query}`)
      assert.equal(bundle.total, total, query)
      assert.equal(toldIn(bundle).length, query.includes('_count') ? 1 : total, query)
    }
    assert.equal(refusalIn(await send('GET', 'Basic/never/_history?_since=2999')), 'record/unknown-instance')
  })

  test('has the versions that were current at a time', async () => {
    const at: unknown[] = []
    for (const language of ['de', 'fr', 'it'])
      at.push(((await put('at', { language })).json.meta as { lastUpdated: string }).lastUpdated)
    for (const path of ['Basic/at/_history', 'Basic/_history', '_history'])
      for (const version of [1, 2, 3]) {
        const { entry } = await history(`${path}?_at=${at[version - 1]}&_count=1000`)
        const found = (entry as { fullUrl: string; response: { etag: string } }[]).filter(({ fullUrl }) =>
          fullUrl.endsWith('Basic/at'),
        )
        assert.deepEqual(
          found.map(({ response }) => response.etag),
          [`W/"${version}"`],
          `${path} ${version}`,
        )
      }
  })

  test('gives its total and no version when none is asked for', async () => {
    const all = toldIn(await history('Basic/_history?_count=1000')).length
    for (const path of ['_history', 'Basic/_history'])
      for (const query of ['_count=0', '_summary=count']) {
        const bundle = await history(`${path}?${query}`)
        assert.equal(bundle.total, all, `${path}?${query}`)
        assert.equal(bundle.entry, undefined)
        assert.equal(linkIn(bundle, 'next'), undefined)
      }
    assert.equal((await history('Basic/counted/_history?_count=0')).total, 3)
    assert.equal((await history('_history?_count=0&_since=2999')).total, 0)
  })

  test('shows the page size that was applied, and gives only the elements that are asked for', async () => {
    const bundle = await history('Basic/counted/_history?_count=100000&_elements=language')
    assert.match(String(linkIn(bundle, 'self')), /_count=1000&_elements=language$/)
    for (const { resource } of bundle.entry as { resource: Json }[]) {
      assert.ok(resource.language)
      assert.equal((resource.meta as { tag: { code: string }[] }).tag[0]?.code, 'SUBSETTED')
    }
  })

  test('names what it does not know when it is asked for strictly', async () => {
    const answer = await send('GET', 'Basic/_history?_list=42&_since=', undefined, { prefer: 'handling=strict' })
    assert.equal(refusalIn(answer), 'record/unknown-parameter')
    const texts = (answer.json.issue as { details: { text: string } }[]).map(({ details }) => details.text)
    assert.deepEqual(texts, ['Parameter _list is not supported for history.', 'Parameter _since has no value.'])
  })
})
