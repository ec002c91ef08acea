/** How a value of each FHIR type is told to the index, by the type of the search parameter. https://hl7.org/fhir/R4/search.html#table */

import { dateRange } from './dates.ts'
import type { SearchParameter } from './definitions.ts'
import type { IndexWriter } from './writer.ts'

type Json = Readonly<Record<string, unknown>>
export type ValueReader = (value: unknown, into: IndexWriter) => void

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)

/** Undefined when the parameter says nothing about values of `datatype`. */
export function valueReader(
  { code, type }: SearchParameter,
  datatype: string,
  target: string | undefined,
): ValueReader | undefined {
  switch (type) {
    case 'token':
      return tokenReader(code, datatype)
    case 'reference':
      return referenceReader(code, datatype, target)
    case 'string':
      return stringReader(code, datatype)
    case 'uri':
      return (value, into) => typeof value === 'string' && into.uri(code, value)
    case 'date':
      return dateReader(code, datatype)
    case 'number':
      return numberReader(code, datatype)
    default:
      return undefined
  }
}

function tokenReader(code: string, datatype: string): ValueReader | undefined {
  switch (datatype) {
    case 'CodeableConcept':
      return (value, into) => {
        for (const coding of ((value as Json).coding as Json[] | undefined) ?? [])
          into.token(code, text(coding.system), text(coding.code))
      }
    case 'Coding':
      return (value, into) => into.token(code, text((value as Json).system), text((value as Json).code))
    case 'Identifier':
      return (value, into) => into.token(code, text((value as Json).system), text((value as Json).value))
    case 'ContactPoint':
      // R4: the system of a contact point's token is its use, which nobody searches by; its value is what is looked for.
      return (value, into) => into.token(code, text((value as Json).use), text((value as Json).value))
    case 'dateTime':
      // Patient.deceased: a time of death says that the patient has died.
      return (_value, into) => into.token(code, undefined, 'true')
    case 'Range':
    case 'Quantity':
    case 'Period':
    case 'Age':
      return undefined
    default:
      return (value, into) => {
        if (typeof value === 'string' || typeof value === 'boolean') into.token(code, undefined, String(value))
      }
  }
}

/** Most references, and the quickest to tell. */
const RELATIVE = /^[A-Z][A-Za-z]+\/[A-Za-z0-9\-.]{1,64}$/
const LITERAL = /^(?:.*\/)?([A-Z][A-Za-z]+)\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/[A-Za-z0-9\-.]{1,64})?$/

function referenceReader(code: string, datatype: string, target: string | undefined): ValueReader {
  const literal = (url: string, into: IndexWriter) => {
    if (url.startsWith('#')) return
    if (RELATIVE.test(url)) {
      const slash = url.indexOf('/')
      const type = url.slice(0, slash)
      if (target === undefined || type === target) into.reference(code, type, url.slice(slash + 1), url)
      return
    }
    const match = LITERAL.exec(url)
    if (target === undefined || match?.[1] === target) into.reference(code, match?.[1], match?.[2], url)
  }
  if (datatype !== 'Reference')
    return (value, into) => (typeof value === 'string' ? into.reference(code, undefined, undefined, value) : undefined)
  return (value, into) => {
    const { reference, identifier } = value as Json
    if (typeof reference === 'string') literal(reference, into)
    if (identifier !== undefined && target === undefined)
      into.identifier(code, text((identifier as Json).system), text((identifier as Json).value))
  }
}

const NAME_PARTS = ['text', 'family', 'given', 'prefix', 'suffix']
const ADDRESS_PARTS = ['text', 'line', 'city', 'district', 'state', 'postalCode', 'country']

function stringReader(code: string, datatype: string): ValueReader {
  const parts = datatype === 'HumanName' ? NAME_PARTS : datatype === 'Address' ? ADDRESS_PARTS : undefined
  if (parts === undefined) return (value, into) => typeof value === 'string' && into.string(code, value)
  return (value, into) => {
    for (const part of parts) {
      const found = (value as Json)[part]
      for (const one of Array.isArray(found) ? found : [found]) if (typeof one === 'string') into.string(code, one)
    }
  }
}

function dateReader(code: string, datatype: string): ValueReader | undefined {
  const tell = (value: unknown, into: IndexWriter) => {
    const range = typeof value === 'string' ? dateRange(value) : undefined
    if (range !== undefined) into.date(code, range.low, range.high)
  }
  const period = ({ start, end }: Json, into: IndexWriter) => {
    const low = typeof start === 'string' ? dateRange(start)?.low : Number.NEGATIVE_INFINITY
    const high = typeof end === 'string' ? dateRange(end)?.high : Number.POSITIVE_INFINITY
    if (low !== undefined && high !== undefined) into.date(code, low, high)
  }
  switch (datatype) {
    case 'date':
    case 'dateTime':
    case 'instant':
      return tell
    case 'Period':
      return (value, into) => period(value as Json, into)
    case 'Timing':
      return (value, into) => {
        const { event, repeat } = value as { event?: unknown[]; repeat?: Json }
        for (const one of event ?? []) tell(one, into)
        if (event === undefined && repeat?.boundsPeriod !== undefined) period(repeat.boundsPeriod as Json, into)
      }
    default:
      return undefined
  }
}

function numberReader(code: string, datatype: string): ValueReader | undefined {
  if (datatype === 'Range') {
    return (value, into) => {
      const { low, high } = value as { low?: Json; high?: Json }
      into.number(code, Number(low?.value ?? Number.NEGATIVE_INFINITY), Number(high?.value ?? Number.POSITIVE_INFINITY))
    }
  }
  return (value, into) => (typeof value === 'number' ? into.number(code, value, value) : undefined)
}
