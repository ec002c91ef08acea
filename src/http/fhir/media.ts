/**
 * Content negotiation: https://hl7.org/fhir/R4/http.html#mime-type
 *
 * Headers repeat from request to request, so what was read from one is remembered.
 */
import { JSON_NAMES } from '#fhir'
import { httpFaults } from '../faults.ts'

export const FHIR_JSON = 'application/fhir+json; charset=utf-8'

/** Not `application/xml`: that may be what a Binary holds. */
const FHIR_XML: ReadonlySet<string> = new Set(['application/fhir+xml'])
const FHIR_VERSIONS: ReadonlySet<string> = new Set(['4.0', '4.0.1'])
const MOST_REMEMBERED = 256

/** A pure function that remembers its last answers; the memory can't grow without end, whatever is sent. */
export function remembering<T>(compute: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>()
  return (text) => {
    const found = known.get(text)
    if (found !== undefined) return found
    const value = compute(text)
    if (known.size >= MOST_REMEMBERED) known.clear()
    known.set(text, value)
    return value
  }
}

interface MediaType {
  /** Lower case, as in `application/fhir+json`. */
  readonly name: string
  readonly parameters: ReadonlyMap<string, string>
}

/** RFC 9110, section 8.3.1. */
function mediaType(text: string): MediaType {
  const [name = '', ...parameters] = text.split(';')
  return {
    name: name.trim().toLowerCase(),
    parameters: new Map(
      parameters.map((parameter) => {
        const at = parameter.indexOf('=')
        const value = at < 0 ? '' : parameter.slice(at + 1).trim()
        return [
          parameter
            .slice(0, at < 0 ? undefined : at)
            .trim()
            .toLowerCase(),
          value.replace(/^"(.*)"$/, '$1'),
        ]
      }),
    ),
  }
}

const speaksVersion = ({ parameters }: MediaType): boolean => FHIR_VERSIONS.has(parameters.get('fhirversion') ?? '4.0')

/** `named`: FHIR JSON is asked for by name; `any`: it will do; `never`: it will not. */
export type Wish = 'named' | 'any' | 'never'

const wishIn = remembering((accept: string): Wish => {
  const wanted = accept
    .split(',')
    .map(mediaType)
    .filter((type) => Number(type.parameters.get('q') ?? 1) > 0 && speaksVersion(type))
  if (wanted.some(({ name }) => JSON_NAMES.has(name))) return 'named'
  return wanted.some(({ name }) => name === '*/*' || name === 'application/*') ? 'any' : 'never'
})

/** What Accept asks for, unless `_format` says otherwise. */
export function wishOf(accept: string | undefined, format: string | undefined): Wish {
  if (format !== undefined) {
    // An unescaped + in a query is a space.
    const wish = wishIn(format.replace(' ', '+'))
    return wish === 'any' ? 'never' : wish
  }
  return accept === undefined ? 'any' : wishIn(accept)
}

/**
 * In which form a Binary of `contentType` is wanted: https://hl7.org/fhir/R4/binary.html#rest
 *
 * Its bytes, unless FHIR is asked for by name and the bytes are not liked better. Who asks for neither gets the bytes all the
 * same, as the specification has it; but who asks for FHIR in a form that isn't to be had, and nothing else, gets nothing.
 */
export function binaryWish(
  accept: string | undefined,
  format: string | undefined,
  contentType: string,
): 'fhir' | 'bytes' | 'never' {
  const native = mediaType(contentType).name
  if (format !== undefined) {
    const { name } = mediaType(format.replace(' ', '+'))
    return wishOf(undefined, format) === 'named' ? 'fhir' : name === native ? 'bytes' : 'never'
  }
  let [fhir, other, bytes, any] = [0, 0, 0, 0]
  for (const type of (accept ?? '*/*').split(',').map(mediaType)) {
    const { name } = type
    const weight = Number(type.parameters.get('q') ?? 1) || 0
    if (name === native || name === `${native.split('/', 1)[0]}/*`) bytes = Math.max(bytes, weight)
    else if (name === '*/*') any = Math.max(any, weight)
    else if (JSON_NAMES.has(name) && speaksVersion(type)) fhir = Math.max(fhir, weight)
    else if (JSON_NAMES.has(name) || FHIR_XML.has(name)) other = Math.max(other, weight)
  }
  if (fhir > 0 && fhir >= bytes) return 'fhir'
  return other > 0 && bytes === 0 && any === 0 ? 'never' : 'bytes'
}

/** What a body is. */
export type Content = 'fhir' | 'json-patch' | 'form' | 'other'

const contentIn = remembering((text: string): Content => {
  const type = mediaType(text)
  const charset = (type.parameters.get('charset') ?? 'utf-8').toLowerCase()
  if (charset !== 'utf-8' && charset !== 'utf8') return 'other'
  if (type.name === 'application/json-patch+json') return 'json-patch'
  if (type.name === 'application/x-www-form-urlencoded') return 'form'
  const isFhir = type.name === 'application/fhir+json' || type.name === 'application/json'
  return isFhir && speaksVersion(type) ? 'fhir' : 'other'
})

/** What Content-Type says that the body is. */
export const contentOf = (contentType: string | undefined): Content =>
  contentType === undefined ? 'other' : contentIn(contentType)

/** Throws `http/wrong-media` (415) unless the body is a FHIR resource in JSON. */
export function requireFhir(contentType: string | undefined): void {
  if (contentOf(contentType) !== 'fhir') throw httpFaults['wrong-media']()
}
