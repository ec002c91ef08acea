/** A change that fails at any step leaves nothing behind. https://hl7.org/fhir/R4/http.html#transaction */
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { Registry } from 'prom-client'
import { jsonPatch } from '#fhir'
import type { Database } from '#foundation/database.ts'
import { name, sql } from '#foundation/sql.ts'
import { type HealthRecord, hospitalPolicy, openRecord } from '#record'
import { auditOf, CALLER } from './support/audit.ts'
import { failingAtEveryStep } from './support/faults-at-every-step.ts'
import { startHospital, type TestHospital } from './support/hospital.ts'
import { readableLog } from './support/recording-record.ts'
import { ofSuite } from './support/suite.ts'

const TYPES = ['Observation', 'Organization', 'Patient', 'Practitioner']
const TABLES: readonly (readonly [string, string])[] = [
  ...['fhir', 'fhir_history', 'fhir_string'].flatMap((schema) => TYPES.map((type) => [schema, type] as const)),
  ['record', 'answer'],
]

const { log } = readableLog()

/** Everything that is stored, in a form that can be compared. */
async function everythingIn(db: Database): Promise<string> {
  const parts: string[] = []
  for (const [schema, table] of TABLES) {
    const [there] = await db.rows<{ there: boolean }>(
      sql`SELECT to_regclass(${`${schema}."${table}"`}) IS NOT NULL AS there`,
    )
    if (!there?.there) continue
    const rows = await db.rows<{ row: string }>(sql`SELECT t::text AS row FROM ${name(schema, table)} t ORDER BY 1`)
    parts.push(`${schema}.${table}: ${rows.map(({ row }) => row).join('\n')}`)
  }
  return parts.join('\n')
}

const patient = (id: string, more: object = {}) =>
  JSON.stringify({ resourceType: 'Patient', id, name: [{ family: 'Step', given: ['One'] }], ...more })
const identified = (value: string) =>
  JSON.stringify({ resourceType: 'Practitioner', identifier: [{ system: 'urn:x', value }] })

describe('a change that fails at any step', { timeout: 240_000 }, () => {
  let hospital: TestHospital
  const suite = ofSuite()
  before(async () => {
    hospital = await startHospital(suite)
    const { record } = hospital
    for (const id of ['updated', 'patched', 'deleted', 'read']) await record.update(CALLER, 'Patient', id, patient(id))
    await record.create(CALLER, 'Practitioner', identified('there'))
  })

  /** Fails `change` at every step and asserts that nothing is left each time, and that it is carried out in the end. */
  async function leavesNothing(
    change: (record: HealthRecord) => Promise<unknown>,
    leastSteps: number,
    moment: 'before' | 'after' = 'before',
  ): Promise<void> {
    const { db } = hospital
    const asBefore = await everythingIn(db)
    const steps = await failingAtEveryStep(
      db,
      moment,
      (failing) =>
        change(
          openRecord({
            db: failing,
            audit: auditOf(failing),
            references: 'enforce',
            policy: hospitalPolicy(),
            metrics: new Registry(),
            log,
          }),
        ),
      async (step) => assert.equal(await everythingIn(db), asBefore, `step ${step}, ${moment}`),
    )
    assert.ok(steps >= leastSteps, `${steps} steps`)
    assert.notEqual(await everythingIn(db), asBefore)
  }

  for (const moment of ['before', 'after'] as const) {
    test(`a transaction with every kind of entry leaves no resource, version, string or answer (${moment})`, async () => {
      const urn = 'urn:uuid:1e1e1e1e-0000-4000-8000-000000000001'
      const bundle = {
        resourceType: 'Bundle',
        type: 'transaction',
        entry: [
          { fullUrl: urn, resource: JSON.parse(patient('x')), request: { method: 'POST', url: 'Patient' } },
          // So many that they are stored by COPY.
          ...Array.from({ length: 8 }, (_, index) => ({
            resource: JSON.parse(patient(`many-${index}`)),
            request: { method: 'POST', url: 'Patient' },
          })),
          {
            resource: { resourceType: 'Organization', name: 'Clinic' },
            request: { method: 'POST', url: 'Organization' },
          },
          {
            resource: {
              resourceType: 'Observation',
              status: 'final',
              code: { text: 'x' },
              subject: { reference: urn },
              performer: [{ reference: 'Practitioner?identifier=urn:x|there' }, { reference: 'Patient/read' }],
            },
            request: { method: 'POST', url: 'Observation' },
          },
          {
            resource: JSON.parse(identified(`new ${moment}`)),
            request: { method: 'POST', url: 'Practitioner', ifNoneExist: `identifier=urn:x|new ${moment}` },
          },
          {
            resource: JSON.parse(identified('there')),
            request: { method: 'POST', url: 'Practitioner', ifNoneExist: 'identifier=urn:x|there' },
          },
          {
            resource: JSON.parse(patient('updated', { active: moment === 'after' })),
            request: { method: 'PUT', url: 'Patient/updated' },
          },
          {
            resource: JSON.parse(patient(`claimed-${moment}`)),
            request: { method: 'PUT', url: `Patient/claimed-${moment}` },
          },
          {
            resource: {
              resourceType: 'Parameters',
              parameter: [
                {
                  name: 'operation',
                  part: [
                    { name: 'type', valueCode: 'replace' },
                    { name: 'path', valueString: 'Patient.name.family' },
                    { name: 'value', valueString: `Step ${moment}` },
                  ],
                },
              ],
            },
            request: { method: 'PATCH', url: 'Patient/patched' },
          },
          { request: { method: 'DELETE', url: 'Patient/deleted' } },
          { request: { method: 'GET', url: 'Patient?family=Step' } },
          { request: { method: 'GET', url: 'Patient/read' } },
        ],
      }
      await hospital.record.update(CALLER, 'Patient', 'deleted', patient('deleted'))
      await leavesNothing(
        (record) => record.submit(CALLER, JSON.stringify(bundle), 'http://h/fhir/R4', `key-${moment}`),
        16,
        moment,
      )
      const { replayed } = await hospital.record.submit(
        CALLER,
        JSON.stringify(bundle),
        'http://h/fhir/R4',
        `key-${moment}`,
      )
      assert.ok(replayed)
    })

    test(`a conditional create that finds nothing leaves nothing (${moment})`, async () => {
      const value = `alone ${moment}`
      await leavesNothing(
        (record) => record.create(CALLER, 'Practitioner', identified(value), `identifier=urn:x|${value}`),
        3,
        moment,
      )
    })
  }

  test('a create', () => leavesNothing((record) => record.create(CALLER, 'Patient', patient('any')), 1))

  test('a create with references that must exist', () => {
    const observation = JSON.stringify({
      resourceType: 'Observation',
      status: 'final',
      code: { text: 'x' },
      subject: { reference: 'Patient/read' },
    })
    return leavesNothing((record) => record.create(CALLER, 'Observation', observation), 2)
  })

  test('an update', () => leavesNothing((record) => record.update(CALLER, 'Patient', 'updated', patient('updated')), 2))

  test('an update that creates', () =>
    leavesNothing((record) => record.update(CALLER, 'Patient', 'born', patient('born')), 2))

  test('a patch', () => {
    const change = jsonPatch([{ op: 'replace', path: '/name/0/family', value: 'Patched' }])
    return leavesNothing((record) => record.patch(CALLER, 'Patient', 'patched', change), 2)
  })

  test('a delete, and an update that brings the resource back', async () => {
    await leavesNothing((record) => record.delete(CALLER, 'Patient', 'born'), 2)
    await leavesNothing((record) => record.update(CALLER, 'Patient', 'born', patient('born')), 2)
  })

  test('an update, patch and delete of whatever matches', async () => {
    await leavesNothing(
      (record) => record.updateWhere(CALLER, 'Practitioner', 'identifier=urn:x|there', identified('there')),
      3,
    )
    await leavesNothing(
      (record) => record.updateWhere(CALLER, 'Practitioner', 'identifier=urn:x|none', identified('none')),
      4,
    )
    const change = jsonPatch([{ op: 'add', path: '/active', value: true }])
    await leavesNothing((record) => record.patchWhere(CALLER, 'Practitioner', 'identifier=urn:x|there', change), 3)
    await leavesNothing((record) => record.deleteWhere(CALLER, 'Practitioner', 'identifier=urn:x|none'), 3)
  })
})
