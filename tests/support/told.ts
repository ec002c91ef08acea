/** What one request is worth in the audit trail: asked of a hospital with a few resources, and compared with a table. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AuditEntry } from '#audit'
import { type Answer, clientOf, type Json, type Send } from './client.ts'
import { startHospital, type TestHospital } from './hospital.ts'
import { takeEntries } from './intake.ts'

type Told = Pick<AuditEntry, 'action' | 'resources' | 'patients' | 'status'> & Partial<AuditEntry>

type Asked = readonly [
  method: string,
  path: string,
  body?: string | object | undefined,
  headers?: Record<string, string>,
]

export interface Row {
  readonly does: string
  readonly asks: Asked
  readonly answers: number
  /** Without what all entries have; outcome is success unless it says otherwise. */
  readonly told: readonly Told[]
}

export const patient = (id: string, more: object = {}) => ({ resourceType: 'Patient', id, ...more })
export const observation = (id: string, of: string) => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  code: { coding: [{ system: 'http://loinc.org', code: '8867-4' }] },
  subject: { reference: `Patient/${of}` },
})
export const refused = (status: number, code: string) => ({ outcome: 'refused', status, code }) as const

export interface ToldHospital {
  readonly hospital: TestHospital
  readonly send: Send
  /** Sends a request; gives the answer and what was written down, hashes only said to be there. */
  ask(asks: Asked): Promise<{ readonly answer: Answer; readonly told: readonly Partial<AuditEntry>[] }>
}

/** Patients p1, p2 and one that is gone, and something of each kind. */
export async function startToldHospital(t: Parameters<typeof startHospital>[0]): Promise<ToldHospital> {
  const hospital = await startHospital(t)
  const send = clientOf(hospital)
  const there = [
    ...['p1', 'p2', 'gone'].map((id) => patient(id, { identifier: [{ system: 'urn:mrn', value: '4711' }] })),
    ...['d1', 'd2'].map((id) => ({ resourceType: 'Practitioner', id })),
    ...['o1', 'o2', 'o3', 'o4', 'moved'].map((id) => observation(id, 'p1')),
    {
      resourceType: 'Appointment',
      id: 'a1',
      status: 'booked',
      participant: ['p1', 'p2'].map((id) => ({ actor: { reference: `Patient/${id}` }, status: 'accepted' })),
    },
    { resourceType: 'Binary', id: 'b1', contentType: 'text/plain' },
  ]
  for (const resource of there) await send('PUT', `${resource.resourceType}/${resource.id}`, resource)
  await send('PUT', 'Observation/moved', observation('moved', 'p2'))
  await send('DELETE', 'Patient/gone')
  await takeEntries(hospital.db)
  let number = 0
  return {
    hospital,
    send,
    async ask([method, path, body, headers]) {
      const request = `r-${++number}`
      const answer = await send(method, path, body, { ...headers, 'x-request-id': request })
      const entries = await takeEntries(hospital.db)
      return { answer, told: entries.map((entry) => special(entry, request)) }
    },
  }
}

/** What an entry has of its own; the rest is as every entry of the request must have it. */
function special(entry: AuditEntry, request: string): Partial<AuditEntry> {
  const { v, id, at, plane, request: of, actor, role, purpose, address, agent, breakGlass, query, ...rest } = entry
  assert.deepEqual([v, plane, of, breakGlass], [1, 'hospital', request, false])
  assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7/)
  assert.ok(Math.abs(Date.parse(at) - Date.now()) < 60_000)
  assert.deepEqual([address, agent], ['127.0.0.1', 'node'])
  const isKnown = actor.kind !== 'nobody'
  if (isKnown) assert.deepEqual(actor, { kind: 'client', id: 'administrator' })
  assert.deepEqual([role, purpose], isKnown ? ['administrator', 'TREAT'] : ['', ''])
  return {
    ...rest,
    ...(!isKnown && { actor }),
    ...(query !== undefined && { query: query.replace(/=hashed-[0-9a-f]{16}/g, '=hashed') }),
  }
}

/** A test for each row. */
export function testRows(rows: readonly Row[], ask: ToldHospital['ask']): void {
  for (const { does, asks, answers, told } of rows)
    test(does, async () => {
      const got = await ask(asks)
      assert.equal(got.answer.status, answers, got.answer.body)
      const all = told.map((one) => ({ outcome: 'success', ...one }))
      // The entries of a batch are carried out side by side.
      assert.deepEqual(got.told.map(inOneForm).sort(), all.map(inOneForm).sort())
    })
}

const inOneForm = (one: object): string =>
  JSON.stringify(Object.fromEntries(Object.entries(one as Json).sort(([a], [b]) => (a < b ? -1 : 1))))
