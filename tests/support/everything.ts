/** Every kind of request that the hospital answers, about patients whose names and ids begin in a way that is easy to find. */
import assert from 'node:assert/strict'
import { type Answer, clientOf } from './client.ts'
import type { TestHospital } from './hospital.ts'

type At = Pick<TestHospital, 'base' | 'token'>
type Asks = readonly [method: string, path: string, body?: string | object, headers?: Record<string, string>]

const FAMILY = 'Quillfeather'
/** What stands in no refusal. */
const SECRET = /Quillfeather|secret-\d|8867-4|urn:mrn/

const patient = (id: string | undefined, more: object = {}) => ({
  resourceType: 'Patient',
  ...(id !== undefined && { id }),
  identifier: [{ system: 'urn:mrn', value: 'of Quillfeather' }],
  name: [{ family: FAMILY }],
  ...more,
})
const observation = {
  resourceType: 'Observation',
  id: 'secret-3',
  status: 'final',
  code: { coding: [{ system: 'http://loinc.org', code: '8867-4' }] },
  subject: { reference: 'Patient/secret-1' },
}
const entry = (method: string, url: string, resource?: object) => ({
  ...(resource && { resource }),
  request: { method, url },
})
const bundle = (type: string, ...entries: object[]) => ({ resourceType: 'Bundle', type, entry: entries })
const rename = JSON.stringify([{ op: 'replace', path: '/name/0/family', value: 'Changed' }])
const none = undefined as unknown as string

const READS: Readonly<Record<string, Asks>> = {
  'a read': ['GET', 'Patient/secret-1'],
  'a read by HEAD': ['HEAD', 'Patient/secret-1'],
  'a read of what is known': ['GET', 'Patient/secret-1', none, { 'if-none-match': 'W/"2"' }],
  'a read of another type': ['GET', 'Observation/secret-3'],
  'a read of what was deleted': ['GET', 'Patient/secret-4'],
  'a read of what was deleted, and is known': ['GET', 'Patient/secret-4', none, { 'if-none-match': 'W/"1"' }],
  'a read of an id that nobody has': ['GET', 'Patient/secret-0'],
  'a read of a version': ['GET', 'Patient/secret-1/_history/1'],
  'a search': ['GET', `Patient?name=${FAMILY}`],
  'a search by POST': [
    'POST',
    'Patient/_search',
    `name=${FAMILY}`,
    { 'content-type': 'application/x-www-form-urlencoded' },
  ],
  'a search that counts': ['GET', 'Patient?_summary=count'],
  'a search that includes': ['GET', 'Observation?_include=Observation:subject'],
  'a search of several types': ['GET', '?_type=Patient,Observation'],
  'a history': ['GET', 'Patient/secret-1/_history'],
  'a history of a type': ['GET', 'Patient/_history'],
  'a history of all': ['GET', '_history'],
  metadata: ['GET', 'metadata'],
}

const WRITES: Readonly<Record<string, Asks>> = {
  'a create': ['POST', 'Patient', patient(undefined)],
  'a conditional create': ['POST', 'Patient', patient(undefined), { 'if-none-exist': '_id=secret-9' }],
  'a conditional create of what is there': ['POST', 'Patient', patient(undefined), { 'if-none-exist': '_id=secret-1' }],
  'an update': ['PUT', 'Patient/secret-1', patient('secret-1', { active: true })],
  'an update that creates': ['PUT', 'Patient/secret-8', patient('secret-8')],
  'a conditional update': ['PUT', 'Patient?_id=secret-2', patient('secret-2', { active: true })],
  'a patch': ['PATCH', 'Patient/secret-2', rename, { 'content-type': 'application/json-patch+json' }],
  'a delete': ['DELETE', 'Observation/secret-3'],
  'a delete of what never was': ['DELETE', 'Observation/secret-7'],
  'a batch': [
    'POST',
    '',
    bundle('batch', entry('GET', 'Patient/secret-1'), entry('PUT', 'Patient/secret-6', patient('secret-6'))),
  ],
  'a transaction': [
    'POST',
    '',
    bundle('transaction', entry('GET', 'Patient/secret-1'), entry('PUT', 'Patient/secret-5', patient('secret-5'))),
  ],
  'a transaction under a key': [
    'POST',
    '',
    bundle('transaction', entry('GET', 'Patient/secret-1')),
    { 'idempotency-key': 'k' },
  ],
}

const REFUSED: Readonly<Record<string, Asks>> = {
  'an address that there is not': ['GET', 'Patient/secret-1/a/b/c/d'],
  'a type that there is not': ['GET', 'Pateint/secret-1'],
  'what is no id': ['GET', 'Patient/not_an_id'],
  'a method that is not answered': ['DELETE', 'metadata'],
  'a resource that is invalid': ['PUT', 'Patient/secret-1', patient('secret-1', { gender: 'blue' })],
  'a version that is stale': ['PUT', 'Patient/secret-1', patient('secret-1'), { 'if-match': 'W/"1"' }],
  'no token': ['GET', 'Patient/secret-1', none, { authorization: '' }],
  'a wrong token': ['GET', 'Patient/secret-1', none, { authorization: 'Bearer guessed' }],
}

export interface Asked {
  readonly kind: string
  readonly request: string
  readonly tookMs: number
  readonly answer: Answer
}

let number = 0

async function ask(at: At, kind: string, [method, path, body, headers]: Asks): Promise<Asked> {
  const request = `asked-${++number}`
  const began = performance.now()
  const answer = await clientOf(at)(method, path, body, {
    ...(body === undefined ? {} : { 'content-type': 'application/fhir+json' }),
    ...headers,
    'x-request-id': request,
  })
  return { kind, request, tookMs: performance.now() - began, answer }
}

const askAll = (at: At, kinds: Readonly<Record<string, Asks>>): Promise<Asked[]> =>
  Promise.all(Object.entries(kinds).map(([kind, asks]) => ask(at, kind, asks)))

/** Asks for all that changes nothing, at once. */
export const readEverything = (at: At): Promise<Asked[]> => askAll(at, READS)

/** Asks for all there is, at once. */
export const askEverything = (at: At): Promise<Asked[]> => askAll(at, { ...READS, ...WRITES, ...REFUSED })

/** Puts there what is asked for. */
export async function putEverything(at: At): Promise<void> {
  const send = clientOf(at)
  const there = [patient('secret-1'), patient('secret-1'), patient('secret-2'), observation, patient('secret-4')]
  for (const one of there) assert.ok((await send('PUT', `${one.resourceType}/${one.id}`, one)).status < 300)
  assert.equal((await send('DELETE', 'Patient/secret-4')).status, 204)
}

/** How many versions there are of all resources, and how many resources of each type: what must be the same when nothing was changed. */
export async function versionsOf(at: At): Promise<unknown[]> {
  const send = clientOf(at)
  const { entry: all } = (await send('GET', '_history?_count=1000')).json as {
    entry: { resource?: { meta: object } }[]
  }
  return all.map(({ resource }) => resource?.meta)
}

/** Throws unless it was refused with 503, what to do and when, and nothing about any patient. */
export function assertRefused({ kind, tookMs, answer }: Asked, longestMs: number): void {
  const { status, headers, body } = answer
  assert.equal(status, 503, `${kind}: ${status} ${body}`)
  assert.ok(Number(headers.get('retry-after')) >= 1, `${kind}: Retry-After ${headers.get('retry-after')}`)
  assert.ok(tookMs < longestMs, `${kind}: ${tookMs} ms`)
  for (const name of ['etag', 'last-modified', 'location', 'content-location'])
    assert.equal(headers.get(name), null, `${kind} says ${name}`)
  assert.doesNotMatch(JSON.stringify([...headers]), SECRET, kind)
  if (kind === 'a read by HEAD') return
  assert.doesNotMatch(body, SECRET, kind)
  const { resourceType, issue } = JSON.parse(body)
  assert.equal(resourceType, 'OperationOutcome', kind)
  assert.equal(issue.length, 1, kind)
  assert.match(
    issue[0].details.coding[0].code,
    /^(audit\/not-recorded|database\/(no-space|unreachable|outcome-unknown))$/,
    kind,
  )
  assert.match(issue[0].diagnostics, /[Tt]ry again|Read what is there/, kind)
}
