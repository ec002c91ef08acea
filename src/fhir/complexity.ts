/**
 * How much a JSON text holds, found before anything is made of it.
 *
 * Reading, checking and indexing a value takes from two to fifteen microseconds, in which nobody else is served: the bytes
 * of a body bound the memory that it takes, not the time. Thirty megabytes of names are seven million values.
 */
import { fhirFaults } from './faults.ts'
import { endOfString } from './text/scan.ts'

/** A list of a hundred thousand members, or a chart on one page, is far below it. */
const MOST_IN_RESOURCE = 100_000
/** What lists codes or resources: ICD-10-CM as a CodeSystem has some 220,000, the official ImplementationGuide of R4 108,000. */
const MOST_IN_LIST = 300_000
const LISTS: ReadonlySet<string> = new Set(['CodeSystem', 'ConceptMap', 'ImplementationGuide', 'ValueSet'])

/** Of a patch: its numbers are read with their text, which takes four times as long. */
export const MOST_IN_PATCH = 50_000

/** Synthea's bundles have a value in 57. */
const BYTES_FOR_A_VALUE = 56

/** The most values that a whole body may have: as many as an ordinary one of the largest allowed size. */
export const mostInBody = (limitBytes: number): number =>
  Math.max(MOST_IN_LIST, Math.floor(limitBytes / BYTES_FOR_A_VALUE))

/** The most values that one resource of `type` may have; a Bundle as many as a body may. */
export const mostValues = (type: string): number =>
  type === 'Bundle' ? Number.POSITIVE_INFINITY : LISTS.has(type) ? MOST_IN_LIST : MOST_IN_RESOURCE

const QUOTE = 34
const COMMA = 44
const OPEN_ARRAY = 91
const OPEN_OBJECT = 123

/**
 * Throws `fhir/too-complex` when `text` has more than `most` values: members of objects and elements of arrays. They are
 * counted by what stands before each, a comma or a bracket. Looks no further than it must, and not at all at a text that is
 * too short to have so many.
 */
export function refuseComplex(text: string, most: number): void {
  if (text.length < 2 * most) return
  let values = 0
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case QUOTE:
        at = endOfString(text, at) - 1
        break
      case COMMA:
      case OPEN_ARRAY:
      case OPEN_OBJECT:
        if (++values > most) throw fhirFaults['too-complex']({ most })
    }
  }
}
