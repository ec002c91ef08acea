/** What requests are worth in the audit trail: each with the entries that it leaves. */
import type { AuditEntry } from '#audit'

export type Told = Pick<AuditEntry, 'action' | 'resources' | 'patients' | 'status'> & Partial<AuditEntry>

export interface Row {
  readonly does: string
  readonly asks: readonly [
    method: string,
    path: string,
    body?: string | object | undefined,
    headers?: Record<string, string>,
  ]
  readonly answers: number
  readonly told: readonly Told[]
}

export const patient = (id: string, more: object = {}) => ({ resourceType: 'Patient', id, ...more })
export const observation = (id: string, of: string, more: object = {}) => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  code: { coding: [{ system: 'http://loinc.org', code: '8867-4' }] },
  subject: { reference: `Patient/${of}` },
  ...more,
})
export const appointment = {
  resourceType: 'Appointment',
  id: 'a1',
  status: 'booked',
  participant: ['p1', 'p2'].map((id) => ({ actor: { reference: `Patient/${id}` }, status: 'accepted' })),
}
export const refused = (status: number, code: string) => ({ outcome: 'refused', status, code }) as const
export const FHIR = { 'content-type': 'application/fhir+json' }
export const PATCH = { 'content-type': 'application/json-patch+json' }
export const add = (path: string, value: unknown) => JSON.stringify([{ op: 'add', path, value }])
