/** The history of an instance, a type or the whole system. https://hl7.org/fhir/R4/http.html#history */
import { dateRange, RESOURCE_TYPES } from '#fhir'
import type { Queries } from '#foundation/database.ts'
import { checkId, checkType } from './admit.ts'
import { recordFaults } from './faults.ts'
import type { HistoryRequest } from './record.ts'
import { bundle, type Link, linkText } from './search/bundle-text.ts'
import { type HistoryRow, type HistoryWindow, historyCount, historyOf } from './statements/read.ts'
import { instantOf, storedInstant } from './time.ts'

const DEFAULT_COUNT = 20
const MOST_COUNT = 1_000
const CURSOR = '_cursor'
/** Of PostgreSQL's integer. */
const MOST_VERSION = 2 ** 31 - 1

/** Answers `request` with a history Bundle, newest first. */
export async function history(db: Queries, request: HistoryRequest): Promise<string> {
  const { type, id } = request
  if (type !== undefined) checkType(type)
  const { window, count, kept } = readParameters(request)
  const rows = await versions(db, request, {
    ...window,
    ...(id === undefined ? {} : { id: checkId(id) }),
    most: count + 1,
  })
  const total =
    type !== undefined && id !== undefined ? ((await db.quick(historyCount(type, id)))[0]?.n ?? 0) : undefined
  if (total === 0) throw recordFaults['unknown-instance']()
  const page = rows.slice(0, count)
  const last = page.at(-1)
  const links: Link[] = [{ relation: 'self', url: address(request, kept) }]
  if (rows.length > count && last !== undefined)
    links.push({ relation: 'next', url: address(request, [...kept, [CURSOR, writePlace(last)]]) })
  const head = `${total === undefined ? '' : `,"total":${total}`}${linkText(links)}`
  return bundle(
    'history',
    head,
    page.map((row) => entryText(request.base, row)),
  )
}

/** Of the whole system: each type is asked by itself, all at once, and the newest of all are kept. */
async function versions(db: Queries, { type }: HistoryRequest, window: HistoryWindow): Promise<HistoryRow[]> {
  if (type !== undefined) return db.quick(historyOf(type, window))
  const all = await Promise.all(RESOURCE_TYPES.map((one) => db.quick(historyOf(one, window))))
  return all.flat().sort(newestFirst).slice(0, window.most)
}

const newestFirst = (a: HistoryRow, b: HistoryRow): number =>
  compare(instantOf(b.updated), instantOf(a.updated)) || compare(b.id, a.id) || b.version - a.version

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

function readParameters({ parameters, strict }: HistoryRequest) {
  let window: Omit<HistoryWindow, 'most'> = {}
  let count = DEFAULT_COUNT
  const kept: [string, string][] = []
  for (const [name, value] of parameters) {
    if (name === '_count') count = wholeCount(value)
    else if (name === '_since') window = { ...window, since: instant(name, value).low }
    else if (name === '_at') window = { ...window, until: instant(name, value).high }
    else if (name === CURSOR) window = { ...window, before: readPlace(value) }
    else if (name === '_format' || name === '_pretty') continue
    else if (strict) throw recordFaults['unknown-parameter']()
    else continue
    if (name !== CURSOR) kept.push([name, value])
  }
  return { window, count, kept }
}

function wholeCount(value: string): number {
  if (!/^\d{1,9}$/.test(value)) throw recordFaults['bad-parameter']({ parameter: '_count', expected: 'a whole number' })
  return Math.max(1, Math.min(Number(value), MOST_COUNT))
}

function instant(parameter: string, value: string): { low: string; high: string } {
  const range = dateRange(value)
  if (range === undefined)
    throw recordFaults['bad-parameter']({ parameter, expected: 'a date or an instant with its offset' })
  return { low: storedInstant(range.low), high: storedInstant(range.high - 1) }
}

const writePlace = ({ updated, id, version }: HistoryRow): string =>
  Buffer.from(JSON.stringify([instantOf(updated), id, version])).toString('base64url')

function readPlace(text: string): { updated: string; id: string; version: number } {
  let place: unknown
  try {
    place = JSON.parse(Buffer.from(text, 'base64url').toString())
  } catch {
    throw recordFaults['bad-cursor']()
  }
  const [updated, id, version] = Array.isArray(place) ? (place as unknown[]) : []
  if (
    typeof updated !== 'string' ||
    !updated.includes('T') ||
    dateRange(updated) === undefined ||
    typeof id !== 'string' ||
    !Number.isInteger(version) ||
    Math.abs(version as number) > MOST_VERSION
  )
    throw recordFaults['bad-cursor']()
  return { updated, id: checkId(id), version: version as number }
}

function entryText(base: string, { type, id, version, updated, body }: HistoryRow): string {
  const url = `${base}/${type}/${id}`
  const method = body === null ? 'DELETE' : version === 1 ? 'POST' : 'PUT'
  const status = body === null ? '204' : version === 1 ? '201' : '200'
  const requested = method === 'POST' ? type : `${type}/${id}`
  const about = JSON.stringify({
    request: { method, url: requested },
    response: { status, etag: `W/"${version}"`, lastModified: instantOf(updated) },
  })
  const resource = body === null ? '' : `"resource":${body},`
  return `{"fullUrl":${JSON.stringify(url)},${resource}${about.slice(1)}`
}

function address({ base, type, id }: HistoryRequest, parameters: readonly (readonly [string, string])[]): string {
  const path = [base, type, id, '_history'].filter((part) => part !== undefined).join('/')
  const text = new URLSearchParams(parameters as [string, string][]).toString()
  return text === '' ? path : `${path}?${text}`
}
