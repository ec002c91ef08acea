/**
 * What the trail has to say of a request, from the request, the answer it got and the versions that the record holds. Written
 * from tests/audit/intake.test.ts and the docstrings of src/audit/intake/audit.ts; uses nothing of src/audit or src/record.
 */
import type { AuditEntry } from '#audit'
import type { Json } from '../client.ts'
import { type Book, type HistoryEntry, nameOf, pageOf, pageOfEntry, patientsIn, versionIn } from './book.ts'
import type { Answer } from './sender.ts'
import type { Asked, Shown, Step } from './steps.ts'

export interface Told extends Pick<AuditEntry, 'action' | 'resources' | 'patients' | 'status' | 'outcome'> {
  readonly code?: string | undefined
  readonly query?: string | undefined
  readonly reason?: string | undefined
}

/** One entry that there must be: any one of `anyOf`. */
export interface Expected {
  readonly anyOf: readonly Told[]
  /** The version that it tells the making of; of several that tell the same deletion, one made it. */
  readonly makes?: string
  /** Whether it is told by the statement or transaction that makes a change, so that it is so whoever still waits. */
  readonly stands: boolean
}

/** How a step was answered, by itself or in a Bundle. */
interface Result {
  readonly status: number
  readonly etag?: string | undefined
  readonly location?: string | undefined
  readonly resource?: Json | undefined
  readonly code?: string | undefined
}

type Names = Pick<Told, 'resources' | 'patients'>

const WRITES: Readonly<Record<string, AuditEntry['action']>> = {
  POST: 'create',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
}
const TYPES: ReadonlySet<string> = new Set(['Patient', 'Observation', 'Encounter', 'Appointment', 'Practitioner'])
const ID = /^[A-Za-z0-9.-]{1,64}$/

/** Nobody knows who asks at an address that stands for nothing: it is refused before that is looked at. */
export const isUnreadable = (path: string): boolean => path.includes('%zz')

/** What the address says: which interaction it is, and what it names. */
function readAddress({ method, path }: Step): { action: AuditEntry['action']; names: Names } {
  if (isUnreadable(path)) return { action: 'operation', names: { resources: [], patients: [] } }
  const [first = '', second, third, version, ...more] = path.split('/')
  const isType = TYPES.has(first)
  const asks = method === 'GET' || method === 'HEAD'
  const action = (): AuditEntry['action'] => {
    if (path === '') return asks ? 'search' : 'transaction'
    if (path === 'metadata') return asks ? 'capabilities' : 'operation'
    if (more.length > 0) return 'operation'
    if (second === '_search' || first === '_search') return method === 'POST' ? 'search' : 'operation'
    if (third === '_history' && version !== undefined) return asks ? 'vread' : 'operation'
    if (third === '_history' || second === '_history' || first === '_history') return asks ? 'history' : 'operation'
    if (asks) return second === undefined ? 'search' : 'read'
    if (method === 'POST' && second !== undefined) return 'operation'
    return WRITES[method] ?? 'operation'
  }
  const names = (): Names => {
    if (!isType || more.length > 0) return { resources: [], patients: [] }
    if (second === undefined || second.startsWith('_') || !ID.test(second)) return { resources: [first], patients: [] }
    const ofVersion = version === undefined ? '' : `/_history/${version}`
    return {
      resources: [`${first}/${second}${ofVersion}`],
      patients: first === 'Patient' ? [`Patient/${second}`] : [],
    }
  }
  return { action: action(), names: names() }
}

const HASHED = 'hashed-'

/** A query as the trail has it. Which hash stands there the ledger must say itself: the same for the same value. */
function shownQuery(type: string, parameters: readonly Shown[]): string {
  const words = parameters.map(([name, value, kept]) =>
    kept === undefined
      ? `${encodeURIComponent(name)}=${encodeURIComponent(value)}`
      : `${kept === 'unknown' ? 'unknown' : encodeURIComponent(name)}=${HASHED}<${value}>`,
  )
  return `${type}?${words.join('&')}`
}

const success = { outcome: 'success' } as const
const union = (...lists: readonly (readonly string[])[]): string[] => [...new Set(lists.flat())]

interface BundleEntry extends HistoryEntry {
  readonly search?: { readonly mode: string }
}
const entriesIn = (bundle: Json | undefined) => (bundle?.entry ?? []) as BundleEntry[]
const versionName = (resource: Json): string =>
  `${resource.resourceType}/${resource.id}/_history/${(resource.meta as { versionId: string }).versionId}`

/** The entry of one interaction. */
function expectedOf(step: Step, result: Result, book: Book): Expected {
  const { action, names } = readAddress(step)
  const { status, code } = result
  const type = step.path.split('/')[0] as string
  if (status >= 400) {
    const refused = { action, ...names, outcome: status >= 500 ? 'failed' : 'refused', status, code } as const
    return { anyOf: [refused], stands: false }
  }
  const asks = (more: Names, query?: string): Expected => ({
    anyOf: [{ action, ...more, ...success, status, query }],
    stands: false,
  })
  switch (action) {
    case 'read':
    case 'vread':
      return asks(oneVersion(step, result, book))
    case 'capabilities':
      return asks({ resources: [], patients: [] })
    case 'history': {
      const entries = entriesIn(result.resource)
      const of = type === '_history' ? '' : type
      const none = of === '' ? [] : [of]
      return asks(
        {
          resources: entries.length > 0 ? entries.map(nameOf) : none,
          patients: union(...entries.map((entry) => pageOfEntry(entry).patients)),
        },
        step.query && shownQuery(of, step.query),
      )
    }
    case 'search':
      return search(step, result)
    default:
      return written(step, result, book)
  }
}

/** Also of an answer without a body: the version says it. */
function oneVersion({ path }: Step, { etag, resource }: Result, book: Book): Names {
  const [type, id] = path.split('/')
  const name = `${type}/${id}/_history/${versionIn(etag)}`
  return {
    resources: [name],
    patients: resource ? patientsIn(resource) : (book.get(name)?.patients ?? ['not in book']),
  }
}

function search(step: Step, { status, resource }: Result): Expected {
  const query = step.query ?? []
  const [first = ''] = step.path.split('/')
  const type = TYPES.has(first) ? first : (query.find(([name]) => name === '_type')?.[1] ?? '')
  const found = entriesIn(resource).filter(({ search: one }) => one?.mode !== 'outcome')
  const resources = found.map((entry) => entry.resource as Json)
  // Also that a chart holds nothing of what is asked for says something about its patient.
  const chart = query.filter(([name]) => name === 'patient' || name === 'subject').map(([, value]) => value)
  const told: Told = {
    action: 'search',
    ...success,
    status,
    resources: resources.length > 0 ? resources.map(versionName) : [type],
    patients: union(chart, ...resources.map(patientsIn)),
    query: shownQuery(type, query),
  }
  return { anyOf: [told], stands: false }
}

/** A version that was made, or found in place of making one. */
function written(step: Step, result: Result, book: Book): Expected {
  const { action, names } = readAddress(step)
  const { status, etag, location } = result
  const [type = '', given] = step.path.split('/')
  const criteria = step.criteria ?? (given === undefined ? step.query : undefined)
  const query = criteria && shownQuery(type, criteria)
  const told = { action, ...success, status, query }
  if (action === 'delete') return deleted(told, step, result, book)
  const id = given ?? location?.split('/').at(-3)
  const name = `${type}/${id}/_history/${versionIn(etag)}`
  const page = book.get(name)
  const made = page !== undefined && page.marker === step.marker && step.marker !== undefined
  if (page === undefined)
    return { anyOf: [{ ...told, ...names, resources: [`${name} is not in the record`] }], stands: true }
  const isMatch = step.criteria !== undefined && status === 200
  const isUnchanged = step.patch?.length === 0
  if (!made && !isMatch && !isUnchanged)
    return { anyOf: [{ ...told, ...names, resources: [`${name} is not what it was answered to be`] }], stands: true }
  const before = made ? book.get(`${type}/${id}/_history/${versionIn(etag) - 1}`) : undefined
  const patients = union(page.patients, before && !before.deleted ? before.patients : [])
  return { anyOf: [{ ...told, resources: [name], patients }], stands: made, ...(made && { makes: name }) }
}

/** Who was first of those who delete the same is not in any answer: each may have been, or have found it deleted. */
function deleted(told: Omit<Told, 'resources' | 'patients'>, step: Step, { etag }: Result, book: Book): Expected {
  const { names } = readAddress(step)
  if (etag === undefined) return { anyOf: [{ ...told, ...names }], stands: false }
  const [type, given] = step.path.split('/')
  const ids = given === undefined ? deletedIds(book, type as string, versionIn(etag)) : [given]
  const anyOf = ids.flatMap((id): Told[] => {
    const name = `${type}/${id}/_history/${versionIn(etag)}`
    const before = book.get(`${type}/${id}/_history/${versionIn(etag) - 1}`)?.patients ?? []
    const since = book.get(name)?.patients ?? []
    return [before, since].map((patients) => ({ ...told, resources: [name], patients }))
  })
  return { anyOf, makes: 'deletion', stands: true }
}

/** The answer to a conditional delete tells the version, not of what. */
const deletedIds = (book: Book, type: string, version: number): string[] =>
  [...book].flatMap(([name, page]) =>
    page.deleted && name.startsWith(`${type}/`) && name.endsWith(`/_history/${version}`)
      ? [name.split('/')[1] as string]
      : [],
  )

interface ResponseEntry {
  readonly resource?: Json
  readonly response: {
    readonly status: string
    readonly etag?: string
    readonly location?: string
    readonly outcome?: Json
  }
}

const codeIn = (outcome: Json | undefined): string | undefined =>
  (outcome?.issue as { details: { coding?: { code: string }[] } }[] | undefined)?.[0]?.details.coding?.[0]?.code

/** Of an answer without a body, what its status means. */
const codeWithoutBody = (status: number, { token }: Asked): string | undefined =>
  ({ 401: token === 'wrong' ? 'http/wrong-token' : 'http/no-token', 404: 'http/no-resource', 410: 'http/deleted' })[
    status
  ]

const whole = (action: 'batch' | 'transaction', stands: boolean): Expected => ({
  anyOf: [{ action, resources: [], patients: [], ...success, status: 200 }],
  stands,
})

/** All entries that there must be of a request that got this answer. */
export function model(asked: Asked, { status, headers, body }: Answer, book: Book): Expected[] {
  const { etag, location } = headers
  const resource = body === '' ? undefined : (JSON.parse(body) as Json)
  const code = status >= 400 ? (codeIn(resource) ?? codeWithoutBody(status, asked)) : undefined
  const { bundle } = asked
  if (bundle === undefined || status >= 400)
    return [expectedOf(asked, { status, etag, location, resource, code }, book)]
  const action = bundle.type as 'batch' | 'transaction'
  if (headers['idempotent-replayed'] === 'true') {
    const left = resourcesIn(resource)
    const reason = 'The answer that was given before was given again.'
    const patients = union(...left.map((one) => pageOf(one).patients))
    const told: Told = { action, resources: left.map(versionName), patients, ...success, status, reason }
    return [{ anyOf: [told], stands: false }]
  }
  const isTransaction = action === 'transaction'
  return [
    whole(action, isTransaction),
    ...((resource?.entry ?? []) as unknown as ResponseEntry[]).map((entry, at) => {
      const step = bundle.steps[at] as Step
      const { status: text, outcome, ...response } = entry.response
      const result = { ...response, status: Number.parseInt(text, 10), resource: entry.resource, code: codeIn(outcome) }
      const one =
        result.code === 'record/bad-entry' ? notUnderstood(result.status, result.code) : expectedOf(step, result, book)
      return isTransaction ? { ...one, stands: true } : one
    }),
  ]
}

const notUnderstood = (status: number, code: string): Expected => ({
  anyOf: [{ action: 'operation', resources: [], patients: [], outcome: 'refused', status, code }],
  stands: false,
})

/** All resources of an answer, also of the Bundles in it. */
function resourcesIn(bundle: Json | undefined): Json[] {
  return entriesIn(bundle).flatMap(({ resource }) => {
    if (resource?.resourceType === 'Bundle') return resourcesIn(resource)
    return resource?.id === undefined ? [] : [resource]
  })
}
