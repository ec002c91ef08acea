/** Many clients at one resource: what each was told is what is so. https://hl7.org/fhir/R4/http.html#concurrency */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { before, describe, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { sql } from '#foundation/sql.ts'
import { CALLER } from './support/audit.ts'
import { type Answer, clientOf, type Json, type Send } from './support/client.ts'
import { startHospital, type TestHospital } from './support/hospital.ts'
import { until } from './support/running.ts'
import { ofSuite } from './support/suite.ts'

const ROUNDS = 1_000
const familyOf = (resource: Json | undefined) =>
  (resource as { name?: { family: string }[] } | undefined)?.name?.[0]?.family
const patient = (id: string, more: object = {}) => ({ resourceType: 'Patient', id, ...more })

describe('clients at the same resource', { timeout: 240_000 }, () => {
  let send: Send
  let hospital: TestHospital
  const suite = ofSuite()
  before(async () => {
    hospital = await startHospital(suite)
    send = clientOf(hospital)
  })

  /** Every version of a resource, oldest first, following the pages to the end. */
  async function versionsOf(path: string): Promise<{ version: number; method: string; resource: Json | undefined }[]> {
    const found: { version: number; method: string; resource: Json | undefined }[] = []
    for (let next: string | undefined = `${path}/_history?_count=300`; next !== undefined; ) {
      const { json } = await send('GET', next)
      for (const { response, request, resource } of (json.entry ?? []) as {
        response: { etag: string }
        request: { method: string }
        resource?: Json
      }[])
        found.push({ version: Number(/\d+/.exec(response.etag)?.[0]), method: request.method, resource })
      next = (json.link as { relation: string; url: string }[]).find(({ relation }) => relation === 'next')?.url
    }
    return found.reverse()
  }

  const assertGapFree = (versions: readonly { version: number; resource: Json | undefined }[]) => {
    assert.deepEqual(
      versions.map(({ version }) => version),
      versions.map((_, index) => index + 1),
    )
    const times = versions.flatMap(
      ({ resource }) => (resource?.meta as { lastUpdated: string } | undefined)?.lastUpdated ?? [],
    )
    assert.deepEqual(times, times.toSorted())
    assert.equal(new Set(times).size, times.length)
  }

  test('a transaction that is refused leaves no write behind that could fail by itself', async (t) => {
    const { db, record } = hospital
    const unhandled: unknown[] = []
    const listen = (error: unknown) => void unhandled.push(error)
    process.on('unhandledRejection', listen)
    t.after(() => process.off('unhandledRejection', listen))
    const [inserted, told] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const other = db.transaction(async (tx) => {
      await tx.rows(sql`INSERT INTO fhir."Patient" (id, version, updated, body, tokens, present)
        VALUES ('claimed', 1, now(), '{"resourceType":"Patient","id":"claimed"}', '{}', '{}')`)
      inserted.resolve()
      await told.promise
    })
    await inserted.promise
    const put = (id: string, more: object) => ({
      resource: patient(id),
      request: { method: 'PUT', url: `Patient/${id}`, ...more },
    })
    const entry = [put('claimed', {}), put('stale', { ifMatch: 'W/"3"' })]
    const bundle = JSON.stringify({ resourceType: 'Bundle', type: 'transaction', entry })
    const refused = assert.rejects(record.submit(CALLER, bundle, 'http://here'), { code: 'record/stale-version' })
    let done = false
    refused.then(() => {
      done = true
    })
    const waiting = sql<{ n: number }>`SELECT count(*)::int AS n FROM pg_stat_activity WHERE wait_event_type = 'Lock'`
    await until('a write waits for the other', async () => done || (await db.rows(waiting))[0]?.n === 1)
    told.resolve()
    await Promise.all([other, refused])
    // A write that was left had failed before the transaction was rolled back; Node says so at the end of that turn.
    await setImmediate()
    assert.deepEqual(unhandled, [])
  })

  test('of two that update the same version exactly one wins, 1,000 times, and history has every version once', async () => {
    const id = randomUUID()
    assert.equal((await send('PUT', `Patient/${id}`, patient(id))).status, 201)
    const winners: string[] = []
    for (let round = 1; round <= ROUNDS; round++) {
      const headers = { 'if-match': `W/"${round}"` }
      const contestants = [`a${round}`, `b${round}`]
      const answers = await Promise.all(
        contestants.map((family) => send('PUT', `Patient/${id}`, patient(id, { name: [{ family }] }), headers)),
      )
      assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 412], `round ${round}`)
      const won = answers.findIndex(({ status }) => status === 200)
      assert.equal(answers[won]?.headers.get('etag'), `W/"${round + 1}"`)
      winners.push(contestants[won] as string)
    }
    const versions = await versionsOf(`Patient/${id}`)
    assertGapFree(versions)
    assert.equal(versions.length, ROUNDS + 1)
    assert.deepEqual(
      versions.slice(1).map(({ resource }) => familyOf(resource)),
      winners,
    )
    for (const version of [1, 2, 500, 1001])
      assert.equal((await send('GET', `Patient/${id}/_history/${version}`)).headers.get('etag'), `W/"${version}"`)
  })

  test('updates without If-Match all get in, each on top of another', async () => {
    const id = randomUUID()
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        send('PUT', `Patient/${id}`, patient(id, { name: [{ family: `f${index}` }] })),
      ),
    )
    assert.equal(answers.filter(({ status }) => status === 201).length, 1)
    assert.equal(answers.filter(({ status }) => status === 200).length, 39)
    assert.equal(new Set(answers.map(({ headers }) => headers.get('etag'))).size, 40)
    const versions = await versionsOf(`Patient/${id}`)
    assertGapFree(versions)
    assert.equal(new Set(versions.map(({ resource }) => JSON.stringify(resource?.name))).size, 40)
  })

  test('patches at the same time all count', async () => {
    const id = randomUUID()
    await send('PUT', `Patient/${id}`, patient(id, { name: [{ given: ['first'] }] }))
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        send('PATCH', `Patient/${id}`, [{ op: 'add', path: '/name/0/given/-', value: `g${index}` }], {
          'content-type': 'application/json-patch+json',
        }),
      ),
    )
    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]))
    const { json } = await send('GET', `Patient/${id}`)
    assert.equal((json.name as { given: string[] }[])[0]?.given.length, 21)
    assertGapFree(await versionsOf(`Patient/${id}`))
  })

  test('one of many conditional creates creates, the others find what it made', async () => {
    for (let round = 0; round < 20; round++) {
      const value = randomUUID()
      const body = { resourceType: 'Patient', identifier: [{ system: 'urn:x', value }] }
      const inBundle = {
        resourceType: 'Bundle',
        type: 'transaction',
        entry: [
          { resource: body, request: { method: 'POST', url: 'Patient', ifNoneExist: `identifier=urn:x|${value}` } },
        ],
      }
      const alone = () => send('POST', 'Patient', body, { 'if-none-exist': `identifier=urn:x|${value}` })
      const updating = () => send('PUT', `Patient?identifier=urn:x|${value}`, body)
      const together = () => send('POST', '', inBundle)
      const answers = await Promise.all([
        alone(),
        alone(),
        together(),
        updating(),
        alone(),
        together(),
        updating(),
        alone(),
      ])
      for (const { status, body: text } of answers) assert.ok(status < 300, text)
      const { json } = await send('GET', `Patient?identifier=urn:x|${value}`)
      assert.equal(json.total, 1)
    }
  })

  test('a delete that races with updates leaves a history without gaps, and each is told the truth', async () => {
    for (let round = 0; round < 30; round++) {
      const id = randomUUID()
      await send('PUT', `Patient/${id}`, patient(id))
      const answers = await Promise.all([
        send('PUT', `Patient/${id}`, patient(id, { active: true })),
        send('DELETE', `Patient/${id}`),
        send('PUT', `Patient/${id}`, patient(id, { active: false })),
        send('DELETE', `Patient/${id}`),
      ])
      for (const { status, body } of answers) assert.ok([200, 201, 204].includes(status), body)
      const versions = await versionsOf(`Patient/${id}`)
      assert.deepEqual(
        versions.map(({ version }) => version),
        versions.map((_, index) => index + 1),
      )
      const isDeleted = versions.at(-1)?.method === 'DELETE'
      assert.equal((await send('GET', `Patient/${id}`)).status, isDeleted ? 410 : 200)
      // No deletion on top of a deletion.
      assert.ok(versions.every(({ method }, index) => method !== 'DELETE' || versions[index - 1]?.method !== 'DELETE'))
    }
  })

  test('transactions that change the same resources in opposite order all get through', async () => {
    const ids = Array.from({ length: 12 }, () => randomUUID())
    const put = (id: string, active: boolean) => ({
      resource: patient(id, { active }),
      request: { method: 'PUT', url: `Patient/${id}` },
    })
    const bundle = (of: readonly string[], active: boolean) =>
      send('POST', '', { resourceType: 'Bundle', type: 'transaction', entry: of.map((id) => put(id, active)) })
    const ok = (answers: readonly Answer[]) => {
      for (const { status, body } of answers) assert.equal(status, 200, body)
    }
    // First while the resources are not there yet, so that nobody can lock them.
    ok(
      await Promise.all(
        Array.from({ length: 8 }, (_, index) => bundle(index % 2 ? ids : ids.toReversed(), index % 2 === 0)),
      ),
    )
    for (let round = 0; round < 20; round++)
      ok(
        await Promise.all(
          Array.from({ length: 6 }, (_, index) => bundle(index % 2 ? ids : ids.toReversed(), index % 2 === 0)),
        ),
      )
    for (const id of ids) {
      const versions = await versionsOf(`Patient/${id}`)
      assertGapFree(versions)
      assert.equal(versions.length, 128)
    }
  })

  test('more transactions that also read than there are connections are all answered', async () => {
    const reading = () =>
      send('POST', '', {
        resourceType: 'Bundle',
        type: 'transaction',
        entry: [
          { resource: { resourceType: 'Patient', active: true }, request: { method: 'POST', url: 'Patient' } },
          { request: { method: 'GET', url: 'Patient?active=true&_count=1' } },
          { request: { method: 'GET', url: 'Patient/_history?_count=1' } },
        ],
      })
    for (const { status, body } of await Promise.all(Array.from({ length: 40 }, reading)))
      assert.equal(status, 200, body)
  })
})
