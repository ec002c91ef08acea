/**
 * A search for AuditEvents, understood: what the ledger can be asked for by its words, and what is looked at in each entry
 * that these leave. https://hl7.org/fhir/R4/auditevent.html#search
 */
import { dateRange, foldString } from '#fhir'
import { auditFaults } from '../faults.ts'
import type { AuditSearch } from '../ledger/search.ts'
import type { Filter } from '../ledger/tokens.ts'
import { ACTIONS, type Action, type AuditEntry } from '../terms.ts'
import { CLIENTS, PERSONS } from './audit-event.ts'
import { CODES, type Coding, OUTCOMES_OF, type OutcomeCode, outcomeCode } from './codes.ts'

type Check = (entry: AuditEntry) => boolean

export interface EventQuery {
  readonly narrowed: AuditSearch
  readonly checks: readonly Check[]
  /** Who is asked about. */
  readonly patients: readonly string[]
  readonly part: EventPart | undefined
  readonly count: number
  readonly total: boolean
  /** Only the number is wanted. */
  readonly onlyTotal: boolean
  /** Parameters that aren't known here. */
  readonly ignored: readonly string[]
}

/** https://hl7.org/fhir/R4/search.html#summary and #elements */
export interface EventPart {
  readonly summary?: 'true' | 'text' | 'data'
  readonly elements?: readonly string[]
}

/** Which part of each event is asked for; nothing: the whole. Throws `audit/bad-event-search`. */
export function eventPart(parameters: readonly (readonly [string, string])[]): EventPart | undefined {
  let part: EventPart | undefined
  for (const [name, value] of parameters) {
    if (name === '_elements') part = { ...part, elements: value.split(',').map((element) => element.trim()) }
    if (name !== '_summary' || value === 'false' || value === 'count') continue
    if (value !== 'true' && value !== 'text' && value !== 'data')
      throw bad('_summary takes true, text, data, count or false.')
    part = { ...part, summary: value }
  }
  return part
}

export const CURSOR = '_cursor'
const USUAL_COUNT = 50
const MOST_COUNT = 1_000
const MOST_VALUES = 100

/** What the CapabilityStatement lists, with the type of each. */
export const EVENT_PARAMETERS = {
  _id: 'token',
  _lastUpdated: 'date',
  action: 'token',
  address: 'string',
  agent: 'reference',
  'agent-name': 'string',
  date: 'date',
  entity: 'reference',
  outcome: 'token',
  patient: 'reference',
  subtype: 'token',
  type: 'token',
} as const
type Name = keyof typeof EVENT_PARAMETERS

interface Found {
  any: (readonly (readonly [Filter, string])[])[]
  checks: Check[]
  ids: string[] | undefined
  low: number
  high: number
}

/**
 * Reads parameters as they were sent, values of one separated by commas. What isn't known is ignored and listed. Throws
 * `audit/bad-event-search`.
 */
export function readEventQuery(parameters: readonly (readonly [string, string])[]): EventQuery {
  const found: Found = {
    any: [],
    checks: [],
    ids: undefined,
    low: Number.NEGATIVE_INFINITY,
    high: Number.POSITIVE_INFINITY,
  }
  const ignored: string[] = []
  let count = USUAL_COUNT
  let before: number | undefined
  let total = false
  let onlyTotal = false
  for (const [name, value] of parameters) {
    if (value === '') continue
    if (name === '_count') count = Math.min(whole(name, value), MOST_COUNT)
    else if (name === CURSOR) before = whole(name, value)
    else if (name === '_total') total = value !== 'none'
    else if (name === '_summary' && value === 'count') onlyTotal = true
    else if (name === '_summary' || name === '_elements') continue
    else if (name === '_sort') newestFirst(value)
    else if (!filter(found, name, value)) ignored.push(name)
  }
  const { any, checks, ids, low, high } = found
  return {
    narrowed: {
      any,
      ...(ids !== undefined && { ids }),
      ...(low !== Number.NEGATIVE_INFINITY && { from: new Date(low).toISOString() }),
      ...(high !== Number.POSITIVE_INFINITY && { to: new Date(high).toISOString() }),
      ...(before !== undefined && { before }),
    },
    checks,
    patients: any
      .flat()
      .flatMap(([word, value]) => (word === 'patient' && value.startsWith('Patient/') ? [value] : [])),
    part: eventPart(parameters),
    count,
    total,
    onlyTotal: onlyTotal || count === 0,
    ignored,
  }
}

const bad = (why: string) => auditFaults['bad-event-search']({ why })

function whole(name: string, value: string): number {
  if (!/^\d{1,15}$/.test(value)) throw bad(`${name} takes a whole number.`)
  return Number(value)
}

function newestFirst(value: string): void {
  if (value !== '-date')
    throw bad('AuditEvents come in the order in which they were sealed, newest first: _sort=-date.')
}

/** Whether the parameter is one of ours. */
function filter(found: Found, parameter: string, value: string): boolean {
  const [name = '', modifier] = parameter.split(':', 2) as [string, string?]
  const read = READERS[name as Name]?.[modifier ?? '']
  if (read === undefined) return false
  const values = value.split(/(?<!\\),/).map((one) => one.replace(/\\([,|$\\])/g, '$1'))
  if (values.length > MOST_VALUES) throw bad(`${name} takes at most ${MOST_VALUES} values.`)
  read(found, values)
  return true
}

type Read = (found: Found, values: readonly string[]) => void

/** By name and modifier. */
const READERS: Readonly<Record<Name, Readonly<Record<string, Read>>>> = {
  _id: {
    '': (found, values) => {
      const wanted = found.ids
      found.ids = wanted === undefined ? [...values] : wanted.filter((id) => values.includes(id))
    },
  },
  action: { '': (found, values) => byActions(found, ({ action }) => values.some((value) => value === action)) },
  type: { '': (found, values) => byActions(found, ({ type }) => values.some((value) => isCoding(value, type))) },
  subtype: {
    '': (found, values) => byActions(found, ({ subtype }) => values.some((value) => isCoding(value, subtype))),
  },
  outcome: { '': byOutcome },
  date: { '': byDates },
  // None is ever changed after it was recorded.
  _lastUpdated: { '': byDates },
  patient: { '': byPatient, Patient: byPatient },
  agent: { '': byAgent, identifier: byAgent },
  'agent-name': {
    '': byText(
      (entry) => entry.actor.name,
      (name, value) => name.startsWith(value),
    ),
    contains: byText(
      (entry) => entry.actor.name,
      (name, value) => name.includes(value),
    ),
    exact: byExactly((entry) => entry.actor.name),
  },
  address: {
    '': byText(
      (entry) => entry.address,
      (address, value) => address.startsWith(value),
    ),
    contains: byText(
      (entry) => entry.address,
      (address, value) => address.includes(value),
    ),
    exact: byExactly((entry) => entry.address),
  },
  entity: { '': byEntity },
}

function byActions(found: Found, holds: (codes: (typeof CODES)[Action]) => boolean): void {
  const actions = ACTIONS.filter((action) => holds(CODES[action]))
  // None is none: an empty list of words finds nothing.
  found.any.push(actions.map((action) => ['action', action] as const))
}

/** `code`, `system|code`, `system|` or `|code`. */
function isCoding(value: string, { system, code }: Coding): boolean {
  const at = value.indexOf('|')
  if (at < 0) return value === code
  return value.slice(0, at) === system && (at === value.length - 1 || value.slice(at + 1) === code)
}

const OUTCOME_SYSTEM = 'http://terminology.hl7.org/CodeSystem/audit-event-outcome'

function byOutcome(found: Found, values: readonly string[]): void {
  const codes = (Object.keys(OUTCOMES_OF) as OutcomeCode[]).filter((code) =>
    values.some((value) => isCoding(value, { system: OUTCOME_SYSTEM, code })),
  )
  found.any.push(codes.flatMap((code) => OUTCOMES_OF[code].map((outcome) => ['outcome', outcome] as const)))
  if (codes.includes('8') !== codes.includes('12')) found.checks.push((entry) => codes.includes(outcomeCode(entry)))
}

function byDates(found: Found, values: readonly string[]): void {
  const [value = ''] = values
  if (values.length > 1) throw bad('A date is one value; repeat it for a range: date=ge2026-11-01&date=lt2026-12-01.')
  byDate(found, value)
}

function byDate(found: Found, value: string): void {
  const [, prefix = 'eq', date = ''] = /^(eq|ne|gt|lt|ge|le|sa|eb)?(\d.*)$/.exec(value) ?? []
  const range = dateRange(date)
  if (range === undefined)
    throw bad(
      'A date is a day, month, year or instant, with eq, ne, gt, ge, lt, le, sa or eb before it, such as ge2026-11-25.',
    )
  const { low, high } = range
  if (prefix === 'eq' || prefix === 'ge') found.low = Math.max(found.low, low)
  if (prefix === 'gt' || prefix === 'sa') found.low = Math.max(found.low, high)
  if (prefix === 'eq' || prefix === 'le') found.high = Math.min(found.high, high)
  if (prefix === 'lt' || prefix === 'eb') found.high = Math.min(found.high, low)
  if (prefix === 'ne') found.checks.push(({ at }) => Date.parse(at) < low || Date.parse(at) >= high)
}

/** A relative reference of an absolute one; `1` is a Patient's. */
const relative = (reference: string): string =>
  /[A-Z][A-Za-z]+\/[^/]+(?:\/_history\/[^/]+)?$/.exec(reference)?.[0] ?? reference

function byPatient(found: Found, values: readonly string[]): void {
  found.any.push(
    values.map((value) => ['patient', value.includes('/') ? relative(value) : `Patient/${value}`] as const),
  )
}

/** `Practitioner/1`, a name by which they sign in, or that as an identifier with or without its system. */
function byAgent(found: Found, values: readonly string[]): void {
  const bare = (value: string) => {
    const [system = '', id] = value.split('|', 2) as [string, string?]
    if (id === undefined) return relative(value)
    return system === '' || system === PERSONS || system === CLIENTS ? id : undefined
  }
  found.any.push(values.flatMap((value) => bare(value) ?? []).map((id) => ['person', id] as const))
}

/** With a version only that one, without one any. */
function byEntity(found: Found, values: readonly string[]): void {
  const wanted = values.map(relative)
  const typed = wanted.filter((one) => one.includes('/'))
  if (typed.length < wanted.length) throw bad('entity takes references with their type, such as Patient/1.')
  found.any.push(typed.flatMap((one) => [['type', one.split('/', 1)[0] as string] as const, ['patient', one] as const]))
  const isMeant = (reference: string) =>
    typed.some((one) => reference === one || reference.startsWith(`${one}/_history/`))
  found.checks.push(({ resources, patients }) => resources.some(isMeant) || patients.some(isMeant))
}

function byText(of: (entry: AuditEntry) => string | undefined, holds: (text: string, value: string) => boolean): Read {
  return (found, values) => {
    const wanted = values.map(foldString)
    found.checks.push((entry) => {
      const text = of(entry)
      return text !== undefined && wanted.some((value) => holds(foldString(text), value))
    })
  }
}

function byExactly(of: (entry: AuditEntry) => string | undefined): Read {
  return (found, values) => void found.checks.push((entry) => values.includes(of(entry) ?? ''))
}
