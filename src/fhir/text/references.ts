/**
 * The links by which the resources of a transaction refer to each other, and putting real ones in their place.
 * https://hl7.org/fhir/R4/http.html#trules
 */

/** A whole string value that is a `urn:` or a conditional reference, with the member name before it when there is one. */
const LINK =
  /"(?:reference|url|uri|[a-z]\w*)"\s*:\s*"((?:urn:(?:uuid|oid):|[A-Z][A-Za-z]+\?)[^"\\]*)"|(?<=[[,]\s*)"(urn:(?:uuid|oid):[^"\\]*)"(?=\s*[,\]])/g
/** Strings that are never links, whatever they look like. */
const NOT_LINKS = /^"(?:value|display|text|div|id|description|valueString|valueMarkdown)"/
const IN_NARRATIVE = /(\b(?:href|src)=\\")(urn:(?:uuid|oid):[^"\\]*)(?=\\")/g

const mayHaveLinks = (text: string): boolean => text.includes('urn:') || text.includes('?')

/** `text` with every link for which `replace` knows better in its place. */
export function rewriteReferences(text: string, replace: (link: string) => string | undefined): string {
  if (!mayHaveLinks(text)) return text
  const links = text.replace(LINK, (found, afterName: string | undefined, inList: string | undefined) => {
    const link = afterName ?? inList
    if (link === undefined || NOT_LINKS.test(found)) return found
    if (link.includes('?') && !found.startsWith('"reference"')) return found
    const better = replace(link)
    return better === undefined ? found : `${found.slice(0, -link.length - 1)}${better}"`
  })
  if (!links.includes('=\\"urn:')) return links
  return links.replace(IN_NARRATIVE, (found, before: string, link: string) => {
    const better = replace(link)
    return better === undefined ? found : before + better
  })
}

/** The conditional references in `text`, such as `Practitioner?identifier=…`. */
export function conditionalReferences(text: string): string[] {
  const links: string[] = []
  rewriteReferences(text, (link) => {
    if (!link.startsWith('urn:')) links.push(link)
    return undefined
  })
  return links
}
