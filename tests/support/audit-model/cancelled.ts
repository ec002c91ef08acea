/** Requests that their client cancels: what they would have been answered is known without the answer. */
import type { Random } from '../../../practice/random.ts'
import type { Json } from '../client.ts'
import { type Book, MARKERS } from './book.ts'
import type { Requests } from './requests.ts'
import type { Answer } from './sender.ts'
import type { Asked, Step } from './steps.ts'

const identifier = [{ system: MARKERS, value: 'still' }]
const subject = (id: string) => ({ reference: `Patient/${id}` })
/** Nobody changes these. */
const STILL: readonly Json[] = [
  // Of the last, what is cancelled is about.
  ...['s0', 's1', 's2'].map((id) => ({ resourceType: 'Patient', id, identifier })),
  { resourceType: 'Practitioner', id: 'sd', identifier },
  ...['so0', 'so1', 'so2'].map((id, at) => ({
    resourceType: 'Observation',
    id,
    identifier,
    status: 'final',
    code: { text: 'Pulse' },
    subject: subject(at === 2 ? 's1' : 's0'),
    performer: [{ reference: 'Practitioner/sd' }],
  })),
  {
    resourceType: 'Appointment',
    id: 'sa',
    identifier,
    status: 'booked',
    participant: ['s0', 's1'].map((id) => ({ actor: subject(id), status: 'accepted' })),
  },
]

export const makingStill = (): Step[] =>
  STILL.map((resource) => ({
    method: 'PUT',
    path: `${resource.resourceType}/${resource.id}`,
    marker: 'still',
    resource,
  }))

const read = { method: 'GET', path: 'Observation/so0' } as const
const nobody = { method: 'GET', path: 'Patient/nobody' } as const

/** Always answered alike: asked once to its end it is known how. */
export const ALIKE: readonly Omit<Asked, 'id'>[] = [
  read,
  nobody,
  { method: 'HEAD', path: 'Patient/s0' },
  { method: 'GET', path: 'Appointment/sa' },
  { method: 'GET', path: 'Patient/s0', ifNoneMatch: 'W/"1"' },
  { method: 'GET', path: 'Patient/s0/_history/1' },
  { method: 'GET', path: 'Observation/so2/_history' },
  {
    method: 'GET',
    path: 'Observation',
    query: [
      ['_id', 'so0,so2'],
      ['_include', 'Observation:subject'],
      ['_include', 'Observation:performer'],
    ],
  },
  { method: 'POST', path: 'Observation/_search', isForm: true, query: [['patient', 'Patient/s1']] },
  {
    method: 'GET',
    path: 'Patient',
    query: [
      ['_id', 's0'],
      ['_revinclude', 'Appointment:actor'],
    ],
  },
  {
    method: 'GET',
    path: 'Observation',
    query: [
      ['subject', 'Patient/s0'],
      ['_summary', 'count'],
    ],
  },
  { method: 'GET', path: 'metadata' },
  { method: 'GET', path: 'Patient/s0', token: 'none' },
  { method: 'GET', path: 'Pateint/s0' },
  { method: 'DELETE', path: 'Patient/never' },
]

export interface Cancelled {
  readonly asked: Asked
  /** Of those that are always answered alike: which. */
  readonly like?: number
  /** What has to be there before. */
  readonly needs?: Step
}

/** Refers to nobody who may be gone. */
const about = (marker: string): Json => ({
  identifier: [{ system: MARKERS, value: marker }],
  subject: subject('s2'),
  performer: undefined,
})

/** A request to be cancelled at some moment; what it changes nobody else does. */
export function cancelled(random: Random, requests: Requests, id: string): Cancelled {
  const turns = random.whole(0, random.pick([4, 12, 60]))
  const cancel = { turns, sent: random.chance(0.2) ? random.next() : 1 }
  const like = random.whole(0, ALIKE.length - 1)
  if (random.chance(0.5)) {
    const asked = { ...(ALIKE[like] as Step), id, cancel: { ...cancel, sent: 1 } }
    return { like, asked }
  }
  const needs: Step = {
    method: 'PUT',
    path: `Observation/${id}`,
    marker: `${id}.before`,
    resource: requests.resource('Observation', `${id}.before`, id),
  }
  const put = { ...needs, marker: id, resource: { ...needs.resource, ...about(id) } }
  const post: Step = {
    method: 'POST',
    path: 'Encounter',
    marker: `${id}.1`,
    resource: { resourceType: 'Encounter', status: 'finished', class: { code: 'AMB' }, ...about(`${id}.1`) },
  }
  const bundle = (type: string, ...more: Step[]): Asked => ({
    id,
    method: 'POST',
    path: '',
    cancel,
    bundle: { type, steps: [put, post, read, ...more] },
  })
  const changes: readonly Cancelled[] = [
    { asked: { ...post, marker: `${id}.1`, id, cancel } },
    { asked: { ...put, id, cancel } },
    { asked: { ...put, id, cancel }, needs },
    { asked: { method: 'PATCH', path: put.path, patch: [requests.mark(id)], marker: id, id, cancel }, needs },
    { asked: { method: 'DELETE', path: put.path, id, cancel: { ...cancel, sent: 1 } }, needs },
    { asked: bundle('transaction') },
    { asked: bundle('batch', nobody), needs },
  ]
  return random.pick(changes)
}

/** The answer that the record shows the request to have had; nothing when it was not carried out. */
export function answerInRecord({ asked, needs }: Cancelled, book: Book, alike: readonly Answer[]): Answer | undefined {
  const names = new Map([...book].map(([name, { marker }]) => [marker, name]))
  const answerOf = (step: Step): { status: number; etag?: string; location?: string } | undefined => {
    if (step.method === 'DELETE')
      return book.get(`${step.path}/_history/2`)?.deleted ? { status: 204, etag: 'W/"2"' } : undefined
    const name = names.get(step.marker)
    if (name === undefined) return undefined
    const status = step.method === 'POST' || (step.method === 'PUT' && needs === undefined) ? 201 : 200
    return { status, etag: `W/"${name.split('/').at(-1)}"`, location: name }
  }
  if (asked.bundle === undefined) {
    const { status = 0, ...headers } = answerOf(asked) ?? {}
    return status === 0 ? undefined : { status, headers, body: '' }
  }
  const entry = asked.bundle.steps.map((step) => {
    if (step === read)
      return { resource: JSON.parse((alike[0] as Answer).body), response: { status: '200', etag: 'W/"1"' } }
    if (step === nobody) return { response: { status: '404', outcome: UNKNOWN } }
    const { status, ...response } = answerOf(step) ?? {}
    return status && { response: { status: String(status), ...response } }
  })
  if (!entry.some((one, at) => one && asked.bundle?.steps[at]?.marker !== undefined)) return undefined
  if (entry.some((one) => !one)) throw new Error(`${asked.id} was carried out in part`)
  return { status: 200, headers: {}, body: JSON.stringify({ entry }) }
}

const UNKNOWN = { issue: [{ details: { coding: [{ code: 'record/unknown-instance' }] } }] }
