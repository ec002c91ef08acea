/**
 * The links by which the resources of a transaction refer to each other, and putting real ones in their place.
 * https://hl7.org/fhir/R4/http.html#trules
 */
import { afterSpace, endOfString, nameAt, QUOTE } from './scan.ts'

/** A string value that is a `urn:`, a conditional reference such as `Practitioner?identifier=…`, or any reference. */
export interface Link {
  readonly link: string
  /** Of the text between the quotes. */
  readonly from: number
  readonly to: number
  /** What stands in its place, as it is written in JSON, when that is known from the Bundle alone. */
  readonly instead?: string
}

/** Strings that are never links, whatever they look like. */
const NOT_LINKS = new Set(['value', 'display', 'text', 'div', 'id', 'description', 'valueString', 'valueMarkdown'])
const URN = /urn:(?:uuid|oid):[^"\\]*(?=")/y
const CONDITIONAL = /^[A-Z][A-Za-z]+\?/
const IN_NARRATIVE = /(?<=\b(?:href|src)=\\")urn:(?:uuid|oid):[^"\\]*(?=\\")/g
const COLON = 58

/**
 * Every link in the text of a resource, in the order in which they stand. Goes from candidate to candidate: most of a
 * text is no link and is not looked at.
 */
export function linksIn(text: string): readonly Link[] {
  const links: Link[] = []
  for (let quote = text.indexOf('"urn:'); quote >= 0; quote = text.indexOf('"urn:', quote + 1)) {
    if (!mayBeLink(text, quote)) continue
    const from = quote + 1
    URN.lastIndex = from
    const link = URN.exec(text)?.[0]
    if (link !== undefined) links.push({ link, from, to: from + link.length })
  }
  if (text.includes('?')) for (const one of references(text)) if (isConditional(one.link)) links.push(one)
  if (text.includes('=\\"urn:'))
    for (const { 0: link, index } of text.matchAll(IN_NARRATIVE))
      links.push({ link, from: index, to: index + link.length })
  return links.sort((a, b) => a.from - b.from)
}

/** Whether a reference says what to search for: `Practitioner?identifier=…`. */
export const isConditional = (reference: string): boolean => CONDITIONAL.test(reference)

/** Each reference in the text of a resource, whatever it says, without the escapes with which it is written. */
export const referencesIn = (text: string): readonly Link[] => [...references(text)]

function* references(text: string): Generator<Link> {
  for (let name = text.indexOf('"reference"'); name >= 0; name = text.indexOf('"reference"', name + 1)) {
    const colon = afterSpace(text, name + '"reference"'.length)
    if (text.charCodeAt(colon) !== COLON) continue
    const quote = afterSpace(text, colon + 1)
    if (text.charCodeAt(quote) !== QUOTE) continue
    const to = endOfString(text, quote) - 1
    // Not so where the text ends within the string.
    if (to > quote && text.charCodeAt(to) === QUOTE) yield { link: nameAt(text, quote), from: quote + 1, to }
  }
}

/** Whether the string that opens at `quote` is a value in a list, or of a member that can hold a link. */
function mayBeLink(text: string, quote: number): boolean {
  let at = quote - 1
  while (/\s/.test(text[at] ?? '')) at--
  if (text[at] === '[' || text[at] === ',') return true
  if (text[at] !== ':') return false
  const nameEnd = text.lastIndexOf('"', at)
  return !NOT_LINKS.has(text.slice(text.lastIndexOf('"', nameEnd - 1) + 1, nameEnd))
}

/** `text` with what each link stands for in its place, where it or `replace` knows; `replace` gives JSON too. */
export function rewriteLinks(
  text: string,
  links: readonly Link[],
  replace: (link: string) => string | undefined,
): string {
  let rewritten = ''
  let done = 0
  for (const { link, from, to, instead } of links) {
    const better = instead ?? replace(link)
    if (better === undefined) continue
    rewritten += text.slice(done, from) + better
    done = to
  }
  return done === 0 ? text : rewritten + text.slice(done)
}
