/** The history of an instance, a type or the whole system. https://hl7.org/fhir/R4/http.html#history */
import { dateRange, RESOURCE_TYPES } from '#fhir'
import type { Queries } from '#foundation/database.ts'
import type { View } from './access/view.ts'
import { checkId, checkType } from './admit.ts'
import { statusText } from './bundle/answer.ts'
import { recordFaults } from './faults.ts'
import { Row } from './index/row.ts'
import { Left } from './left.ts'
import { inPart, type Part, partOf } from './part.ts'
import type { HistoryRequest } from './record.ts'
import { bundle, type Link, linkText } from './search/bundle-text.ts'
import { type Ignored, problemsOf } from './search/ignored.ts'
import { whole, withOffset } from './search/query.ts'
import { eachOf } from './statements/access.ts'
import {
  currentWithin,
  type HistoryFilter,
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
  view: View | undefined,
): Promise<{ readonly text: string; readonly left: Left }> {
  const { type, id } = request
  if (type !== undefined) checkType(type)
  if (view !== undefined && type !== undefined) for (const one of rightsFor(request)) view.require(type, one)
  const { filter, before, count, part, kept } = readParameters(request)
  const all = { ...filter, ...(id === undefined ? {} : { id: checkId(id) }) }
  const window = { ...all, ...(before === undefined ? {} : { before }), most: count + 1 }
  const read = () => (view === undefined ? pageOf(db, request, window) : pageWithin(db, request, window, view))
  const { page, more } = count === 0 ? { page: [], more: false } : await read()
  const last = page.at(-1)
  const links: Link[] = [{ relation: 'self', url: address(request, kept) }]
  if (more && last !== undefined)
    links.push({ relation: 'next', url: address(request, [...kept, [CURSOR, writePlace(last)]]) })
  const isWhole = count > 0 && before === undefined && !more
  const total = isWhole
    ? page.length
    : view !== undefined
      ? await countWithin(db, request, all, view)
      : count === 0 || id !== undefined
        ? await countOf(db, type, all)
        : undefined
  if (total === 0 && id !== undefined && !(await isThere(db, type as string, id, view)))
    throw recordFaults['unknown-instance']()
  const head = `${total === undefined ? '' : `,"total":${total}`}${linkText(links)}`
  const left = new Left(type)
  for (const row of page) left.add(row)
  const entries = page.map((row) => entryText(request.base, row, part))
  return { text: bundle('history', head, entries), left }
}

/** Whether there is such a resource, or was; within reach of `view` if there is one. */
async function isThere(db: Queries, type: string, id: string, view: View | undefined): Promise<boolean> {
  const condition = view?.condition(type, 'history')
  if (condition === undefined) return (await countOf(db, type, { id })) > 0
  return (await db.quick(currentWithin(type, id, condition))).length > 0
}

/** The same as `pageOf`, of what is within reach of `view`: of what is so now, each version that is so by what it says. */
async function pageWithin(db: Queries, request: HistoryRequest, window: HistoryWindow, view: View) {
  const rights = rightsFor(request)
  const within = (type: string) => {
    const conditions = rights.flatMap((one) => view.condition(type, one) ?? [])
    return conditions.length === 0 ? undefined : eachOf(conditions)
  }
  const may = (type: string) => rights.every((one) => view.may(type, one))
  const count = window.most - 1
  const page: HistoryRow[] = []
  for (let further: Pick<HistoryWindow, 'before'> = {}; ; ) {
    const read = await pageOf(db, request, { ...window, ...further, within }, may)
    page.push(...(await seenBy(db, view, rights, read.page)))
    const last = read.page.at(-1)
    if (page.length > count) return { page: page.slice(0, count), more: true }
    if (!read.more || last === undefined) return { page, more: false }
    further = { before: last }
  }
}

/** Of one resource the versions are few and can be counted; of a type it would mean to read them all, and nobody is told. */
async function countWithin(
  db: Queries,
  request: HistoryRequest,
  filter: HistoryFilter,
  view: View,
): Promise<number | undefined> {
  if (request.id === undefined) return undefined
  let total = 0
  for (let further: Pick<HistoryWindow, 'before'> = {}; ; ) {
    const window = { ...filter, ...further, most: MOST_COUNT + 1 }
    const { page, more } = await pageWithin(db, request, window, view)
    total += page.length
    const last = page.at(-1)
    if (!more || last === undefined) return total
    further = { before: last }
  }
}

/** The history of more than one resource finds what it shows, and takes that right as well. */
const rightsFor = ({ id }: HistoryRequest): readonly ('history' | 'search')[] =>
  id === undefined ? ['history', 'search'] : ['history']

async function seenBy(
  db: Queries,
  view: View,
  rights: readonly ('history' | 'search')[],
  rows: readonly HistoryRow[],
): Promise<HistoryRow[]> {
  const told = rows.flatMap(({ type, id, body }) =>
    body === null ? [] : [{ type, id, row: new Row(type, JSON.parse(body)) }],
  )
  const judged = await Promise.all(rights.map((one) => view.judge(db, one, told)))
  let at = 0
  const seen = rows.filter(({ body }) => {
    if (body === null) return true
    const place = at++
    return judged.every((each) => each[place])
  })
  const present = seen.flatMap(({ type, id, body }) => (body === null ? [] : [{ type, id, body }]))
  const texts = (await view.shown(db, 'history', present)).values()
  return seen.map((row) => (row.body === null ? row : { ...row, body: texts.next().value as string }))
}

/** How many versions `filter` lets through; of the whole system when there is no `type`. */
async function countOf(db: Queries, type: string | undefined, filter: HistoryFilter): Promise<number> {
  const types = type === undefined ? RESOURCE_TYPES : [type]
  let all = 0
  for (let from = 0; from < types.length; from += TYPES_TOGETHER) {
    const statement = historyCount(types.slice(from, from + TYPES_TOGETHER), filter)
    all += Number((await (filter.id === undefined ? db.rows : db.quick)(statement))[0]?.n ?? 0)
  }
  return all
}

/** The versions of a page, and whether there are more; `most` is one more than the page holds. */
async function pageOf(
  db: Queries,
  { type, id }: HistoryRequest,
  window: HistoryWindow,
  may: (type: string) => boolean = () => true,
) {
  const first = <Row>(rows: readonly Row[]) => rows.slice(0, window.most - 1)
  const isMore = ({ length }: readonly unknown[]) => length === window.most
  if (type !== undefined) {
    // Of one resource there is little to read; of a type it may be a thousand texts, which reads by key must not wait behind.
    const rows = await (id === undefined ? db.rows : db.quick)(historyOf(type, window))
    return { page: first(rows), more: isMore(rows) }
  }
  const places = await newestPlaces(db, window, RESOURCE_TYPES.filter(may))
  return { page: await readAll(db, first(places)), more: isMore(places) }
}

/** How many types one statement asks. */
const TYPES_TOGETHER = 16

/** Of the whole system, without the texts: a few types at a time, of which the newest are kept. */
async function newestPlaces(db: Queries, window: HistoryWindow, types: readonly string[]): Promise<Place[]> {
  let newest: Place[] = []
  for (let from = 0; from < types.length; from += TYPES_TOGETHER) {
    const found = await db.rows(placesOf(types.slice(from, from + TYPES_TOGETHER), window))
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
  let filter: HistoryFilter = {}
  let before: HistoryWindow['before']
  let count = DEFAULT_COUNT
  const ofForm: [string, string][] = []
  const kept: [string, string][] = []
  const ignored: Ignored[] = []
  for (const [at, [name, value]] of parameters.entries()) {
    const ignore = (why: Ignored['why']) => void ignored.push({ name, place: at + 1, why })
    if (name === '_format' || name === '_pretty') continue
    if (value === '') ignore('empty')
    else if (name === CURSOR) before = readPlace(value)
    else if (name === '_count') {
      count = Math.min(whole(name, value), MOST_COUNT)
      kept.push([name, String(count)])
    } else if (name === '_since') {
      filter = { ...filter, since: instant(name, value).low }
      kept.push([name, value])
    } else if (name === '_at') {
      const { low, high } = instant(name, value)
      filter = { ...filter, current: { from: low, until: high } }
      kept.push([name, value])
    } else if (name === '_summary' || name === '_elements') {
      if (name === '_summary' && value === 'count') count = 0
      else ofForm.push([name, value])
      kept.push([name, value])
    } else ignore('unsupported')
  }
  // In a history there is no entry that could say so: each must be a version.
  if (strict && ignored.length > 0) throw recordFaults['unknown-parameter'](undefined, problemsOf('history', ignored))
  return { filter, before, count, part: partOf('history', ofForm, false), kept }
}

function instant(parameter: string, value: string): { low: string; high: string } {
  const range = dateRange(withOffset(value))
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

/**
 * A version as the request that would make it: what came as a patch is an update here, since a patch could not be applied
 * without the version before it.
 */
function entryText(base: string, row: HistoryRow, part: Part | undefined): string {
  const { type, id, version, updated, body, created, posted } = row
  const url = `${base}/${type}/${id}`
  const method = body === null ? 'DELETE' : posted ? 'POST' : 'PUT'
  const status = statusText(body === null ? 204 : created ? 201 : 200)
  const requested = method === 'POST' ? type : `${type}/${id}`
  const about = JSON.stringify({
    request: { method, url: requested },
    response: { status, etag: `W/"${version}"`, lastModified: instantOf(updated) },
  })
  const resource = body === null ? '' : `"resource":${inPart(type, body, part)},`
  return `{"fullUrl":${JSON.stringify(url)},${resource}${about.slice(1)}`
}

function address({ base, type, id }: HistoryRequest, parameters: readonly (readonly [string, string])[]): string {
  const path = [base, type, id, '_history'].filter((part) => part !== undefined).join('/')
  const text = new URLSearchParams(parameters as [string, string][]).toString()
  return text === '' ? path : `${path}?${text}`
}
