/**
 * The links by which the resources of a transaction refer to each other, and putting real ones in their place.
 * https://hl7.org/fhir/R4/http.html#trules
 */
import { afterSpace } from './scan.ts'

/** A string value that is a `urn:`, a conditional reference such as `Practitioner?identifier=…`, or any reference. */
export interface Link {
  readonly link: string
  /** Of the text between the quotes. */
  readonly from: number
  readonly to: number
}

/** Strings that are never links, whatever they look like. */
const NOT_LINKS = new Set(['value', 'display', 'text', 'div', 'id', 'description', 'valueString', 'valueMarkdown'])
const URN = /urn:(?:uuid|oid):[^"\\]*(?=")/y
const CONDITIONAL = /[A-Z][A-Za-z]+\?[^"\\]*(?=")/y
const PLAIN = /[^"\\]*(?=")/y
const IN_NARRATIVE = /(?<=\b(?:href|src)=\\")urn:(?:uuid|oid):[^"\\]*(?=\\")/g
const COLON = 58

/**
 * Every link in the text of a resource, in the order in which they stand. Goes from candidate to candidate: most of a
 * text is no link and is not looked at.
 */
export function linksIn(text: string): readonly Link[] {
  const links: Link[] = []
  const take = (pattern: RegExp, from: number): void => {
    pattern.lastIndex = from
    const link = pattern.exec(text)?.[0]
    if (link !== undefined) links.push({ link, from, to: from + link.length })
  }
  for (let quote = text.indexOf('"urn:'); quote >= 0; quote = text.indexOf('"urn:', quote + 1))
    if (mayBeLink(text, quote)) take(URN, quote + 1)
  if (text.includes('?')) for (const from of referenceStarts(text)) take(CONDITIONAL, from)
  if (text.includes('=\\"urn:'))
    for (const { 0: link, index } of text.matchAll(IN_NARRATIVE))
      links.push({ link, from: index, to: index + link.length })
  return links.sort((a, b) => a.from - b.from)
}

/** Each reference in the text of a resource, whatever it says. */
export function referencesIn(text: string): readonly Link[] {
  return [...referenceStarts(text)].flatMap((from) => {
    PLAIN.lastIndex = from
    const link = text[from - 1] === '"' ? PLAIN.exec(text)?.[0] : undefined
    return link === undefined ? [] : [{ link, from, to: from + link.length }]
  })
}

/** Where the values of members called `reference` begin, after what should be a quote. */
function* referenceStarts(text: string): Generator<number> {
  for (let name = text.indexOf('"reference"'); name >= 0; name = text.indexOf('"reference"', name + 1)) {
    const colon = afterSpace(text, name + '"reference"'.length)
    if (text.charCodeAt(colon) === COLON) yield afterSpace(text, colon + 1) + 1
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

/** `text` with every link for which `replace` knows better in its place. */
export function rewriteLinks(
  text: string,
  links: readonly Link[],
  replace: (link: string) => string | undefined,
): string {
  let rewritten = ''
  let done = 0
  for (const { link, from, to } of links) {
    const better = replace(link)
    if (better === undefined) continue
    rewritten += text.slice(done, from) + better
    done = to
  }
  return done === 0 ? text : rewritten + text.slice(done)
}
