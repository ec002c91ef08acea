/**
 * What the address and headers of a request ask for, beside the resource itself:
 * https://hl7.org/fhir/R4/http.html#parameters
 */
import type { FastifyRequest } from 'fastify'
import { httpFaults } from '../faults.ts'
import { type Wish, wishOf } from './media.ts'

export type Parameters = readonly (readonly [string, string])[]

const MOST_PARAMETERS = 1000

const decode = (text: string): string => (/[+%]/.test(text) ? decodeURIComponent(text.replaceAll('+', ' ')) : text)

/** Reads application/x-www-form-urlencoded. Throws `http/malformed-query`, `http/too-many-parameters`. */
export function parametersIn(text: string): Parameters {
  const parameters: [string, string][] = []
  for (let from = 0; from < text.length; ) {
    const end = text.indexOf('&', from)
    const to = end < 0 ? text.length : end
    if (to > from) {
      if (parameters.length === MOST_PARAMETERS) throw httpFaults['too-many-parameters']({ most: MOST_PARAMETERS })
      const parameter = text.slice(from, to)
      const equals = parameter.indexOf('=')
      const middle = equals < 0 ? parameter.length : equals
      try {
        parameters.push([decode(parameter.slice(0, middle)), decode(parameter.slice(middle + 1))])
      } catch {
        throw httpFaults['malformed-query']()
      }
    }
    from = to + 1
  }
  return parameters
}

/** What follows the ? of the address, as sent. */
function queryOf({ raw }: FastifyRequest): string {
  const url = raw.url as string
  const at = url.indexOf('?')
  return at < 0 ? '' : url.slice(at + 1)
}

/** Parameters that are about the form of the answer, not about what is asked. */
const OF_FORM: ReadonlySet<string> = new Set(['_format', '_pretty'])
const OF_CONTENT: ReadonlySet<string> = new Set(['_summary', '_elements'])

export interface Asked {
  readonly wish: Wish
  /** `_format` as sent; only Binary looks at it again. */
  readonly format: string | undefined
  readonly pretty: boolean
  readonly parameters: Parameters
}

const NO_PARAMETERS: Parameters = []

/** What the request asks for. `body` is that of a search by POST. */
export function asked(request: FastifyRequest, body = ''): Asked {
  const query = queryOf(request)
  const { accept } = request.headers
  if (query === '' && body === '') {
    return { wish: wishOf(accept, undefined), format: undefined, pretty: false, parameters: NO_PARAMETERS }
  }
  const all = [...parametersIn(query), ...parametersIn(body)]
  const last = (name: string) => all.findLast(([key]) => key === name)?.[1]
  const format = last('_format')
  return {
    wish: wishOf(accept, format),
    format,
    pretty: last('_pretty') === 'true',
    parameters: all,
  }
}

/** Whether a refusal is to be indented too; not when the query is what can't be read. */
export function isPretty(request: FastifyRequest): boolean {
  try {
    return asked(request).pretty
  } catch {
    return false
  }
}

/** What the request asks for; throws `http/not-acceptable` (406) when that isn't FHIR JSON. */
export function askedInFhir(request: FastifyRequest, body?: string): Asked {
  const what = asked(request, body)
  if (what.wish === 'never') throw httpFaults['not-acceptable']()
  return what
}

/** The search parameters by which a conditional interaction finds its resource, still encoded. Throws `http/no-criteria`. */
export function criteriaOf(request: FastifyRequest): string {
  const isCriterion = (part: string) => {
    const [name = ''] = part.split('=', 1)
    return name !== '' && !OF_FORM.has(name) && !OF_CONTENT.has(name)
  }
  const criteria = queryOf(request).split('&').filter(isCriterion).join('&')
  if (criteria === '') throw httpFaults['no-criteria']()
  return criteria
}
