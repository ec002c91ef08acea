/** What the hospital's day is told by: counted once it is committed, and not before. */
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { Registry } from 'prom-client'
import type { Database } from '#foundation/database.ts'
import { fixed } from '#foundation/sql.ts'
import { type HealthRecord, hospitalPolicy, openRecord } from '#record'
import { auditOf, CALLER } from './support/audit.ts'
import { startHospital, type TestHospital } from './support/hospital.ts'
import { readableLog } from './support/recording-record.ts'
import { ofSuite } from './support/suite.ts'

const BASE = 'http://h/fhir/R4'
const PATIENT = '{"resourceType":"Patient"}'
const patient = (id: string, more: object = {}) => JSON.stringify({ resourceType: 'Patient', id, ...more })
const appointment = (status: string, more: object = {}) =>
  JSON.stringify({
    resourceType: 'Appointment',
    status,
    start: '2026-01-01T09:00:00Z',
    end: '2026-01-01T09:30:00Z',
    participant: [{ status: 'accepted', actor: { display: 'X' } }],
    ...more,
  })
const entry = (method: string, url: string, text?: string, more: object = {}) => ({
  ...(text !== undefined && { resource: JSON.parse(text) }),
  request: { method, url, ...more },
})
const deadlock = fixed("DO $$ BEGIN RAISE EXCEPTION 'deadlock detected' USING ERRCODE = '40P01'; END $$")
const bundle = (type: string, ...entries: object[]) => JSON.stringify({ resourceType: 'Bundle', type, entry: entries })

describe('patients and bookings', () => {
  let hospital: TestHospital
  const t = ofSuite()
  before(async () => {
    hospital = await startHospital(t)
  })

  /** What `work` adds to both counts of the record, or of another one over `db`. */
  const counted = async (
    work: (record: HealthRecord) => Promise<unknown>,
    db?: Database,
  ): Promise<[number, number]> => {
    const metrics = new Registry()
    const { log } = readableLog()
    const over = db ?? hospital.own
    const record = openRecord({
      db: over,
      audit: auditOf(over),
      references: 'off',
      policy: hospitalPolicy(),
      metrics,
      log,
    })
    await work(record)
    const text = await metrics.metrics()
    const of = (name: string) => Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1])
    return [of('patient_records_processed_total'), of('appointment_bookings_total')]
  }

  test('are counted by each way of changing them', async () => {
    assert.deepEqual(
      await counted(async (record) => {
        await record.create(CALLER, 'Patient', PATIENT)
        await record.create(
          CALLER,
          'Patient',
          patient('x', { identifier: [{ system: 'urn:x', value: '1' }] }),
          'identifier=urn:x|1',
        )
        await record.update(CALLER, 'Patient', 'p1', patient('p1'))
        await record.update(CALLER, 'Patient', 'p1', patient('p1', { active: true }))
        await record.patch(CALLER, 'Patient', 'p1', () => patient('p1', { active: false }))
        await record.delete(CALLER, 'Patient', 'p1')
        await record.create(CALLER, 'Appointment', appointment('booked'))
        await record.update(CALLER, 'Appointment', 'a1', appointment('booked', { id: 'a1' }))
      }),
      [6, 2],
    )
  })

  test('are not counted where nothing is changed, or others are', async () => {
    assert.deepEqual(
      await counted(async (record) => {
        await record.create(CALLER, 'Patient', patient('x'), 'identifier=urn:x|1') // is there
        await record.update(CALLER, 'Patient', 'p2', patient('p2'))
        await record.patch(CALLER, 'Patient', 'p2', (text) => text)
        await record.delete(CALLER, 'Patient', 'never-was')
        await record.read(CALLER, 'Patient', 'p2')
        await record.create(CALLER, 'Location', '{"resourceType":"Location"}')
        await record.create(CALLER, 'Patient', '{"resourceType":"Patient","no":1}').catch(() => undefined)
      }),
      [1, 0],
    )
  })

  test('a booking is what was not booked before', async () => {
    assert.deepEqual(
      await counted(async (record) => {
        const put = (status: string, more: object = {}) =>
          record.update(CALLER, 'Appointment', 'a2', appointment(status, { id: 'a2', ...more }))
        await put('proposed')
        await put('booked')
        await put('booked', { comment: 'bring the pictures' })
        await put('arrived')
        await put('cancelled')
        await put('booked')
        await record.patch(CALLER, 'Appointment', 'a2', () => appointment('booked', { id: 'a2', comment: 'later' }))
        await record.delete(CALLER, 'Appointment', 'a2')
        await put('booked')
      }),
      [0, 3],
    )
  })

  test('are counted of a transaction and of the entries of a batch', async () => {
    assert.deepEqual(
      await counted(async (record) => {
        await record.update(CALLER, 'Patient', 'p3', patient('p3'))
        await record.update(CALLER, 'Appointment', 'a3', appointment('booked', { id: 'a3' }))
      }),
      [1, 1],
    )
    const entries = () => [
      entry('POST', 'Patient', PATIENT),
      entry('PUT', 'Patient/p4', patient('p4')),
      entry('DELETE', 'Patient/p3'),
      entry('DELETE', 'Patient/never-was'),
      entry('POST', 'Appointment', appointment('booked')),
      entry('POST', 'Appointment', appointment('pending')),
      entry('PUT', 'Appointment/a3', appointment('booked', { id: 'a3', comment: 'still' })),
      entry('GET', 'Patient/p4'),
    ]
    assert.deepEqual(
      await counted((record) => record.submit(CALLER, bundle('transaction', ...entries()), BASE)),
      [3, 1],
    )
    await counted((record) => record.update(CALLER, 'Patient', 'p3', patient('p3')))
    assert.deepEqual(await counted((record) => record.submit(CALLER, bundle('batch', ...entries()), BASE)), [3, 1])
  })

  test('are not counted of a transaction that is rolled back, nor again of one that is repeated', async () => {
    const entries = [entry('POST', 'Patient', PATIENT), entry('POST', 'Appointment', appointment('booked'))]
    const refused = bundle('transaction', ...entries, entry('PUT', 'Patient/p4', patient('p4'), { ifMatch: 'W/"99"' }))
    assert.deepEqual(await counted((record) => assert.rejects(record.submit(CALLER, refused, BASE))), [0, 0])
    // Chosen as a deadlock's victim after all its work: PostgreSQL rolls back, and the whole of it is done again.
    let tried = 0
    const { own } = hospital
    const unlucky: Database = {
      ...own,
      transaction: (work) =>
        own.transaction(async (tx) => {
          const result = await work(tx)
          if (++tried === 1) await tx.rows(deadlock)
          return result
        }),
    }
    assert.deepEqual(
      await counted((record) => record.submit(CALLER, bundle('transaction', ...entries), BASE), unlucky),
      [1, 1],
    )
    assert.equal(tried, 2)
  })

  test('are not counted again of a Bundle that is sent again under its key', async () => {
    const text = bundle('transaction', entry('POST', 'Patient', PATIENT))
    const twice = async (record: HealthRecord) => {
      await record.submit(CALLER, text, BASE, 'key-1')
      assert.equal((await record.submit(CALLER, text, BASE, 'key-1')).replayed, true)
    }
    assert.deepEqual(await counted(twice), [1, 0])
  })

  test('are not counted when their commit fails', async () => {
    const failing: Database = {
      ...hospital.own,
      append: () => Promise.reject(new Error('lost')),
      change: () => Promise.reject(new Error('lost')),
    }
    assert.deepEqual(
      await counted(async (record) => {
        await assert.rejects(record.create(CALLER, 'Patient', PATIENT))
        await assert.rejects(record.update(CALLER, 'Patient', 'p9', patient('p9')))
        await assert.rejects(record.create(CALLER, 'Appointment', appointment('booked')))
      }, failing),
      [0, 0],
    )
  })
})
