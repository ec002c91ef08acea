/** The entries of a Bundle's text. https://hl7.org/fhir/R4/bundle.html */
import { fhirFaults } from '../faults.ts'
import { readJson, withoutMark } from './read.ts'
import { afterSpace, endOfValue, nameAt } from './scan.ts'

export interface ReadEntries {
  /** The Bundle, with `{}` in the place of each resource. */
  readonly envelope: Record<string, unknown>
  /** The text of each entry's `resource`, in order; undefined where an entry has none. */
  readonly texts: readonly (string | undefined)[]
}

/**
 * Reads a Bundle without reading its resources: each of them is read when it is stored, and reading it twice is most of
 * what an import costs.
 *
 * The text is JSON when the envelope is and every resource is. Throws what `readJson` does, and `fhir/member-twice` where
 * `entry` or `resource` stands twice: JSON.parse would give the last of them, so that what was checked would not be what
 * is stored.
 */
export function readEntries(given: string): ReadEntries {
  const text = withoutMark(given)
  const places = resourcePlaces(text)
  let envelope = ''
  let from = 0
  for (const place of places) {
    // What is no object stays, so that it can be refused.
    if (place === undefined || text[place.from] !== '{') continue
    envelope += `${text.slice(from, place.from)}{}`
    from = place.to
  }
  try {
    const { value } = readJson(envelope + text.slice(from))
    return { envelope: value, texts: places.map((place) => place && text.slice(place.from, place.to)) }
  } catch (error) {
    // Where the fault lies in the text as it was sent.
    readJson(text)
    throw error
  }
}

interface Place {
  readonly from: number
  readonly to: number
}

/** Where the resources are; in a text that is no JSON, anywhere. Goes over the text once. */
function resourcePlaces(text: string): (Place | undefined)[] {
  let places: (Place | undefined)[] | undefined
  eachMember(text, afterSpace(text, 0), (name, valueStart) => {
    if (name !== 'entry') return endOfValue(text, valueStart)
    if (places !== undefined) throw fhirFaults['member-twice']()
    places = []
    return text[valueStart] === '[' ? eachEntry(text, valueStart, places) : endOfValue(text, valueStart)
  })
  return places ?? []
}

/** Fills `places` from the array that opens at `at`; gives the place after it. */
function eachEntry(text: string, at: number, places: (Place | undefined)[]): number {
  let from = afterSpace(text, at + 1)
  while (from < text.length && text[from] !== ']') {
    let resource: Place | undefined
    const end = eachMember(text, from, (name, valueStart) => {
      const to = endOfValue(text, valueStart)
      if (name !== 'resource') return to
      if (resource !== undefined) throw fhirFaults['member-twice']()
      resource = { from: valueStart, to }
      return to
    })
    places.push(resource)
    from = next(text, end, ']')
  }
  return from + 1
}

/**
 * Goes through the members of the object that opens at `at`; `visit` gives the place after each value. Gives the place
 * after the object, or after the value that is no object.
 */
function eachMember(text: string, at: number, visit: (name: string, valueStart: number) => number): number {
  if (text[at] !== '{') return endOfValue(text, at)
  let from = afterSpace(text, at + 1)
  while (text[from] === '"') {
    const colon = afterSpace(text, endOfValue(text, from))
    if (text[colon] !== ':') return text.length
    from = next(text, visit(nameAt(text, from), afterSpace(text, colon + 1)), '}')
  }
  return from + 1
}

/**
 * What follows the value that ended at `end`: the next one, or `close`. Anything else is no JSON, and there is no next:
 * looking on would take a hostile text's length squared.
 */
function next(text: string, end: number, close: string): number {
  const after = afterSpace(text, end)
  if (text[after] === ',') return afterSpace(text, after + 1)
  return text[after] === close ? after : text.length
}
