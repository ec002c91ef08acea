/** The history of an instance, a type or the whole system. https://hl7.org/fhir/R4/http.html#history */
import { dateRange, RESOURCE_TYPES } from '#fhir'
import type { Queries } from '#foundation/database.ts'
import { checkId, checkType } from './admit.ts'
import { recordFaults } from './faults.ts'
import { Left } from './left.ts'
import type { HistoryRequest } from './record.ts'
import { bundle, type Link, linkText } from './search/bundle-text.ts'
import {
  type HistoryRow,
  type HistoryWindow,
  historyCount,
  historyOf,
  type Place,
  placesOf,
  versionsAt,
} from './statements/read.ts'
import { instantOf, storedInstant } from './time.ts'

const DEFAULT_COUNT = 20
const MOST_COUNT = 1_000
const CURSOR = '_cursor'
/** Of PostgreSQL's integer. */
const MOST_VERSION = 2 ** 31 - 1

/** Answers `request` with a history Bundle, newest first. */
export async function history(
  db: Queries,
  request: HistoryRequest,
): Promise<{ readonly text: string; readonly left: Left }> {
  const { type, id } = request
  if (type !== undefined) checkType(type)
  const { window, count, kept } = readParameters(request)
  const { page, more } = await pageOf(db, request, {
    ...window,
    ...(id === undefined ? {} : { id: checkId(id) }),
    most: count + 1,
  })
  const total =
    type !== undefined && id !== undefined ? ((await db.quick(historyCount(type, id)))[0]?.n ?? 0) : undefined
  if (total === 0) throw recordFaults['unknown-instance']()
  const last = page.at(-1)
  const links: Link[] = [{ relation: 'self', url: address(request, kept) }]
  if (more && last !== undefined)
    links.push({ relation: 'next', url: address(request, [...kept, [CURSOR, writePlace(last)]]) })
  const head = `${total === undefined ? '' : `,"total":${total}`}${linkText(links)}`
  const left = new Left(type)
  for (const row of page) left.add(row)
  const entries = page.map((row) => entryText(request.base, row))
  return { text: bundle('history', head, entries), left }
}

/** The versions of a page, and whether there are more; `most` is one more than the page holds. */
async function pageOf(db: Queries, { type, id }: HistoryRequest, window: HistoryWindow) {
  const first = <Row>(rows: readonly Row[]) => rows.slice(0, window.most - 1)
  const isMore = ({ length }: readonly unknown[]) => length === window.most
  if (type !== undefined) {
    // Of one resource there is little to read; of a type it may be a thousand texts, which reads by key must not wait behind.
    const rows = await (id === undefined ? db.rows : db.quick)(historyOf(type, window))
    return { page: first(rows), more: isMore(rows) }
  }
  const places = await newestPlaces(db, window)
  return { page: await readAll(db, first(places)), more: isMore(places) }
}

/** How many types one statement asks. */
const TYPES_TOGETHER = 16

/** Of the whole system, without the texts: a few types at a time, of which the newest are kept. */
async function newestPlaces(db: Queries, window: HistoryWindow): Promise<Place[]> {
  let newest: Place[] = []
  for (let from = 0; from < RESOURCE_TYPES.length; from += TYPES_TOGETHER) {
    const found = await db.rows(placesOf(RESOURCE_TYPES.slice(from, from + TYPES_TOGETHER), window))
    newest = [...newest, ...found].sort(newestFirst).slice(0, window.most)
  }
  return newest
}

/** The versions at `places`, in their order. */
async function readAll(db: Queries, places: readonly Place[]): Promise<HistoryRow[]> {
  const read = new Map<string, HistoryRow>()
  for (const [type, ofType] of Map.groupBy(places, (place) => place.type))
    for (const row of await db.rows(versionsAt(type, ofType))) read.set(nameOf(row), row)
  return places.map((place) => read.get(nameOf(place)) as HistoryRow)
}

const nameOf = ({ type, id, version }: Place): string => `${type}/${id}/${version}`

const newestFirst = (a: Place, b: Place): number =>
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

const writePlace = ({ updated, id, version }: Place): string =>
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
