/**
 * Each filter as a condition on the row. https://hl7.org/fhir/R4/search.html#ptypes
 */
import { dateRange, FHIR_ID, foldCode, foldString, impliedCodes, isResourceType } from '#fhir'
import { join, name, type Sql, sql } from '#foundation/sql.ts'
import { recordFaults } from '../faults.ts'
import { keys } from '../index/hash.ts'
import { type RangeColumns, type Table, tableOf } from '../index/table.ts'
import { hasNone, isPresent, keysByIndex, type Prefix, rangeHolds, stringLike } from '../statements/conditions.ts'
import { storedInstant } from '../time.ts'
import { type Filter, splitUnescaped, unescaped, withOffset } from './query.ts'

/** How rows with given keys are found: by the index over everybody's keys, or by looking at each row of one chart. */
export type KeyTest = (wanted: readonly string[]) => Sql

/** `base` is this server's own address: references to it are local ones. */
export function conditionOf(type: string, filter: Filter, base: string, anyKey: KeyTest = keysByIndex): Sql {
  const table = tableOf(type)
  const { parameter, modifier, values } = filter
  if (modifier === 'missing') return missing(table, filter)
  switch (parameter.type) {
    case 'token':
      return token(filter, anyKey)
    case 'reference':
      return reference(table, filter, base, anyKey)
    case 'string':
      return or(values.map((value) => string(table, filter, unescaped(value), anyKey)))
    case 'uri':
      return anyKey(values.map((value) => keys.url(parameter.code, unescaped(value))))
    default:
      return or(values.map((value) => range(table, filter, value)))
  }
}

const or = (conditions: readonly Sql[]): Sql =>
  conditions.length === 1 ? (conditions[0] as Sql) : sql`(${join(conditions, ' OR ')})`

function missing(table: Table, { parameter, values }: Filter): Sql {
  const { code } = parameter
  const columns = rangeColumns(table, code)
  const there =
    columns !== undefined
      ? sql`r.${name(columns.low)} IS NOT NULL`
      : table.patient.has(code)
        ? sql`(r.patient IS NOT NULL OR ${isPresent(keys.present(code))})`
        : code === '_id' || code === '_lastUpdated'
          ? sql`true`
          : isPresent(keys.present(code))
  return values.includes('true') ? sql`NOT ${there}` : there
}

function token({ parameter, modifier, values }: Filter, anyKey: KeyTest): Sql {
  const { code } = parameter
  if (code === '_id') {
    // What is no id is nobody's; the rest needs no quotes in PostgreSQL's text for an array (share.ts wants text).
    const ids = values.map(unescaped).filter((id) => FHIR_ID.test(id))
    const among = ids.length === 1 ? sql`r.id = ${ids[0]}` : sql`r.id = ANY(${`{${ids.join(',')}}`}::text[])`
    return modifier === 'not' ? sql`NOT ${among}` : among
  }
  let any = false
  const wanted = values.flatMap((value) => {
    const parts = splitUnescaped(value, '|').map(unescaped)
    if (parts.length > 2 || parts.every((part) => part === ''))
      throw recordFaults['bad-parameter']({ parameter: code, expected: 'a code, system|code, system| or |code' })
    const [first, second] = parts as [string, string?]
    if (second === undefined) return keys.coding(code, undefined, first).value
    if (first === '' || parameter.codes.length === 0)
      return second === '' ? keys.system(code, first) : keys.coding(code, first, second).token
    // A code element does not say its system, and is kept as a code without one: the definition says what is asked for.
    const codes = impliedCodes(parameter, first)
    any ||= codes === 'all' && second === ''
    return (codes === 'all' ? [second] : codesLike(codes, first, second)).map((one) => keys.coding(code, '', one).token)
  })
  if (any) return modifier === 'not' ? sql`NOT ${isPresent(keys.present(code))}` : isPresent(keys.present(code))
  return modifier === 'not' ? hasNone(wanted) : anyKey(wanted)
}

/** Those that are `wanted` but for case, or all when nothing is. */
const codesLike = (codes: readonly string[], system: string, wanted: string): readonly string[] =>
  codes.filter((one) => wanted === '' || foldCode(system, one) === foldCode(system, wanted))

const PATIENT: readonly string[] = ['Patient']

function reference(table: Table, { parameter, modifier, values }: Filter, base: string, anyKey: KeyTest): Sql {
  const { code, targets, datatypes } = parameter
  if (modifier === 'identifier') {
    return anyKey(
      values.map((value) => {
        const [first, second] = splitUnescaped(value, '|').map(unescaped) as [string, string?]
        return second === undefined ? keys.anyIdentifier(code, first) : keys.identifier(code, first, second)
      }),
    )
  }
  const wanted: string[] = []
  const patients: string[] = []
  for (const value of values.map(unescaped)) {
    const local = value.startsWith(`${base}/`) ? value.slice(base.length + 1) : value
    if (local.includes(':')) {
      wanted.push(keys.url(code, local))
      continue
    }
    const [first, second] = local.split('/') as [string, string?]
    // `patient` names patients only: its column is the whole answer, and the index on it stays usable.
    const possible = code === 'patient' && table.patient.has(code) ? PATIENT : targets
    const types = second !== undefined ? [first] : modifier !== undefined ? [modifier] : possible
    const id = second ?? first
    if ((second !== undefined && !isResourceType(first)) || !FHIR_ID.test(id))
      throw recordFaults['bad-parameter']({ parameter: code, expected: 'an id, Type/id or an address' })
    for (const type of types) {
      if (type === 'Patient' && table.patient.has(code)) patients.push(id)
      else wanted.push(keys.reference(code, type, id))
    }
    // A canonical is a reference by address, which may look like a relative one.
    if (datatypes.includes('canonical') || datatypes.includes('uri')) wanted.push(keys.url(code, local))
  }
  const conditions: Sql[] = []
  if (patients.length === 1) conditions.push(sql`r.patient = ${patients[0]}`)
  else if (patients.length > 1) conditions.push(sql`r.patient = ANY(${`{${patients.join(',')}}`}::text[])`)
  if (wanted.length > 0) conditions.push(anyKey(wanted))
  return or(conditions)
}

function string(table: Table, { parameter, modifier }: Filter, value: string, anyKey: KeyTest): Sql {
  const { code } = parameter
  if (modifier === 'exact') return anyKey([keys.exact(code, value)])
  return stringLike(table.type, code, foldString(value), modifier === 'contains')
}

const PREFIX = /^(eq|ne|gt|lt|ge|le|sa|eb|ap)?(.*)$/s

function range(table: Table, { parameter }: Filter, value: string): Sql {
  const { code, type } = parameter
  const [, prefix = 'eq', rest = ''] = PREFIX.exec(value) as unknown as [string, Prefix?, string?]
  const wanted = type === 'date' ? dateRange(withOffset(rest)) : numberRange(prefix, rest)
  if (wanted === undefined) {
    const expected =
      type === 'date'
        ? 'a date or time such as ge2024-05-01, with an offset when it has a time'
        : 'a number such as gt0.8'
    throw recordFaults['bad-parameter']({ parameter: code, expected })
  }
  const say = (bound: number) => (type === 'date' ? storedInstant(bound) : bound)
  const columns = rangeColumns(table, code)
  if (columns === undefined) throw new Error(`${table.type}.${code} has no columns`)
  const { low, high } = prefix === 'ap' ? approximate(wanted, type === 'date') : wanted
  return rangeHolds(columns, prefix, say(low), say(high))
}

/** `_lastUpdated` is a moment, kept in one column. */
export const LAST_UPDATED: RangeColumns = {
  code: '_lastUpdated',
  kind: 'timestamptz',
  low: 'updated',
  high: 'updated',
  all: undefined,
  wide: false,
}

const rangeColumns = (table: Table, code: string): RangeColumns | undefined =>
  code === '_lastUpdated' ? LAST_UPDATED : table.ranges.get(code)

/** With more, what rounds to a number is far closer to it than the next double, and reading it takes ever longer. */
const MOST_DIGITS = 400

/**
 * A number stands for all that round to it: 100 is [99.5, 100.5). In an order it is exactly itself: what is greater than
 * 100 is greater than 100.0. https://hl7.org/fhir/R4/search.html#number
 */
function numberRange(prefix: Prefix, text: string): { low: number; high: number } | undefined {
  const parts = /^[+-]?(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,3}))?$/.exec(text)
  if (parts === null) return undefined
  const value = Number(text)
  if (!Number.isFinite(value)) return { low: value, high: value }
  if (prefix !== 'eq' && prefix !== 'ne' && prefix !== 'ap') return { low: value, high: nextAbove(value) }
  const [, whole = '', fraction = '', exponent = 0] = parts
  const digits = `${whole}${fraction}`.replace(/^0+/, '')
  if (digits.length > MOST_DIGITS) return { low: value, high: nextAbove(value) }
  // In decimal: in binary 0.8 + 0.05 is more than 0.85, which would belong to it.
  const tenths = BigInt(`${digits}0`)
  const bound = (half: bigint) => Number(`${tenths + half}e${Number(exponent) - fraction.length - 1}`)
  const [low, high] = text.startsWith('-') ? [-bound(5n), -bound(-5n)] : [bound(-5n), bound(5n)]
  return { low, high: Math.max(high, nextAbove(value)) }
}

/** A number with more digits than a double has stands for its double alone. */
const nextAbove = (value: number): number => value + Math.max(Math.abs(value) * Number.EPSILON, Number.MIN_VALUE)

/** Within a tenth of a number; of a date, as far again as it is long, a day at least. */
function approximate({ low, high }: { low: number; high: number }, isDate: boolean): { low: number; high: number } {
  const slack = isDate ? Math.max(high - low, 86_400_000) : Math.abs((low + high) / 2) * 0.1
  return { low: low - slack, high: high + slack }
}
