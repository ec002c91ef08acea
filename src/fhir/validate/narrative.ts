/**
 * What a narrative may hold: formatting, and nothing that acts. https://hl7.org/fhir/R4/narrative.html#xhtml (txt-1)
 *
 * Browsers show narratives; a script in one would run with the reader's rights.
 */
const ELEMENTS = new Set(
  'a abbr acronym b big blockquote br caption cite code col colgroup dd dfn div dl dt em h1 h2 h3 h4 h5 h6 hr i img li map area ol p pre q s samp small span strong sub sup table tbody td tfoot th thead tr tt ul u var kbd del ins bdo address'.split(
    ' ',
  ),
)
/** With a hundred attributes at most: on a tag of many the expression would run out of its stack and throw. */
const TAG = /<(?:!--[\s\S]*?--|(\/?)([A-Za-z][\w:-]*)((?:\s+[\w:-]+\s*=\s*(?:"[^"<]*"|'[^'<]*')){0,100})\s*(\/?))>/y
const ATTRIBUTE = /([\w:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g
/**
 * Where a link may lead: to schemes that show or fetch, pictures, and relative addresses. What is before the first `/`,
 * `?` or `#` of those may hold no character reference, which could stand for a colon and so for any scheme.
 */
const LINK = /^\s*(?:(?:https?|ftp|mailto|tel|urn|cid):|data:\s*image\/(?:png|gif|jpeg|webp)[;,]|[^:&]*(?:[/?#]|$))/i

/** What is wrong with a narrative's div, in words; undefined when nothing is. */
export function narrativeProblem(div: string): string | undefined {
  const open: string[] = []
  for (let at = div.search(/\S/); ; ) {
    TAG.lastIndex = at
    const tag = TAG.exec(div)
    if (tag === null) return 'well-formed XHTML: each tag closed, each attribute quoted, no bare <'
    const [, closing, name = '', attributes = '', empty] = tag
    if (open.length === 0 && name !== 'div') return 'an XHTML div'
    if (name !== '') {
      if (!ELEMENTS.has(name)) return 'XHTML with formatting elements only'
      const refused = attributeProblem(attributes)
      if (refused !== undefined) return refused
      if (closing) {
        if (open.pop() !== name) return 'well-formed XHTML: tags closed in the order they were opened'
      } else if (!empty) open.push(name)
    }
    const next = div.indexOf('<', TAG.lastIndex)
    if (open.length === 0) return next < 0 && div.slice(TAG.lastIndex).trim() === '' ? undefined : 'one XHTML div'
    if (next < 0) return 'well-formed XHTML: the div is not closed'
    at = next
  }
}

function attributeProblem(attributes: string): string | undefined {
  for (const [, name = '', inQuotes, inApostrophes = ''] of attributes.matchAll(ATTRIBUTE)) {
    if (/^on/i.test(name)) return 'XHTML without event handlers'
    if (/^(href|src)$/i.test(name) && !LINK.test(inQuotes ?? inApostrophes))
      return 'XHTML with links to web, mail and telephone addresses and to pictures only'
  }
  return undefined
}
