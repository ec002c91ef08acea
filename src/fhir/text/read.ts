import { fhirFaults } from '../faults.ts'
import { parseExactly } from './lossless.ts'
import { scan, type TextMap } from './scan.ts'

/** A resource's text, read once: its value, and where its members stand. */
export interface ReadText {
  readonly value: Record<string, unknown>
  readonly map: TextMap
  /** The text that `map` speaks of: as given, without a byte order mark. */
  readonly text: string
}

/**
 * Reads a JSON object. Throws `fhir/not-json`, `fhir/not-an-object` or `fhir/too-deep`.
 *
 * Depth comes first: it is checked without a stack, before anything that could need one.
 */
export function readJson(given: string): ReadText {
  const text = withoutMark(given)
  const map = scan(text)
  const value = parse(text, JSON.parse)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw fhirFaults['not-an-object']()
  return { value: value as Record<string, unknown>, map, text }
}

/** Without a byte order mark, which some senders put before their JSON. */
export const withoutMark = (text: string): string => (text.charCodeAt(0) === 0xfeff ? text.slice(1) : text)

/** Reads any JSON value with its numbers as they were written, such as a patch. Throws `fhir/not-json`, `fhir/too-deep`. */
export function readExactly(text: string): unknown {
  scan(text)
  return parse(text, parseExactly)
}

function parse(text: string, as: (text: string) => unknown): unknown {
  try {
    return as(text)
  } catch (error) {
    // V8 quotes what it could not read, which may be patient data: only the place is passed on.
    const place = Number(/position (\d+)/.exec((error as Error).message)?.[1] ?? text.length)
    const before = text.slice(0, place).split('\n')
    throw fhirFaults['not-json']({ line: before.length, column: (before.at(-1)?.length ?? 0) + 1 })
  }
}
