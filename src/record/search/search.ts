/** Searching one type, which `_type` may name. https://hl7.org/fhir/R4/search.html */
import { FHIR_ID, subset } from '#fhir'
import type { Queries } from '#foundation/database.ts'
import { newId } from '#foundation/ids.ts'
import type { Sql } from '#foundation/sql.ts'
import type { View } from '../access/view.ts'
import { checkType } from '../admit.ts'
import { recordFaults } from '../faults.ts'
import { keys } from '../index/hash.ts'
import { type Table, tableOf } from '../index/table.ts'
import { Left } from '../left.ts'
import type { SearchRequest } from '../record.ts'
import { keysByIndex, keysByRow } from '../statements/conditions.ts'
import {
  chartMatches,
  countMatches,
  type MatchRow,
  matches,
  matchingIds,
  onePatient,
  type Selection,
} from '../statements/search.ts'
import { type Entry, type Link, searchset } from './bundle-text.ts'
import { conditionOf } from './conditions.ts'
import { type Cursor, readCursor, writeCursor } from './cursor.ts'
import { problemsOf } from './ignored.ts'
import { type Item, included, shownOf } from './include.ts'
import { CURSOR, type Filter, type MayAsk, parametersIn, type Query, understand } from './query.ts'
import { beyond, type Order, orderOf, placeOf } from './sort.ts'

/** A searchset Bundle, of which type it is, and what it lets out. */
interface Searched {
  readonly text: string
  readonly type: string
  readonly left: Left
}

/** Answers `request` with a searchset Bundle. */
export async function search(db: Queries, request: SearchRequest, view: View | undefined): Promise<Searched> {
  const type = request.type ?? onlyType(request)
  view?.require(checkType(type), 'search')
  const query = understand(checkType(type), request.parameters, request.strict, mayAsk(view))
  const table = tableOf(type)
  const left = leftBy(query, table)
  const chart = query.filters.find((filter) => isOnePatient(table, filter))
  const inChart = chart !== undefined
  const anyKey = inChart ? keysByRow : keysByIndex
  const conditions = [
    ...query.filters.map((filter) => conditionOf(type, filter, request.base, anyKey)),
    ...within(view, type, chart),
  ]
  if (query.summary === 'count' || query.count === 0) {
    return { type, left, text: searchset([], [selfLink(request, query)], await count(db, type, conditions)) }
  }

  const order = orderOf(table, query)
  const cursor = query.cursor === undefined ? undefined : readCursor(query.cursor, order.keys)
  const page = await readPage({ db, table, query, inChart }, conditions, order, cursor)
  const found = page.rows.map((row): Item => ({ type, ...row }))
  const items = view === undefined ? found : await shownOf(db, view, 'search', found)
  const more = query.includes.length > 0 ? await included(db, query.includes, items, view) : NOTHING_MORE

  for (const item of [...items, ...more.items]) left.add(item)
  const entries = [
    ...items.map((item) => entryOf(item, 'match', request, query)),
    ...more.items.map((item) => entryOf(item, 'include', request, query)),
    ...outcome(query, more.complete),
  ]
  const wholeAnswer = cursor === undefined && !page.next
  const total = wholeAnswer ? items.length : query.total === 'none' ? undefined : await count(db, type, conditions)
  return { type, left, text: searchset(entries, links(request, query, order, page), total) }
}

const NOTHING_MORE = { items: [], complete: true }

const CHART = /^(?:Patient\/)?([A-Za-z0-9.-]{1,64})$/
const PATIENT = /^Patient\/([A-Za-z0-9.-]{1,64})$/

const mayAsk = (view: View | undefined): MayAsk | undefined =>
  view && ((type, parameter) => view.mayAskBy(type, parameter))

/** What is within reach, as a condition; in one patient's chart that is asked once of the patient, not of each row. */
function within(view: View | undefined, type: string, chart: Filter | undefined): Sql[] {
  // `subject=7` may be a Group as well: then the row says whose it is.
  const isPatient = chart?.modifier === 'Patient' || chart?.parameter.code === 'patient'
  const [, id] = (isPatient ? CHART : PATIENT).exec(chart?.values[0] ?? '') ?? []
  const condition = view?.condition(type, 'search', id === undefined ? undefined : onePatient(id))
  return condition === undefined ? [] : [condition]
}

/** Also that there is nothing of what is asked for about a patient is something about them. */
function leftBy({ type, filters }: Query, table: Table): Left {
  const left = new Left(type)
  for (const filter of filters) for (const id of patientsNamed(table, filter)) left.addPatient(`Patient/${id}`)
  return left
}

function patientsNamed(table: Table, { parameter, modifier, values }: Filter): string[] {
  const { type, code } = parameter
  if (type !== 'reference' || (modifier !== undefined && modifier !== 'Patient')) return []
  const unless = modifier === 'Patient' || code === 'patient' || table.patient.has(code) ? 'Patient' : undefined
  return values.flatMap((value) => {
    const [id = '', named = unless] = value.split('/').reverse()
    return named === 'Patient' && FHIR_ID.test(id) ? [id] : []
  })
}

/** The ids of what `criteria` match, at most two: for conditional interactions. Throws `record/no-criteria` when nothing in them selects. */
export async function matching(
  db: Pick<Queries, 'rows'>,
  type: string,
  criteria: string,
  base: string,
  view: View | undefined,
): Promise<string[]> {
  view?.require(checkType(type), 'search')
  const parameters = parametersIn(criteria).filter(([name]) => !/^_(format|pretty|count|sort|summary)$/.test(name))
  const query = understand(checkType(type), parameters, true, mayAsk(view))
  if (query.filters.length === 0) throw recordFaults['no-criteria']()
  const conditions = [
    ...query.filters.map((filter) => conditionOf(type, filter, base)),
    ...within(view, type, undefined),
  ]
  return (await db.rows(matchingIds(type, conditions, 2))).map(({ id }) => id)
}

function onlyType({ parameters }: SearchRequest): string {
  const types = parameters.filter(([name]) => name === '_type').flatMap(([, value]) => value.split(','))
  if (types.length !== 1) throw recordFaults['type-needed']()
  return types[0] as string
}

const count = async (db: Queries, type: string, conditions: readonly Sql[]): Promise<number> =>
  Number((await db.rows(countMatches(type, conditions)))[0]?.n ?? 0)

interface Asked {
  readonly db: Queries
  readonly table: Table
  readonly query: Query
  /** Whether all matches are in one patient's chart. */
  readonly inChart: boolean
}

interface Page {
  readonly rows: readonly MatchRow[]
  readonly next: boolean
  readonly previous: boolean
}

/** One more than a page is read, which tells whether there is a next one. */
async function readPage(
  asked: Asked,
  conditions: readonly Sql[],
  order: Order,
  cursor: Cursor | undefined,
): Promise<Page> {
  const { table, query } = asked
  const backwards = cursor?.backwards ?? false
  const selection: Selection = {
    type: table.type,
    conditions: cursor === undefined ? conditions : [...conditions, beyond(order.keys, cursor.place, backwards)],
    places: order.places,
    sorted: order.columns,
    order: backwards ? order.backwards : order.forwards,
    most: query.count + 1,
  }
  const rows = await select(asked, selection)
  const further = rows.length > query.count
  const kept = rows.slice(0, query.count)
  return backwards
    ? { rows: kept.reverse(), next: true, previous: further }
    : { rows: kept, next: further, previous: cursor !== undefined }
}

/**
 * A chart is small whatever the size of the hospital: a search within one patient goes by prepared statement and the
 * indexes that begin with the patient. Every other search is planned for its values.
 */
function select({ db, table, query, inChart }: Asked, selection: Selection): Promise<MatchRow[]> {
  if (!inChart) return db.rows(matches(selection))
  const codes = chartCodes(table, query)
  return db.shared(codes === undefined ? matches(selection) : chartMatches(selection, codes))
}

const isOnePatient = (table: Table, { parameter, modifier, values }: Filter): boolean =>
  table.patient.has(parameter.code) && values.length === 1 && (modifier === undefined || modifier === 'Patient')

/** The keys of the chart's main code, when the search names it and is sorted by the chart's date or not at all. */
function chartCodes(table: Table, query: Query): string[] | undefined {
  const filter = query.filters.find(
    ({ parameter, modifier }) => parameter.code === table.code && modifier === undefined,
  )
  if (filter === undefined || table.code === undefined) return undefined
  const codes = filter.values.map((value) => value.slice(value.indexOf('|') + 1))
  if (codes.some((code) => code === '' || code.includes('\\'))) return undefined
  return codes.map((code) => keys.coding(table.code as string, undefined, code).value)
}

function entryOf({ type, id, body }: Item, mode: Entry['mode'], { base }: SearchRequest, query: Query): Entry {
  const { summary, elements } = query
  const reduced = summary !== 'false' || elements.length > 0
  const how = { ...(summary === 'false' ? {} : { summary }), ...(elements.length > 0 ? { elements } : {}) }
  return { fullUrl: `${base}/${type}/${id}`, text: reduced ? subset(type, body, how) : body, mode }
}

/** Says what was not done as asked; nothing when all was. */
function outcome({ type, ignored }: Query, complete: boolean): Entry[] {
  const issue = [
    ...problemsOf(type, ignored).map(({ code, says }) => warning(code, `${says} It was ignored.`)),
    ...(complete ? [] : [warning('incomplete', MORE_TO_INCLUDE)]),
  ]
  if (issue.length === 0) return []
  return [
    {
      fullUrl: `urn:uuid:${newId()}`,
      text: JSON.stringify({ resourceType: 'OperationOutcome', issue }),
      mode: 'outcome',
    },
  ]
}

const MORE_TO_INCLUDE = 'There was more to include than one answer holds; ask for fewer matches at a time.'

const warning = (code: string, text: string) => ({ severity: 'warning', code, details: { text }, diagnostics: text })

const selfLink = (request: SearchRequest, query: Query): Link => ({
  relation: 'self',
  url: address(request, query.understood),
})

function address({ base, type }: SearchRequest, parameters: readonly (readonly [string, string])[]): string {
  const path = type === undefined ? base : `${base}/${type}`
  const text = parameters.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&')
  return text === '' ? path : `${path}?${text}`
}

function links(request: SearchRequest, query: Query, order: Order, { rows, next, previous }: Page): Link[] {
  const page = (relation: Link['relation'], row: MatchRow, backwards: boolean): Link => ({
    relation,
    url: address(request, [...query.understood, [CURSOR, writeCursor({ place: placeOf(order, row), backwards })]]),
  })
  const first = rows[0]
  const last = rows.at(-1)
  return [
    selfLink(request, query),
    ...(next || previous ? [{ relation: 'first' as const, url: address(request, query.understood) }] : []),
    ...(previous && first ? [page('previous', first, true)] : []),
    ...(next && last ? [page('next', last, false)] : []),
  ]
}
