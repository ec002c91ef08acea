/** The ways of asking that the route table has, and what each is to give to whom. */
import assert from 'node:assert/strict'
import { ROLES } from '#identity/entry'
import { idOf, PATIENTS, SAMPLE_NAMES, SAMPLES, type Sample, typeOf, type Whose } from '../support/chart-ground.ts'
import type { Answer, Json, Send } from '../support/client.ts'
import { type Asking, CHANGES, type Change, SEES } from './expected.ts'

export const ASKING: readonly Asking[] = [...ROLES, 'service']

/** One resource, asked for by one person. `absent`: the same of an id that nobody has. */
export interface Case {
  readonly role: Asking
  readonly sample: Sample
  readonly whose: Whose
  readonly type: string
  readonly id: string
  readonly send: Send
}

type Outcome = 'done' | 'absent' | 'refused'
/** Tries it; gives what came of it, with all that was answered. */
type Way = (one: Case) => Promise<{ readonly outcome: Outcome; readonly answer: Answer }>

export const seen = (role: Asking, sample: Sample, whose: Whose): Outcome =>
  outcomeIn(SEES[role][sample], whose, sample, (one) => SEES[role][one])

function outcomeIn(
  table: string | undefined,
  whose: Whose,
  sample: Sample,
  ofSample: (one: Sample) => string | undefined,
): Outcome {
  const letters = { own: 'o', other: 'x', restricted: 'r' }
  if (table?.includes(letters[whose])) return 'done'
  return SAMPLE_NAMES.some((one) => typeOf(one) === typeOf(sample) && ofSample(one) !== undefined)
    ? 'absent'
    : 'refused'
}

/** What a change is answered with: refused altogether, absent when it isn't seen, refused when it is seen and not to be changed. */
export function changed({ role, sample, whose }: Case, change: 'update' | 'delete'): Outcome {
  const may = outcomeIn(CHANGES[change][role][sample], whose, sample, (one) => CHANGES[change][role][one])
  if (may === 'refused') return 'refused'
  if (seen(role, sample, whose) !== 'done') return 'absent'
  return may === 'done' ? 'done' : 'refused'
}

const ofStatus = (answer: Answer): Outcome => {
  if (answer.status === 403) return 'refused'
  if (answer.status === 404) return 'absent'
  assert.ok(answer.status < 300, `${answer.status} ${answer.body}`)
  return 'done'
}

/** All resources in an answer, at any depth of Bundles. */
export function resourcesIn(json: unknown): Json[] {
  const { resourceType, entry } = json as { resourceType?: string; entry?: { resource?: Json; response?: Json }[] }
  if (resourceType !== 'Bundle') return [json as Json]
  return (entry ?? []).flatMap(({ resource }) => (resource === undefined ? [] : resourcesIn(resource)))
}

const get =
  (path: (one: Case) => string): Way =>
  async (one) => {
    const answer = await one.send('GET', path(one))
    return { outcome: ofStatus(answer), answer }
  }

/** Of a search: found or not; that it counts so too. */
const searched =
  (ask: (one: Case, query: string) => Promise<Answer>): Way =>
  async (one) => {
    const answer = await ask(one, `_id=${one.id}`)
    const counted = await ask(one, `_id=${one.id}&_summary=count`)
    assert.equal(counted.status, answer.status)
    if (answer.status === 403) return { outcome: 'refused', answer }
    assert.equal(answer.status, 200, answer.body)
    const found = resourcesIn(answer.json).length
    assert.equal(answer.json.total, found)
    assert.equal(counted.json.total, found)
    return { outcome: found === 1 ? 'done' : 'absent', answer }
  }

const listed = async (one: Case, first: string): Promise<{ outcome: Outcome; answer: Answer }> => {
  for (let path: string | undefined = first; ; ) {
    const answer: Answer = await one.send('GET', path)
    if (answer.status === 403) return { outcome: 'refused', answer }
    assert.equal(answer.status, 200, answer.body)
    if (resourcesIn(answer.json).some(({ resourceType, id }) => resourceType === one.type && id === one.id))
      return { outcome: 'done', answer }
    path = (answer.json.link as { relation: string; url: string }[]).find(({ relation }) => relation === 'next')?.url
    if (path === undefined) return { outcome: 'absent', answer }
  }
}

/** Where the question names no resource, and nothing changes in between, it is put once for each role. */
const askedOnce = (way: Way): Way => {
  const answers = new Map<string, Promise<Answer>>()
  const once = async (one: Case, method: string, path: string): Promise<Answer> => {
    const answer = await one.send(method, path)
    return { ...answer, json: answer.json }
  }
  return (one) =>
    way({
      ...one,
      send: (method, path) => answers.getOrInsertComputed(`${one.role} ${path}`, () => once(one, method, path)),
    })
}

const bodyOf = ({ sample, whose, id }: Case) => ({ ...SAMPLES[sample](whose), id, language: 'fr' })
export const fresh = ({ sample, whose }: Case) => ({ ...SAMPLES[sample](whose), language: 'fr' })
const PATCH = [{ op: 'add', path: '/language', value: 'fr' }]
const JSON_PATCH = { 'content-type': 'application/json-patch+json' }
export const form = (one: Case, path: string, body: string) =>
  one.send('POST', path, body, { 'content-type': 'application/x-www-form-urlencoded' })
export const bundle = (type: string, method: string, url: string, resource?: object) => ({
  resourceType: 'Bundle',
  type,
  entry: [{ request: { method, url }, ...(resource && { resource }) }],
})

/** Asks for one entry; the answer stands for what the entry alone was answered with. */
const inBundle =
  (type: 'batch' | 'transaction', method: string, url: (one: Case) => string, resource?: (one: Case) => object): Way =>
  async (one) => {
    const answer = await one.send('POST', '', bundle(type, method, url(one), resource?.(one)))
    if (answer.status !== 200) return { outcome: ofStatus(answer), answer }
    const [entry] = answer.json.entry as [{ resource?: Json; response: { status: string; outcome?: Json } }]
    const status = Number.parseInt(entry.response.status, 10)
    return { outcome: ofStatus({ ...answer, status } as Answer), answer }
  }

/** How each resource can be looked at. */
export const LOOKING: Readonly<Record<string, Way>> = {
  'GET /fhir/R4/:type/:id': get(({ type, id }) => `${type}/${id}`),
  'GET /fhir/R4/:type/:id/_history/:version': get(({ type, id }) => `${type}/${id}/_history/1`),
  'GET /fhir/R4/:type/:id/_history': get(({ type, id }) => `${type}/${id}/_history`),
  'GET /fhir/R4/:type': searched((one, query) => one.send('GET', `${one.type}?${query}`)),
  'POST /fhir/R4/:type/_search': searched((one, query) => form(one, `${one.type}/_search`, query)),
  'GET /fhir/R4': searched((one, query) => one.send('GET', `?_type=${one.type}&${query}`)),
  'POST /fhir/R4/_search': searched((one, query) => form(one, '_search', `_type=${one.type}&${query}`)),
  'GET /fhir/R4/:type/_history': (one) => listed(one, `${one.type}/_history?_count=7`),
  'GET /fhir/R4/_history': askedOnce(async (one) => {
    const { outcome, answer } = await listed(one, '_history?_count=1000')
    // Of the whole system what may not be seen at all is not refused: it is not in it.
    const isRefused = outcome === 'absent' && seen(one.role, one.sample, one.whose) === 'refused'
    return { outcome: isRefused ? 'refused' : outcome, answer }
  }),
  'POST /fhir/R4 batch read': inBundle('batch', 'GET', ({ type, id }) => `${type}/${id}`),
  'POST /fhir/R4 batch vread': inBundle('batch', 'GET', ({ type, id }) => `${type}/${id}/_history/1`),
  'POST /fhir/R4 transaction read': inBundle('transaction', 'GET', ({ type, id }) => `${type}/${id}`),
  'POST /fhir/R4 transaction history': inBundle('transaction', 'GET', ({ type, id }) => `${type}/${id}/_history`),
}

/** How each resource can be changed, and by which right. */
export const CHANGING: Readonly<Record<string, { readonly right: Exclude<Change, 'create'>; readonly way: Way }>> = {
  'PUT /fhir/R4/:type/:id': {
    right: 'update',
    way: async (one) => {
      const answer = await one.send('PUT', `${one.type}/${one.id}`, bodyOf(one))
      return { outcome: ofStatus(answer), answer }
    },
  },
  'PATCH /fhir/R4/:type/:id': {
    right: 'update',
    way: async (one) => {
      const answer = await one.send('PATCH', `${one.type}/${one.id}`, PATCH, JSON_PATCH)
      return { outcome: ofStatus(answer), answer }
    },
  },
  'PATCH /fhir/R4/:type': {
    right: 'update',
    way: async (one) => {
      const answer = await one.send('PATCH', `${one.type}?_id=${one.id}`, PATCH, JSON_PATCH)
      return { outcome: ofStatus(answer), answer }
    },
  },
  'PUT /fhir/R4/:type': {
    right: 'update',
    way: async (one) => {
      const answer = await one.send('PUT', `${one.type}?_id=${one.id}`, bodyOf(one))
      return { outcome: ofStatus(answer), answer }
    },
  },
  'POST /fhir/R4 batch update': {
    right: 'update',
    way: inBundle('batch', 'PUT', ({ type, id }) => `${type}/${id}`, bodyOf),
  },
  'POST /fhir/R4 transaction update': {
    right: 'update',
    way: inBundle('transaction', 'PUT', ({ type, id }) => `${type}/${id}`, bodyOf),
  },
}

/** By which ways a resource can be deleted; that nothing was there is answered like that nothing was seen. */
export const DELETING: Readonly<Record<string, (one: Case) => Promise<Answer>>> = {
  'DELETE /fhir/R4/:type/:id': ({ send, type, id }) => send('DELETE', `${type}/${id}`),
  'DELETE /fhir/R4/:type': ({ send, type, id }) => send('DELETE', `${type}?_id=${id}`),
  'POST /fhir/R4 transaction delete': ({ send, type, id }) =>
    send('POST', '', bundle('transaction', 'DELETE', `${type}/${id}`)),
}

/** Ways that are about no resource of a patient's, or have tests of their own below. */
export const OTHER_WAYS: readonly string[] = [
  'POST /fhir/R4',
  'GET /fhir/R4/metadata',
  'POST /fhir/R4/:type',
  'GET /fhir/R4/$break-glass',
  'POST /fhir/R4/Patient/:id/$break-glass',
  'GET /fhir/R4/AuditEvent',
  'POST /fhir/R4/AuditEvent/_search',
  'GET /fhir/R4/AuditEvent/:id',
  // Refused to everybody, whoever they are: the trail is read only and has no versions.
  ...['POST', 'PUT', 'PATCH', 'DELETE'].flatMap((method) => [
    `${method} /fhir/R4/AuditEvent`,
    `${method} /fhir/R4/AuditEvent/:id`,
  ]),
  'GET /fhir/R4/AuditEvent/_history',
  'GET /fhir/R4/AuditEvent/:id/_history',
  'GET /fhir/R4/AuditEvent/:id/_history/:version',
]

/** Without what tells requests apart. */
export const bare = ({ body }: Answer, id: string): string =>
  body.replaceAll(id, 'ID').replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'UUID')

/** A conditional change asks by a search first, which needs that right too. */
export function searchedFirst(name: string, one: Case, expected: Outcome): Outcome {
  if (!/^(PUT|PATCH) \/fhir\/R4\/:type$/.test(name) || expected === 'refused') return expected
  return seen(one.role, one.sample, one.whose) === 'refused' ? 'refused' : expected
}

/** Fails if an answer holds a sample that the role must not see. */
export function refuseLeaks({ role }: Pick<Case, 'role'>, answer: Answer): void {
  if (answer.body === '' || answer.status >= 400) return
  for (const { resourceType, id } of resourcesIn(answer.json)) {
    const found = SAMPLE_NAMES.flatMap((sample) => PATIENTS.map((whose) => ({ sample, whose }))).find(
      ({ sample, whose }) => typeOf(sample) === resourceType && idOf(sample, whose) === id,
    )
    if (found) assert.equal(seen(role, found.sample, found.whose), 'done', `${role} got ${resourceType}/${id}`)
  }
}
