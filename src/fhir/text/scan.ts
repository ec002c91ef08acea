/**
 * Where things stand in a JSON text, found in one pass without reading the values.
 *
 * Safe on any text, JSON or not: it keeps no stack, so that depth costs nothing, and it only ever moves forward.
 */
import { fhirFaults } from '../faults.ts'

export interface Member {
  readonly name: string
  /** Of the quote that opens the name. */
  readonly nameStart: number
  readonly valueStart: number
  /** Exclusive. */
  readonly valueEnd: number
}

export interface TextMap {
  /** Members of all objects at every depth. */
  readonly members: number
  /** Members of the outermost object, in order. */
  readonly top: readonly Member[]
}

export const QUOTE = 34
const COMMA = 44
const COLON = 58
const BACKSLASH = 92
const OPEN_ARRAY = 91
const CLOSE_ARRAY = 93
const OPEN_OBJECT = 123
const CLOSE_OBJECT = 125

/** Deeper than any resource people write, far from what a recursive reader can't take. */
const MOST_DEPTH = 100

/** The place after the string that opens at `at`; the end of the text when it does not close. */
export function endOfString(text: string, at: number): number {
  for (let from = at + 1; ; ) {
    const quote = text.indexOf('"', from)
    if (quote < 0) return text.length
    let backslashes = 0
    while (text.charCodeAt(quote - 1 - backslashes) === BACKSLASH) backslashes++
    if (backslashes % 2 === 0) return quote + 1
    from = quote + 1
  }
}

/** The name that opens at `at`; empty where none is, which only happens in a text that is no JSON. */
export function nameAt(text: string, at: number): string {
  const written = text.slice(at + 1, endOfString(text, at) - 1)
  if (!written.includes('\\')) return written
  try {
    return JSON.parse(`"${written}"`) as string
  } catch {
    return ''
  }
}

const isSpace = (code: number): boolean => code === 32 || code === 10 || code === 13 || code === 9

export function afterSpace(text: string, at: number): number {
  while (isSpace(text.charCodeAt(at))) at++
  return at
}

function beforeSpace(text: string, end: number): number {
  while (isSpace(text.charCodeAt(end - 1))) end--
  return end
}

/** Maps `text`; throws `fhir/too-deep` past `mostDepth` levels. */
export function scan(text: string, mostDepth = MOST_DEPTH): TextMap {
  const top: Member[] = []
  let members = 0
  let depth = 0
  let nameStart = 0
  let valueStart = -1
  // Of the string just read; below 0 once it has been a name: in a text that is no JSON it may not be one again.
  let stringStart = -1
  const endOfValue = (at: number) => {
    if (valueStart < 0) return
    top.push({
      name: nameStart < 0 ? '' : nameAt(text, nameStart),
      nameStart,
      valueStart,
      valueEnd: beforeSpace(text, at),
    })
    valueStart = -1
  }
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case QUOTE:
        stringStart = at
        at = endOfString(text, at) - 1
        break
      case COLON:
        members++
        if (depth === 1) {
          nameStart = stringStart
          stringStart = -1
          valueStart = afterSpace(text, at + 1)
        }
        break
      case COMMA:
        if (depth === 1) endOfValue(at)
        break
      case OPEN_OBJECT:
      case OPEN_ARRAY:
        if (++depth > mostDepth) throw fhirFaults['too-deep']({ most: mostDepth })
        break
      case CLOSE_OBJECT:
      case CLOSE_ARRAY:
        if (depth === 1) endOfValue(at)
        depth--
    }
  }
  return { members, top }
}

/** The place after the value that begins at `at`, in a text that is JSON. */
export function endOfValue(text: string, at: number): number {
  let depth = 0
  for (; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case QUOTE:
        at = endOfString(text, at) - 1
        if (depth === 0) return at + 1
        break
      case OPEN_OBJECT:
      case OPEN_ARRAY:
        depth++
        break
      case CLOSE_OBJECT:
      case CLOSE_ARRAY:
        if (depth === 0) return beforeSpace(text, at)
        if (--depth === 0) return at + 1
        break
      case COMMA:
        if (depth === 0) return beforeSpace(text, at)
    }
  }
  return at
}
