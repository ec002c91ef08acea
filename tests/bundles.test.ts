/** What batches and transactions refuse and keep. https://hl7.org/fhir/R4/http.html#transaction */
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { Registry } from 'prom-client'
import type { Database } from '#foundation/database.ts'
import { sql } from '#foundation/sql.ts'
import { forgetAnswers, hospitalPolicy, openRecord } from '#record'
import { auditOf, CALLER } from './support/audit.ts'
import { bundle, refersTo, transaction } from './support/bundles.ts'
import { startHospital, type TestHospital } from './support/hospital.ts'
import { readableLog } from './support/recording-record.ts'
import { ofSuite } from './support/suite.ts'

const BASE = 'http://h/fhir/R4'
describe('a Bundle', { timeout: 240_000 }, () => {
  let hospital: TestHospital
  const suite = ofSuite()
  before(async () => {
    hospital = await startHospital(suite)
  })

  const submit = async (text: string, key?: string) =>
    JSON.parse((await hospital.record.submit(CALLER, text, BASE, key)).text)
  const patient = async (more: object = {}) =>
    (await hospital.record.create(CALLER, 'Patient', JSON.stringify({ resourceType: 'Patient', ...more }))).version.id

  test('may have a thousand different conditional references and no more', async () => {
    await patient({ identifier: [{ system: 'urn:x', value: 'one' }] })
    const references = Array.from({ length: 1_001 }, (_, index) => `Patient?identifier=urn:x|one&_count=${index}`)
    await assert.rejects(hospital.record.submit(CALLER, transaction(refersTo(...references)), BASE), {
      code: 'record/too-many-conditional-references',
    })
    const again = Array.from({ length: 2_000 }, () => 'Patient?identifier=urn:x|one')
    assert.equal((await submit(transaction(refersTo(...again)))).entry[0].response.status, '201 Created')
  })

  test('creates unless its criteria match, also when they say where to ask', async () => {
    const body = { resourceType: 'Patient', identifier: [{ system: 'urn:x', value: 'addressed' }] }
    const entry = (ifNoneExist: string) => ({
      resource: body,
      request: { method: 'POST', url: 'Patient', ifNoneExist },
    })
    const criteria = 'identifier=urn:x|addressed'
    const statuses = []
    for (const type of ['transaction', 'batch'] as const)
      for (const before of ['Patient?', '?', `${BASE}/Patient?`, '']) {
        const made = await submit(bundle(type, entry(before + criteria)))
        statuses.push(made.entry[0].response.status)
      }
    assert.deepEqual(statuses, ['201 Created', ...Array(7).fill('200 OK')])
    for (const wrong of ['', '?', `Group?${criteria}`])
      await assert.rejects(hospital.record.submit(CALLER, transaction(entry(wrong)), BASE), {
        code: 'record/bad-entry',
      })
  })

  test('refers to nothing that its transaction deletes', async () => {
    const id = await patient()
    const path = `Patient/${id}`
    const deleted = { request: { method: 'DELETE', url: path } }
    await assert.rejects(hospital.record.submit(CALLER, transaction(deleted, refersTo(path)), BASE), {
      code: 'record/unknown-reference',
    })
    assert.equal((await hospital.record.read(CALLER, 'Patient', id)).is, 'present')
    assert.equal((await submit(transaction(refersTo(path)))).entry[0].response.status, '201 Created')
  })

  test('resolves the links in a patch of its own', async () => {
    const link = 'urn:uuid:1e1e1e1e-0000-4000-8000-000000000003'
    const id = await patient()
    const part = [
      { name: 'type', valueCode: 'add' },
      { name: 'path', valueString: 'Patient' },
      { name: 'name', valueString: 'managingOrganization' },
      { name: 'value', valueReference: { reference: link } },
    ]
    const patch = {
      resource: { resourceType: 'Parameters', parameter: [{ name: 'operation', part }] },
      request: { method: 'PATCH', url: `Patient/${id}` },
    }
    const organization = { resourceType: 'Organization', name: 'X' }
    const added = { fullUrl: link, resource: organization, request: { method: 'POST', url: 'Organization' } }
    await submit(transaction(patch, added))
    const found = await hospital.record.read(CALLER, 'Patient', id)
    assert.match(found.is === 'present' ? found.version.text : '', /"reference":"Organization\/[\w-]+"/)
  })

  test('looks again when what its criteria matched is deleted before it is locked', async () => {
    const { db, record } = hospital
    const identifier = [{ system: 'urn:x', value: 'fleeting' }]
    const id = await patient({ identifier })
    let deleted = false
    const slow: Database = {
      ...db,
      transaction: (work) =>
        db.transaction((tx) =>
          work({
            ...tx,
            async rows(statement) {
              const rows = await tx.rows(statement)
              if (!deleted) await record.delete(CALLER, 'Patient', id)
              deleted = true
              return rows
            },
          }),
        ),
    }
    const { text } = await openRecord({
      db: slow,
      audit: auditOf(slow),
      references: 'off',
      policy: hospitalPolicy(),
      metrics: new Registry(),
      log: readableLog().log,
    }).submit(
      CALLER,
      transaction({
        resource: { resourceType: 'Patient', identifier },
        request: { method: 'POST', url: 'Patient', ifNoneExist: 'identifier=urn:x|fleeting' },
      }),
      BASE,
    )
    assert.equal(JSON.parse(text).entry[0].response.status, '201 Created')
  })

  test('can only read history', async () => {
    const id = await patient()
    const resource = { resourceType: 'Patient', id }
    for (const request of [
      { method: 'PUT', url: `Patient/${id}/_history/1` },
      { method: 'DELETE', url: `Patient/${id}/_history` },
      { method: 'POST', url: 'Patient/_history' },
    ]) {
      const transaction = hospital.record.submit(CALLER, bundle('transaction', { resource, request }), BASE)
      await assert.rejects(transaction, { code: 'record/bad-entry' })
      const { text } = await hospital.record.submit(CALLER, bundle('batch', { resource, request }), BASE)
      assert.match(JSON.parse(text).entry[0].response.status, /^400/)
    }
    const found = await hospital.record.read(CALLER, 'Patient', id)
    assert.equal(found.is === 'present' && found.version.version, 1)
  })

  test('refuses a patch that changes the id, as a single patch does', async () => {
    const id = await patient()
    const patch = (op: object) => ({
      resource: {
        resourceType: 'Binary',
        contentType: 'application/json-patch+json',
        data: Buffer.from(JSON.stringify([op])).toString('base64'),
      },
      request: { method: 'PATCH', url: `Patient/${id}` },
    })
    for (const op of [
      { op: 'replace', path: '/id', value: 'other' },
      { op: 'remove', path: '/id' },
    ])
      await assert.rejects(hospital.record.submit(CALLER, transaction(patch(op)), BASE), { code: 'record/other-id' })
    const { entry } = await submit(transaction(patch({ op: 'add', path: '/active', value: true })))
    assert.equal(entry[0].response.status, '200 OK')
  })

  test('is refused when a resource in it that will not be stored is no JSON, or is not valid', async () => {
    const id = await patient({ identifier: [{ system: 'urn:x', value: 'there' }] })
    for (const method of ['DELETE', 'GET']) {
      const text = transaction({ resource: {}, request: { method, url: `Patient/${id}` } })
      await assert.rejects(hospital.record.submit(CALLER, text.replace('{}', '{"a": tru}'), BASE), {
        code: 'fhir/not-json',
      })
    }
    const matched = {
      resource: { resourceType: 'Patient', active: 'perhaps' },
      request: { method: 'POST', url: 'Patient', ifNoneExist: 'identifier=urn:x|there' },
    }
    await assert.rejects(hospital.record.submit(CALLER, transaction(matched), BASE), {
      code: 'record/invalid-resource',
    })
    assert.equal((await hospital.record.read(CALLER, 'Patient', id)).is, 'present')
  })

  test('is carried out once when batches with one key come together', async () => {
    const { db, record } = hospital
    const text = bundle('batch', { resource: { resourceType: 'Patient' }, request: { method: 'POST', url: 'Patient' } })
    const together = await Promise.allSettled(
      Array.from({ length: 8 }, () => record.submit(CALLER, text, BASE, 'twice')),
    )
    const answers = together.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
    assert.equal(answers.filter(({ replayed }) => !replayed).length, 1)
    assert.equal(new Set(answers.map((one) => one.text)).size, 1)
    for (const one of together) if (one.status === 'rejected') assert.equal(one.reason.code, 'record/key-in-use')
    assert.ok((await record.submit(CALLER, text, BASE, 'twice')).replayed)
    const other = bundle('batch', { request: { method: 'GET', url: 'Patient' } })
    await assert.rejects(record.submit(CALLER, other, BASE, 'twice'), { code: 'record/key-used' })

    // As after a crash half way.
    await db.rows(sql`UPDATE record.answer SET body = NULL WHERE key = 'twice'`)
    await assert.rejects(record.submit(CALLER, text, BASE, 'twice'), { code: 'record/key-in-use' })
    await db.rows(sql`UPDATE record.answer SET at = now() - interval '1 hour' WHERE key = 'twice'`)
    assert.ok(!(await record.submit(CALLER, text, BASE, 'twice')).replayed)
    assert.ok((await record.submit(CALLER, text, BASE, 'twice')).replayed)
  })

  test('is known by its key until its answer is old', async () => {
    const { db, record } = hospital
    const text = transaction({ resource: { resourceType: 'Patient' }, request: { method: 'POST', url: 'Patient' } })
    for (const key of ['old', 'young']) await submit(text, key)
    await db.rows(sql`UPDATE record.answer SET at = now() - interval '8 days' WHERE key = 'old'`)
    await db.rows(sql`INSERT INTO record.answer (key, asked, body, at)
      SELECT 'older ' || n, '', '', now() - interval '9 days' FROM generate_series(1, 1200) n`)
    assert.equal(await forgetAnswers(db, 7), 1_201)
    assert.ok((await record.submit(CALLER, text, BASE, 'young')).replayed)
    assert.ok(!(await record.submit(CALLER, text, BASE, 'old')).replayed)
  })

  // A client that took what follows the number for the reason found none behind the refusals.
  test('is answered with one form of status, whatever became of an entry', async () => {
    const id = await patient()
    const { entry } = await submit(
      bundle(
        'batch',
        { request: { method: 'GET', url: 'Patient/none' } },
        { resource: { resourceType: 'Patient' }, request: { method: 'POST', url: 'Patient' } },
        { resource: { resourceType: 'Patient', nonsense: 1 }, request: { method: 'POST', url: 'Patient' } },
        { request: { method: 'DELETE', url: `Patient/${id}` } },
        { request: { method: 'GET', url: `Patient/${id}/_history` } },
      ),
    )
    const statuses = entry.map(({ response }: { response: { status: string } }) => response.status)
    assert.deepEqual(statuses, ['404 Not Found', '201 Created', '422 Unprocessable Entity', '204 No Content', '200 OK'])
  })

  test('lets others be served while its entries are refused one after the other', async () => {
    const wrong = Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`wrong${at}`, 1]))
    const entry = Array.from({ length: 5_000 }, () => ({
      resource: { resourceType: 'Patient', ...wrong },
      request: { method: 'POST', url: 'Patient' },
    }))
    const text = bundle('batch', ...entry)
    let turns = 0
    const ticking = setInterval(() => turns++, 0)
    const answer = await submit(text)
    clearInterval(ticking)
    assert.equal(answer.entry.length, 5_000)
    const issues = answer.entry.map(
      ({ response }: { response: { outcome: { issue: object[] } } }) => response.outcome.issue,
    )
    assert.deepEqual([issues[0].length, issues.at(-1).length], [40, 2])
    assert.match(JSON.stringify(issues.at(-1)), /There are 39 more problems/)
    assert.ok(turns >= 5, `${turns} turns`)
  })

  test('is answered when an entry of a batch fails as nobody foresaw, and the log has the cause', async () => {
    const { db } = hospital
    const cause = new Error('nobody foresaw this')
    const { log, lines } = readableLog()
    const failing = { ...db, change: () => Promise.reject(cause) }
    const record = openRecord({
      db: failing,
      audit: auditOf(failing),
      references: 'off',
      policy: hospitalPolicy(),
      metrics: new Registry(),
      log,
    })
    const { text } = await record.submit(
      CALLER,
      bundle(
        'batch',
        { resource: { resourceType: 'Patient', id: 'x' }, request: { method: 'PUT', url: 'Patient/x' } },
        { resource: { resourceType: 'Patient' }, request: { method: 'POST', url: 'Patient' } },
      ),
      BASE,
    )
    const [failed, stored] = JSON.parse(text).entry
    assert.equal(failed.response.status, '500 Internal Server Error')
    assert.equal(failed.response.outcome.issue[0].details.coding[0].code, 'record/unforeseen')
    assert.equal(stored.response.status, '201 Created')
    assert.ok(!text.includes(cause.message))
    assert.deepEqual(
      lines.map(({ facts }) => facts.err),
      [cause],
    )
  })
})
