/** The entries of a Bundle's text. https://hl7.org/fhir/R4/bundle.html */
import { fhirFaults } from '../faults.ts'
import { readJson, withoutMark } from './read.ts'
import { afterSpace, endOfValue, nameAt, scan, type TextMap } from './scan.ts'

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
  const places = resourcePlaces(text, scan(text))
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

function resourcePlaces(text: string, map: TextMap): (Place | undefined)[] {
  const [entry, ...more] = map.top.filter((member) => member.name === 'entry')
  if (more.length > 0) throw fhirFaults['member-twice']()
  if (entry === undefined || text[entry.valueStart] !== '[') return []
  const places: (Place | undefined)[] = []
  let at = afterSpace(text, entry.valueStart + 1)
  while (at < entry.valueEnd - 1) {
    const { resource, end } = readMembers(text, at)
    places.push(resource)
    at = afterSpace(text, afterSpace(text, end) + 1)
  }
  return places
}

/**
 * Goes through the object that stands at `from`: where its `resource` is, and where it ends. Only forward, whatever the
 * text is; where it is seen to be no JSON, that is its end.
 */
function readMembers(text: string, from: number): { resource: Place | undefined; end: number } {
  if (text[from] !== '{') return { resource: undefined, end: endOfValue(text, from) }
  let resource: Place | undefined
  let at = afterSpace(text, from + 1)
  while (at < text.length && text[at] !== '}') {
    const nameEnd = endOfValue(text, at)
    const colon = afterSpace(text, nameEnd)
    if (text[colon] !== ':') return { resource: undefined, end: text.length }
    const valueStart = afterSpace(text, colon + 1)
    const valueEnd = endOfValue(text, valueStart)
    if (nameAt(text, at) === 'resource') {
      if (resource !== undefined) throw fhirFaults['member-twice']()
      resource = { from: valueStart, to: valueEnd }
    }
    const after = afterSpace(text, valueEnd)
    at = text[after] === '}' ? after : afterSpace(text, after + 1)
  }
  return { resource, end: at + 1 }
}
