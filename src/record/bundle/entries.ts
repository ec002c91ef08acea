/** The entries of a batch or transaction, understood. https://hl7.org/fhir/R4/bundle.html */
import { isResourceType, type Link, linksIn, readEntries, readJson } from '#fhir'
import { Fault } from '#foundation/fault.ts'
import { KEPT_ELSEWHERE } from '../admit.ts'
import { recordFaults } from '../faults.ts'
import { criteriaFor } from '../search/criteria.ts'
import { apart, byItself, withAddresses } from './addresses.ts'
import { placed, refuseAll } from './place.ts'

type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

export interface Entry {
  /** Where it stands in the Bundle. */
  readonly index: number
  readonly method: Method
  /** Of the request: `Patient/1`, `Patient?identifier=…`, without a leading slash. */
  readonly type: string | undefined
  readonly id: string | undefined
  readonly query: string
  /** `_history`, and the version after it. */
  readonly history: boolean
  readonly versionId: number | undefined
  readonly fullUrl: string | undefined
  readonly text: string | undefined
  /** What `text` refers to by `urn:`, by criteria, or by the address of an entry. */
  readonly links: readonly Link[]
  readonly ifMatch: number | '*' | undefined
  /** Of a PUT: whether it may only create. */
  readonly ifNoneMatch: boolean
  /** Of a GET: the ETags of the versions that the reader has, and the instant at which it last looked. */
  readonly known: { readonly tags: string | undefined; readonly since: string | undefined }
  readonly ifNoneExist: string | undefined
}

export type ReadBundle =
  | { readonly type: 'transaction'; readonly entries: readonly Entry[] }
  /** Also what can't be understood: it is answered by its refusal, and the others are carried out. */
  | { readonly type: 'batch'; readonly entries: readonly (Entry | Fault)[] }

const MOST_ENTRIES = 10_000
/** Longer than addresses are: with one before each of its references an entry would be huge. */
const LONGEST_FULL_URL = 2_000
const METHODS: readonly string[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']
const STORING: readonly string[] = ['POST', 'PUT', 'PATCH']
const ADDRESS = /^\/?(?:([A-Z][A-Za-z]+)(?:\/([A-Za-z0-9\-.]{1,64}))?)?(\/?_history(?:\/(\d{1,9}))?)?(?:\?(.*))?$/s

/** Reads the text of a Bundle that was sent to `base`. Throws `record/not-a-bundle` or `record/bad-entry`. */
export function readBundle(given: string, base: string): ReadBundle {
  const { envelope, texts } = readEntries(given)
  const { resourceType, type, entry = [] } = envelope as { resourceType?: unknown; type?: unknown; entry?: unknown }
  if (resourceType !== 'Bundle' || (type !== 'batch' && type !== 'transaction') || !Array.isArray(entry))
    throw recordFaults['not-a-bundle']()
  if (entry.length > MOST_ENTRIES) throw recordFaults['too-many-entries']({ most: MOST_ENTRIES })
  // Of a batch some entries may be carried out and others refused, but not if the whole is no JSON.
  if (type === 'batch') readJson(given)
  const read = (one: unknown, index: number) => readEntry(one, index, texts[index])
  if (type === 'batch') {
    const alone = byItself(base)
    return { type, entries: apart(entry.map((one, index) => orRefusal(() => alone(read(one, index))))) }
  }
  const each = entry.map((one, index) => orRefusal(() => read(one, index)))
  refuseAll(each.flatMap((one, index) => (one instanceof Fault ? [refusalOf(one, index)] : [])))
  const entries = each as Entry[]
  refuseTwins(entries)
  // What is stored is read when it is; what nobody stores must be JSON too.
  for (const { method, text } of entries) if (!STORING.includes(method) && text !== undefined) readJson(text)
  return { type, entries: withAddresses(entries, base) }
}

function orRefusal(read: () => Entry): Entry | Fault {
  try {
    return read()
  } catch (error) {
    if (error instanceof Fault) return error
    throw error
  }
}

/** The refusal of an entry that can't be understood, by its place; throws one that is of another kind than those. */
function refusalOf(fault: Fault, index: number): Fault {
  const refusal = placed(fault, index) as Fault
  if (refusal.code !== BAD_ENTRY) throw refusal
  return refusal
}

const BAD_ENTRY = recordFaults['bad-entry']({ index: 0, why: '' }).code

/** Invariant bdl-7 of the Bundle: a link to a fullUrl must say which entry it means. */
function refuseTwins(entries: readonly Entry[]): void {
  const seen = new Set<string>()
  for (const { fullUrl, index } of entries) {
    if (fullUrl === undefined) continue
    if (seen.has(fullUrl))
      throw placed(recordFaults['bad-entry']({ index, why: 'its fullUrl is that of an earlier entry.' }), index)
    seen.add(fullUrl)
  }
}

type Json = Readonly<Record<string, unknown>>
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)
const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

/** The version that an ETag names. */
export function versionIn(tag: string): number | undefined {
  const digits = /^(?:W\/)?"?(\d{1,9})"?$/.exec(tag.trim())?.[1]
  return digits === undefined ? undefined : Number(digits)
}

function readEntry(entry: unknown, index: number, resource: string | undefined): Entry {
  const refuse = (why: string) => recordFaults['bad-entry']({ index, why })
  const request = isObject(entry) ? entry.request : undefined
  if (!isObject(entry) || !isObject(request)) throw refuse('there is no request; each entry needs its method and url.')
  const fullUrl = text(entry.fullUrl)
  if (fullUrl !== undefined && fullUrl.length > LONGEST_FULL_URL)
    throw refuse(`its fullUrl is longer than the ${LONGEST_FULL_URL} characters that it may be.`)
  const { method, url } = request
  if (typeof method !== 'string' || !METHODS.includes(method)) throw refuse('request.method is not one of FHIR.')
  if (typeof url !== 'string') throw refuse('request.url is missing.')
  const address = isResourceType(url) ? [url, url] : ADDRESS.exec(url)
  if (address === null) throw refuse('request.url is not [type], [type]/[id] or [type]?[query], relative to the base.')
  const [, type, id, history, version, query = ''] = address
  if (type !== undefined && !isResourceType(type)) throw refuse('request.url names no resource type of FHIR R4.')
  if (type === KEPT_ELSEWHERE) throw recordFaults['kept-elsewhere']()
  if ((method === 'POST' || method === 'PUT' || method === 'PATCH') && !isObject(entry.resource))
    throw refuse(`${method} needs a resource.`)
  if (
    (method === 'PUT' || method === 'PATCH' || method === 'DELETE') &&
    (type === undefined || (id === undefined && query === ''))
  )
    throw refuse(`${method} needs [type]/[id] or [type]?[query].`)
  if (method === 'POST' && (type === undefined || id !== undefined)) throw refuse('POST needs [type].')
  if (history !== undefined && method !== 'GET' && method !== 'HEAD') throw refuse(`${method} can't change history.`)
  const ifNoneExist = text(request.ifNoneExist)
  const criteria = ifNoneExist === undefined ? undefined : criteriaFor(type ?? '', ifNoneExist)
  if (ifNoneExist !== undefined && criteria === undefined)
    throw refuse('request.ifNoneExist has no criteria for the type that request.url names.')
  const ifMatch = text(request.ifMatch)
  const matched = ifMatch === undefined || ifMatch === '*' ? ifMatch : versionIn(ifMatch)
  if (ifMatch !== undefined && matched === undefined) throw refuse('request.ifMatch is not an ETag such as W/"3".')
  return {
    index,
    method: method as Method,
    type,
    id,
    query,
    history: history !== undefined,
    versionId: version === undefined ? undefined : Number(version),
    fullUrl,
    text: resource,
    links: resource === undefined ? [] : linksIn(resource),
    ifMatch: matched,
    ifNoneMatch: text(request.ifNoneMatch) === '*',
    known: { tags: text(request.ifNoneMatch), since: text(request.ifModifiedSince) },
    ifNoneExist: criteria,
  }
}
