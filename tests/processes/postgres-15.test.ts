import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { omnicare } from '../support/command.ts'
import { startPostgres15 } from '../support/postgres-15.ts'
import { freshHome, startOmniCare } from '../support/running.ts'

const patient = (family: string) => ({ resourceType: 'Patient', name: [{ family }], birthDate: '1984-03-01' })

describe("Debian's PostgreSQL 15 behind both addresses", () => {
  test('carries create, read, search, update, patch, history, transaction and delete', async (t) => {
    const database = await startPostgres15(t)
    const home = freshHome(t)
    const running = await startOmniCare(home, {
      OMNICARE_RECORD_URL: await database('record'),
      OMNICARE_CONTROL_URL: await database('control'),
    })
    assert.ok(!existsSync(join(home, 'postgres/record')))
    const { ask, send } = running
    const read = async (answer: Promise<Response>, status: number) => {
      const { status: got, ...rest } = { status: (await answer).status, text: await (await answer).text() }
      assert.equal(got, status, rest.text)
      return rest.text === '' ? undefined : JSON.parse(rest.text)
    }

    const { id } = await read(send('POST', '/fhir/R4/Patient', patient('Ferrer')), 201)
    const at = `/fhir/R4/Patient/${id}`
    assert.equal((await read(ask(at), 200)).name[0].family, 'Ferrer')
    for (const query of ['family=ferr', 'birthdate=ge1984-01-01', 'name:contains=ERRE', `_id=${id}&_sort=-birthdate`])
      assert.equal((await read(ask(`/fhir/R4/Patient?${query}&_total=accurate`), 200)).total, 1, query)

    await read(send('PUT', at, { ...patient('Ferrer i Vidal'), id }, { 'if-match': 'W/"1"' }), 200)
    await read(send('PUT', at, { ...patient('Nobody'), id }, { 'if-match': 'W/"1"' }), 412)
    const patch = [{ op: 'add', path: '/active', value: true }]
    await read(send('PATCH', at, patch, { 'content-type': 'application/json-patch+json' }), 200)
    assert.equal((await read(ask(`${at}/_history`), 200)).total, 3)

    const entry = [
      {
        fullUrl: 'urn:uuid:0f1d2d4e-5b5a-4a55-9d5e-000000000001',
        resource: patient('Soler'),
        request: { method: 'POST', url: 'Patient' },
      },
      {
        resource: {
          resourceType: 'Observation',
          status: 'final',
          code: { coding: [{ system: 'http://loinc.org', code: '8867-4' }] },
          subject: { reference: 'urn:uuid:0f1d2d4e-5b5a-4a55-9d5e-000000000001' },
          valueQuantity: { value: 61, unit: '/min' },
        },
        request: { method: 'POST', url: 'Observation', ifNoneExist: 'code=http://loinc.org|8867-4' },
      },
    ]
    const bundle = { resourceType: 'Bundle', type: 'transaction', entry }
    const first = await read(send('POST', '/fhir/R4', bundle, { 'idempotency-key': 'one' }), 200)
    assert.deepEqual(await read(send('POST', '/fhir/R4', bundle, { 'idempotency-key': 'one' }), 200), first)
    const found = await read(ask('/fhir/R4/Observation?code=http://loinc.org|8867-4&_include=Observation:subject'), 200)
    assert.equal(found.entry.length, 2)

    await read(ask(at, { method: 'DELETE' }), 204)
    await read(ask(at), 410)

    // What it does not count and can't be asked is said with what its administrator does; all else is reported.
    const report = await omnicare(running, 'performance', 'report')
    assert.equal(report.exit, 1, report.err)
    assert.match(report.out, /not-measured: Statements of the record database are not counted/)
    assert.match(report.out, /Next: Set shared_preload_libraries = 'pg_stat_statements' on that server/)
    assert.match(report.out, /The record database\n {2}PostgreSQL 15/)
    const plan = await omnicare(running, 'database', 'optimize', '--json')
    assert.ok(plan.exit <= 1, plan.err)
    assert.ok(Array.isArray(JSON.parse(plan.out).steps))
    assert.equal(await running.stop(), 0)
  })
})
