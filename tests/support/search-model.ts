/**
 * What a search must find, worked out the slow way: HL7's own FHIRPath engine evaluates the official expressions on every
 * resource, and each value is compared as the specification says. Shares nothing with the server's search.
 * https://hl7.org/fhir/R4/search.html
 */
import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Json } from './client.ts'

const require = createRequire(import.meta.url)
const fhirpath = require('fhirpath') as {
  compile(path: string, model: unknown): (resource: unknown) => unknown[]
}
const R4: unknown = require('fhirpath/fhir-context/r4')
const PACKAGE = join(import.meta.dirname, '../../node_modules/hl7.fhir.r4.examples')

type Kind = 'string' | 'token' | 'reference' | 'date' | 'number' | 'uri'
const KINDS: ReadonlySet<string> = new Set(['string', 'token', 'reference', 'date', 'number', 'uri'])

export interface Parameter {
  readonly code: string
  readonly kind: Kind
  readonly targets: readonly string[]
  readonly valuesIn: (resource: Json) => unknown[]
}

interface Definition {
  readonly id: string
  readonly code: string
  readonly type: string
  readonly base: readonly string[]
  readonly expression?: string
  readonly target?: readonly string[]
}

/** Expressions that select what is no value of their parameter's type: a schedule in words is no date. */
const NARROWED: Readonly<Record<string, string>> = {
  'CarePlan.activity.detail.scheduled':
    'CarePlan.activity.detail.scheduled.ofType(Period) | CarePlan.activity.detail.scheduled.ofType(Timing).repeat.bounds.ofType(Period)',
}

const DEFINITIONS: readonly Definition[] = readdirSync(PACKAGE)
  .filter((name) => name.startsWith('SearchParameter-'))
  .map((name) => JSON.parse(readFileSync(join(PACKAGE, name), 'utf8')) as Definition)
  .filter(({ base, expression, id }) => base !== undefined && expression !== undefined && !/extension|example/.test(id))

/** The parameters of `type`, as the definitions have them. */
export function parametersOf(type: string): Parameter[] {
  return DEFINITIONS.filter(
    ({ base, type: kind }) => KINDS.has(kind) && (base.includes(type) || base.includes('Resource')),
  ).map(({ code, type: kind, expression = '', target = [] }) => {
    const terms = expression.split(' | ').filter((term) => new RegExp(`^\\(?(${type}|Resource)\\.`).test(term.trim()))
    const readers = terms.map((term) => {
      const resolved = /\.where\(resolve\(\) is (\w+)\)/.exec(term)
      const bare = resolved === null ? term : term.replace(resolved[0], '')
      // R4 writes `as` where it means each of several, which FHIRPath calls ofType
      const each = bare.replace(/\((.+) as (\w+)\)/, '$1.ofType($2)').replace(/\.as\((\w+)\)/g, '.ofType($1)')
      const evaluate = fhirpath.compile(NARROWED[each] ?? each, R4)
      const only = resolved?.[1]
      const systems = systemsOf(term)
      return (resource: Json) =>
        evaluate(resource)
          .filter((value) => only === undefined || typeIn(value as Json) === only)
          .map((value) => (systems === undefined ? value : { implied: systems.get(String(value)), code: value }))
    })
    return {
      code,
      kind: kind as Kind,
      targets: target,
      valuesIn: (resource) =>
        readers
          .flatMap((read) => read(resource))
          .map(withoutExtension)
          .filter((value) => value !== undefined),
    }
  })
}

/** For each code of the value set that the definition of the code element at `path` requires, its system. */
function systemsOf(path: string): ReadonlyMap<string, string> | undefined {
  const type = /^(\w+)(?:\.\w+)+$/.exec(path.trim())?.[1]
  const element = type === undefined ? undefined : elementsOf(type).find((one) => one.path === path.trim())
  if (element?.type?.[0]?.code !== 'code' || element.binding?.strength !== 'required') return undefined
  return new Map((EXPANSIONS.get(element.binding.valueSet.split('|')[0] as string) ?? []).flatMap(codesIn))
}

const elements = new Map<string, readonly ElementDefinition[]>()

function elementsOf(type: string): readonly ElementDefinition[] {
  const known = elements.get(type)
  if (known !== undefined) return known
  const text = readFileSync(join(PACKAGE, `StructureDefinition-${type}.json`), 'utf8')
  const { snapshot } = JSON.parse(text) as { snapshot: { element: readonly ElementDefinition[] } }
  elements.set(type, snapshot.element)
  return snapshot.element
}

interface ElementDefinition {
  readonly path: string
  readonly type?: readonly { readonly code: string }[]
  readonly binding?: { readonly strength: string; readonly valueSet: string }
}

interface Contained {
  readonly system: string
  readonly code: string
  readonly contains?: readonly Contained[]
}

const codesIn = ({ code, system, contains = [] }: Contained): [string, string][] => [
  [code, system],
  ...contains.flatMap(codesIn),
]

const EXPANSIONS = new Map(
  (
    JSON.parse(readFileSync(join(PACKAGE, 'Bundle-valueset-expansions.json'), 'utf8')) as {
      entry: { resource: { url: string; expansion?: { contains?: Contained[] } } }[]
    }
  ).entry.map(({ resource }) => [resource.url, resource.expansion?.contains ?? []]),
)

/** Some expressions end at an extension: what it holds is meant. */
function withoutExtension(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('url' in value)) return value ?? undefined
  return Object.entries(value).find(([name]) => /^value[A-Z]/.test(name))?.[1] ?? value
}

const typeIn = ({ reference }: Json): string | undefined => /([A-Za-z]+)\/[^/]+$/.exec(String(reference))?.[1]

/** Whether any value of a resource fits one of the query's alternatives. */
export function fits(
  { code, kind, targets }: Parameter,
  values: readonly unknown[],
  modifier: string,
  query: string,
): boolean {
  if (modifier === 'missing') return values.some((value) => isComparable(kind, value)) === (query === 'false')
  const wanted = query.split(',')
  const any = (one: (value: unknown, text: string) => boolean) =>
    values.some((value) => wanted.some((text) => one(value, text)))
  switch (kind) {
    case 'token':
      return any(code === '_id' ? (value, text) => value === text : isToken) !== (modifier === 'not')
    case 'string':
      return any((value, text) => stringsIn(value).some((held) => isString(held, text, modifier)))
    case 'uri':
      return any((value, text) => value === text)
    case 'reference':
      return any((value, text) => isReference(value, text, modifier, targets))
    case 'date':
      return any((value, text) => rangesIn(value).some((range) => inPrefix(range, text, dateRange)))
    case 'number':
      return any((value, text) => typeof value === 'number' && isNumber(value, text))
  }
}

/** Whether there is something in a value to compare with: a concept may be text alone, a reference words alone. */
export function isComparable(kind: Kind, value: unknown): boolean {
  switch (kind) {
    case 'token':
      return tokensIn(value).some(({ system, code }) => system !== undefined || code !== undefined)
    case 'string':
      return stringsIn(value).length > 0
    case 'reference': {
      const { reference, identifier } = (typeof value === 'string' ? { reference: value } : value) as Json
      return (reference !== undefined && !String(reference).startsWith('#')) || identifier !== undefined
    }
    case 'date':
      return rangesIn(value).length > 0
    default:
      return true
  }
}

interface Token {
  readonly system: string | undefined
  readonly code: string | undefined
  /** The system of a code element, which does not say it itself. */
  readonly implied?: string | undefined
}

const CONTACT_SYSTEMS = new Set<unknown>(['phone', 'fax', 'email', 'pager', 'url', 'sms', 'other'])

export function tokensIn(value: unknown): Token[] {
  if (typeof value !== 'object' || value === null) return [{ system: undefined, code: String(value) }]
  if ('implied' in value) return [{ system: undefined, ...(value as { implied: string; code: string }) }]
  const { coding, system, code, use, value: number } = value as Record<string, unknown>
  if (Array.isArray(coding)) return coding.flatMap(tokensIn)
  // Of a telephone number or an address of e-mail, R4 takes the use for the token's system.
  if (CONTACT_SYSTEMS.has(system)) return [{ system: use as string | undefined, code: number as string | undefined }]
  return [{ system: system as string | undefined, code: (code ?? number) as string | undefined }]
}

/** Systems in which case makes a difference, as they say themselves; of UCUM the specification says it. */
const CASE_SENSITIVE = new Set(
  readdirSync(PACKAGE)
    .filter((name) => name.startsWith('CodeSystem-'))
    .map((name) => JSON.parse(readFileSync(join(PACKAGE, name), 'utf8')) as { url: string; caseSensitive?: boolean })
    .flatMap(({ url, caseSensitive }) => (caseSensitive ? [url] : [])),
).add('http://unitsofmeasure.org')

function isToken(value: unknown, text: string): boolean {
  const bar = text.indexOf('|')
  const wanted = text.slice(bar + 1)
  const named = text.slice(0, Math.max(bar, 0))
  return tokensIn(value).some(({ system = '', code, implied }) => {
    const same = CASE_SENSITIVE.has(named) ? code === wanted : code?.toLowerCase() === wanted.toLowerCase()
    return (bar < 0 || named === system || named === implied) && (same || (wanted === '' && named !== ''))
  })
}

const PARTS = [
  'text',
  'family',
  'given',
  'prefix',
  'suffix',
  'line',
  'city',
  'district',
  'state',
  'postalCode',
  'country',
]

export function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return PARTS.flatMap((part) => ((value as Json)[part] as string | string[] | undefined) ?? [])
}

const folded = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().replace(/\s+/g, ' ').trim()

function isString(held: string, text: string, modifier: string): boolean {
  if (modifier === 'exact') return held === text
  return modifier === 'contains' ? folded(held).includes(folded(text)) : folded(held).startsWith(folded(text))
}

function isReference(value: unknown, text: string, modifier: string, targets: readonly string[]): boolean {
  if (typeof value === 'string') return value === text || value.split('|')[0] === text
  const { reference, identifier } = value as { reference?: string; identifier?: Json }
  if (modifier === 'identifier') return identifier !== undefined && isToken(identifier, text)
  if (reference === undefined) return false
  if (text.includes('/')) return reference === text
  const [type, id] = reference.split('/')
  return id === text && (modifier === '' ? targets.includes(type as string) : type === modifier)
}

interface Range {
  readonly low: number
  readonly high: number
}

/** `[low, high)` in milliseconds. */
export function dateRange(text: string): Range {
  const low = Date.parse(/T\d\d:\d\d$/.test(text) ? `${text}Z` : text)
  const next = new Date(low)
  if (/^\d{4}$/.test(text)) next.setUTCFullYear(next.getUTCFullYear() + 1)
  else if (/^\d{4}-\d\d$/.test(text)) next.setUTCMonth(next.getUTCMonth() + 1)
  else if (/^\d{4}-\d\d-\d\d$/.test(text)) next.setUTCDate(next.getUTCDate() + 1)
  else next.setTime(low + (/\.\d/.test(text) ? 1 : /T\d\d:\d\d:\d\d/.test(text) ? 1000 : 60_000))
  return { low, high: next.getTime() }
}

export function rangesIn(value: unknown): Range[] {
  if (typeof value === 'string') return /^\d{4}(-|$)/.test(value) ? [dateRange(value)] : []
  const { start, end, event } = value as { start?: string; end?: string; event?: string[] }
  if (event !== undefined) return event.map(dateRange)
  if (start === undefined && end === undefined) return []
  return [
    {
      low: start === undefined ? Number.NEGATIVE_INFINITY : dateRange(start).low,
      high: end === undefined ? Number.POSITIVE_INFINITY : dateRange(end).high,
    },
  ]
}

/** https://hl7.org/fhir/R4/search.html#prefix, word for word. */
function inPrefix({ low, high }: Range, text: string, rangeOf: (text: string) => Range): boolean {
  const [, prefix = 'eq', rest = ''] = /^(eq|ne|gt|lt|ge|le|sa|eb)?(.*)$/.exec(text) ?? []
  const wanted = rangeOf(rest)
  const contained = low >= wanted.low && high <= wanted.high
  const above = high > wanted.high
  const below = low < wanted.low
  const holds: Readonly<Record<string, boolean>> = {
    eq: contained,
    ne: !contained,
    gt: above,
    lt: below,
    ge: above || contained,
    le: below || contained,
    sa: low >= wanted.high,
    eb: high <= wanted.low,
  }
  return holds[prefix] as boolean
}

/** https://hl7.org/fhir/R4/search.html#number: equality is to the digits given, order is exact. */
function isNumber(value: number, text: string): boolean {
  const [, prefix = 'eq', rest = ''] = /^(eq|ne|gt|lt|ge|le|sa|eb)?(.*)$/.exec(text) ?? []
  const wanted = Number(rest)
  const half = 0.5 * 10 ** -(rest.split('.')[1]?.length ?? 0)
  // 0.8 + 0.05 is 0.8500000000000001 in binary.
  const decimal = (sum: number) => Number(sum.toPrecision(15))
  const equal = value >= decimal(wanted - half) && value < decimal(wanted + half)
  const holds: Readonly<Record<string, boolean>> = {
    eq: equal,
    ne: !equal,
    gt: value > wanted,
    lt: value < wanted,
    ge: value >= wanted,
    le: value <= wanted,
    sa: value > wanted,
    eb: value < wanted,
  }
  return holds[prefix] as boolean
}
