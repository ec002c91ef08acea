/**
 * A query as the trail keeps it: what may tell who a patient is stands there as a keyed hash, so that two searches for the
 * same can be seen to be the same, and nobody without the key can try out names until one fits.
 */
import { createHmac, hkdfSync } from 'node:crypto'
import { type SearchParameter, searchParameters } from '#fhir'

type Parameters = readonly (readonly [string, string])[]

/** Parameters about the answer. */
const OF_THE_ANSWER =
  /^_(?:count|sort|summary|elements|total|type|format|pretty|since|at|lastUpdated|id|(?:rev)?include(?::(?:iterate|recurse))?)$/
/** Token and date parameters that are about who somebody is. */
const OF_A_PERSON: ReadonlySet<string> = new Set(['identifier', 'phone', 'email', 'telecom', 'birthdate', 'death-date'])
const TELLING_NOTHING: ReadonlySet<SearchParameter['type']> = new Set(['token', 'date', 'number', 'quantity', 'uri'])
/** Codes, dates, numbers, addresses of code systems and references; neither names nor sentences. */
const HARMLESS = /^[\w.:,*|$/+-]{0,200}$/
const REFERENCE =
  /^(?:[A-Z][A-Za-z]{1,40}\/)?[A-Za-z0-9.-]{1,64}(?:,(?:[A-Z][A-Za-z]{1,40}\/)?[A-Za-z0-9.-]{1,64}){0,50}$/

/** Gives the query of a search of `type`, or of the whole system, in the form `Patient?name=hashed-…&_count=20`. */
export type WriteQuery = (type: string | undefined, parameters: Parameters) => string

/** @param secret what the hospital alone knows; under another one the same value has another hash */
export function openQuery(secret: string): WriteQuery {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'omnicare audit query v1', 32))
  const hashed = (value: string) => `hashed-${createHmac('sha256', key).update(value).digest('hex').slice(0, 16)}`

  return (type, parameters) => {
    const known = type === undefined ? undefined : searchParameters(type)
    const words = parameters.map(([name, value]) => {
      const [code = '', modifier] = name.split(':', 2)
      const parameter = known?.get(code)
      const ofAnswer = OF_THE_ANSWER.test(name)
      // A name that nobody knows may be anything, also a patient's.
      const shown = parameter !== undefined || ofAnswer || name === '_cursor' ? name : 'unknown'
      const isPlain = ofAnswer ? HARMLESS.test(value) : isHarmless(parameter, modifier, value)
      return `${encodeURIComponent(shown)}=${isPlain ? encodeURIComponent(value) : hashed(value)}`
    })
    return `${type ?? ''}?${words.join('&')}`
  }
}

function isHarmless(parameter: SearchParameter | undefined, modifier: string | undefined, value: string): boolean {
  if (parameter === undefined) return false
  if (modifier === 'missing') return HARMLESS.test(value)
  if (parameter.type === 'reference') return modifier !== 'identifier' && REFERENCE.test(value)
  return TELLING_NOTHING.has(parameter.type) && !OF_A_PERSON.has(parameter.code) && HARMLESS.test(value)
}
