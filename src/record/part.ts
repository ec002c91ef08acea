/** Which part of each resource is asked for: https://hl7.org/fhir/R4/search.html#summary and #elements */
import { subset } from '#fhir'
import { recordFaults } from './faults.ts'
import { type Ignored, problemsOf } from './search/ignored.ts'
import { elementsIn, oneOf } from './search/query.ts'

export interface Part {
  readonly summary?: 'true' | 'text' | 'data'
  readonly elements?: readonly string[]
}

const SUMMARIES: readonly ('true' | 'text' | 'data' | 'false')[] = ['true', 'text', 'data', 'false']

/**
 * Which part of a resource of `type` a read asks for; undefined: the whole. Throws `record/bad-parameter`, and
 * `record/unknown-parameter` for any other parameter when `strict`.
 */
export function partOf(
  type: string,
  parameters: readonly (readonly [string, string])[],
  strict: boolean,
): Part | undefined {
  if (parameters.length === 0) return undefined
  let part: Part | undefined
  const ignored: Ignored[] = []
  for (const [at, [name, value]] of parameters.entries()) {
    if (name === '_format' || name === '_pretty') continue
    if (value === '') ignored.push({ name, place: at + 1, why: 'empty' })
    else if (name === '_summary') {
      const summary = oneOf(name, value, SUMMARIES)
      if (summary !== 'false') part = { ...part, summary }
    } else if (name === '_elements') part = { ...part, elements: [...(part?.elements ?? []), ...elementsIn(value)] }
    else ignored.push({ name, place: at + 1, why: 'unsupported' })
  }
  if (strict && ignored.length > 0) throw recordFaults['unknown-parameter'](undefined, problemsOf(type, ignored))
  return part
}

/** `text` reduced to `part` of it; as it is without one. */
export const inPart = (type: string, text: string, part: Part | undefined): string =>
  part === undefined ? text : subset(type, text, part)
