/**
 * A search request, understood. https://hl7.org/fhir/R4/search.html
 *
 * Purely from the parameters and the definitions: what can't be understood is found here, before the database is asked.
 */
import { isResourceType, type SearchParameter, searchParameters } from '#fhir'
import { recordFaults } from '../faults.ts'
import { type Ignored, problemsOf } from './ignored.ts'

export interface Filter {
  readonly parameter: SearchParameter
  readonly modifier: string | undefined
  /** Any of these; as sent, unescaped only where the parameter's type splits further. */
  readonly values: readonly string[]
}

export interface Include {
  readonly reverse: boolean
  readonly iterate: boolean
  /** The type that holds the reference. */
  readonly source: string
  /** `*` for all. */
  readonly code: string
  readonly target: string | undefined
}

export interface Query {
  readonly type: string
  readonly filters: readonly Filter[]
  readonly sort: readonly { readonly parameter: SearchParameter; readonly descending: boolean }[]
  readonly includes: readonly Include[]
  readonly count: number
  readonly total: 'none' | 'estimate' | 'accurate'
  readonly summary: 'true' | 'text' | 'data' | 'count' | 'false'
  readonly elements: readonly string[]
  readonly cursor: string | undefined
  /** Parameters that were understood, with what was made of them: for the self link. */
  readonly understood: readonly (readonly [string, string])[]
  readonly ignored: readonly Ignored[]
}

const MOST_VALUES = 1_000
const MOST_COUNT = 1_000
/** Conditions that must all hold: past some dozens PostgreSQL plans longer than it searches. */
const MOST_FILTERS = 50
const MOST_SORTS = 10
/** Each is a statement of its own, and with `:iterate` one for each round. */
const MOST_INCLUDES = 50
const DEFAULT_COUNT = 20
export const CURSOR = '_cursor'

const MODIFIERS: Readonly<Record<string, readonly string[]>> = {
  string: ['exact', 'contains', 'missing'],
  token: ['not', 'missing'],
  reference: ['identifier', 'missing'],
  date: ['missing'],
  number: ['missing'],
  uri: ['missing'],
}

/** Whether whoever asks may ask by a parameter. */
export type MayAsk = (type: string, parameter: SearchParameter) => boolean

/** Parameters about the answer that the door has seen to. */
const OF_THE_DOOR = new Set(['_format', '_pretty'])

/** As much as an address takes, and the header in which criteria come; a Bundle's addresses are bounded by nothing else. */
const LONGEST_QUERY = 64 * 1024

/** The parameters of a query that stands in a Bundle or a header. Throws `record/query-too-long`. */
export function parametersIn(query: string): [string, string][] {
  if (query.length > LONGEST_QUERY) throw recordFaults['query-too-long']({ longest: LONGEST_QUERY })
  return [...new URLSearchParams(query)]
}

/** A date as it was meant: the + of its offset, sent without being escaped, has become a space. */
export const withOffset = (date: string): string => date.replace(/ (?=\d\d:\d\d$)/, '+')

/**
 * Understands `parameters` for `type`. Throws `record/unknown-parameter` when `strict`, `record/unknown-modifier` even when
 * not, `record/bad-parameter` for values in the wrong form.
 */
export function understand(
  type: string,
  parameters: readonly (readonly [string, string])[],
  strict: boolean,
  mayAsk: MayAsk = () => true,
): Query {
  const filters: Filter[] = []
  const sort: { parameter: SearchParameter; descending: boolean }[] = []
  const includes: Include[] = []
  const understood: (readonly [string, string])[] = []
  const ignored: Ignored[] = []
  const answer = {
    count: DEFAULT_COUNT,
    total: 'none' as Query['total'],
    summary: 'false' as Query['summary'],
    elements: [] as string[],
    cursor: undefined as string | undefined,
  }
  let values = 0

  for (const [at, [name, value]] of parameters.entries()) {
    if (OF_THE_DOOR.has(name)) continue
    // What the self link says of it: what was done, not what was asked.
    let done: string | undefined = value
    const ignore = (why: Ignored['why']): void => {
      ignored.push({ name, place: at + 1, why })
      done = undefined
    }
    if (value === '') ignore('empty')
    else if (name === CURSOR) {
      answer.cursor = value
      done = undefined
    } else if (name === '_type') {
      // Part of the links of a search of the whole system; a search of one type is of no other.
      if (value !== type) ignore('unsupported')
    } else if (name === '_count') {
      answer.count = Math.min(whole(name, value), MOST_COUNT)
      done = String(answer.count)
    } else if (name === '_total') answer.total = oneOf(name, value, ['none', 'estimate', 'accurate'])
    else if (name === '_summary') answer.summary = oneOf(name, value, ['true', 'text', 'data', 'count', 'false'])
    else if (name === '_elements') {
      const elements = elementsIn(value)
      atMost(MOST_VALUES, answer.elements.length + elements.length)
      answer.elements.push(...elements)
    } else if (name === '_sort') {
      atMost(MOST_SORTS, sort.length + value.split(',').length)
      const keys = value.split(',')
      const sortable = keys.filter((key) => {
        const descending = key.startsWith('-')
        const parameter = searchParameters(type).get(descending ? key.slice(1) : key)
        return (
          parameter !== undefined &&
          isSortable(parameter) &&
          mayAsk(type, parameter) &&
          sort.push({ parameter, descending })
        )
      })
      if (sortable.length < keys.length) ignore('unsortable')
      // The next page must be sorted like this one.
      if (sortable.length > 0) done = sortable.join(',')
    } else if (/^_(rev)?include(:iterate|:recurse)?$/.test(name)) {
      const include = includeOf(type, name, value)
      if (include === undefined) ignore('no-reference')
      else atMost(MOST_INCLUDES, includes.push(include))
    } else {
      const filter = filterOf(type, name, value)
      if (filter === undefined) ignore(hasOtherModifier(type, name) ? 'modifier' : 'unsupported')
      else if (!mayAsk(type, filter.parameter)) ignore('unsupported')
      else {
        values += filter.values.length
        atMost(MOST_VALUES, values)
        atMost(MOST_FILTERS, filters.push(filter))
      }
    }
    if (done !== undefined) understood.push([name, done])
  }
  if (strict && ignored.length > 0) throw recordFaults['unknown-parameter'](undefined, problemsOf(type, ignored))
  const modified = ignored.filter(({ why }) => why === 'modifier')
  if (modified.length > 0) throw recordFaults['unknown-modifier'](undefined, problemsOf(type, modified))
  return { type, filters, sort, includes, understood, ignored, ...answer }
}

function atMost(most: number, count: number): void {
  if (count > most) throw recordFaults['too-many-values']({ most })
}

/** What a resource has one column or string of to be sorted by: see sort.ts. */
const isSortable = ({ code, type }: SearchParameter): boolean =>
  code === '_id' || type === 'string' || type === 'date' || type === 'number'

export function whole(parameter: string, value: string): number {
  if (!/^\d{1,9}$/.test(value)) throw recordFaults['bad-parameter']({ parameter, expected: 'a whole number' })
  return Number(value)
}

export function oneOf<T extends string>(parameter: string, value: string, choices: readonly T[]): T {
  const found = choices.find((one) => one === value)
  if (found === undefined) throw recordFaults['bad-parameter']({ parameter, expected: `one of ${choices.join(', ')}` })
  return found
}

export const elementsIn = (value: string): string[] => value.split(',').map((element) => element.trim())

function filterOf(type: string, name: string, value: string): Filter | undefined {
  const [code, modifier, ...more] = name.split(':') as [string, string?, ...string[]]
  if (more.length > 0) return undefined
  const parameter = searchParameters(type).get(code)
  const modifiers = parameter && MODIFIERS[parameter.type]
  if (parameter === undefined || modifiers === undefined) return undefined
  const byType = parameter.type === 'reference' && modifier !== undefined && isResourceType(modifier)
  if (modifier !== undefined && !byType && !modifiers.includes(modifier)) return undefined
  if (modifier === 'missing') oneOf(name, value, ['true', 'false'])
  // PostgreSQL's text can't hold it, and no resource does.
  if (value.includes('\0')) throw recordFaults['bad-parameter']({ parameter: code, expected: 'text without NUL' })
  const values = splitUnescaped(value, ',')
  // An empty beginning would match every string that there is.
  if (values.includes(''))
    throw recordFaults['bad-parameter']({ parameter: code, expected: 'free of empty alternatives' })
  return { parameter, modifier, values }
}

/**
 * Whether a parameter that is searched by has a modifier by which it isn't. To pass over the whole of it would find what was
 * not asked for, and is forbidden: https://hl7.org/fhir/R4/search.html#modifiers. A chain is none.
 */
function hasOtherModifier(type: string, name: string): boolean {
  const [code = '', modifier] = name.split(':', 2)
  const parameter = searchParameters(type).get(code)
  return parameter !== undefined && parameter.type in MODIFIERS && modifier !== undefined && !modifier.includes('.')
}

function includeOf(type: string, name: string, value: string): Include | undefined {
  const [source, code, target, ...more] = value.split(':') as [string, string?, string?, ...string[]]
  const reverse = name.startsWith('_rev')
  const iterate = /:(iterate|recurse)$/.test(name)
  if (!isResourceType(source) || code === undefined || more.length > 0) return undefined
  if (!reverse && !iterate && source !== type) return undefined
  if (target !== undefined && !isResourceType(target)) return undefined
  if (code !== '*' && searchParameters(source).get(code)?.type !== 'reference') return undefined
  return { reverse, iterate, source, code, target }
}

/** Splits at `separator` where no backslash stands before it; the backslashes stay. */
export function splitUnescaped(value: string, separator: string): string[] {
  if (!value.includes('\\')) return value.split(separator)
  const parts = ['']
  for (let at = 0; at < value.length; at++) {
    const character = value[at] as string
    if (character === '\\') parts[parts.length - 1] += character + (value[++at] ?? '')
    else if (character === separator) parts.push('')
    else parts[parts.length - 1] += character
  }
  return parts
}

/** `\,` `\|` `\$` `\\` as what they stand for. */
export const unescaped = (value: string): string => (value.includes('\\') ? value.replace(/\\([,|$\\])/g, '$1') : value)
