/** What the hospital answers to a Bundle. https://hl7.org/fhir/R4/bundle.html#transaction-response */

export interface Issue {
  readonly diagnostics?: string
  readonly expression?: readonly string[]
  readonly details?: { readonly coding?: readonly { readonly code?: string }[] }
}

export interface Answer {
  /** Resources that were written, by type. */
  readonly written: ReadonlyMap<string, number>
  /** The entries that were refused while others were carried out, as only those of a batch can be. */
  readonly refused: readonly { readonly entry: number; readonly issue: readonly Issue[] }[]
  /** Why all was refused. */
  readonly issue: readonly Issue[]
}

const TRANSACTION = '{"resourceType":"Bundle","type":"transaction-response",'
const LOCATION = '"location":"'
const WRITTEN = /\/([A-Z][A-Za-z]+)\/[^/]+\/_history\/\d+$/

/** Undefined when `body` is no JSON. */
export function readAnswer(body: Buffer): Answer | undefined {
  // What is looked for is ASCII: a byte for a character costs less.
  const text = body.toString('latin1')
  // Without resources in it each location is that of an entry, and parsing them would find nothing else.
  if (text.startsWith(TRANSACTION) && !text.includes('"resource":'))
    return { written: typesIn(text), refused: [], issue: [] }
  const answer = parsed(body)
  if (answer === undefined) return undefined
  const { entry = [], issue = [] } = answer
  const written = new Map<string, number>()
  for (const { response } of entry) add(written, WRITTEN.exec(response?.location ?? '')?.[1])
  const refused = entry.flatMap(({ response }, index) =>
    response?.outcome?.issue === undefined ? [] : [{ entry: index, issue: response.outcome.issue }],
  )
  return { written, refused, issue }
}

/** The types in the locations; all of them begin with the same address. */
function typesIn(text: string): Map<string, number> {
  const types = new Map<string, number>()
  const first = text.indexOf(LOCATION)
  if (first < 0) return types
  const from = first + LOCATION.length
  const address = text.slice(from, text.indexOf('"', from))
  const type = WRITTEN.exec(address)?.index
  if (type === undefined) return types
  const before = text.slice(first, from + type + 1)
  for (let at = first; at >= 0; at = text.indexOf(before, at)) {
    at += before.length
    add(types, text.slice(at, text.indexOf('/', at)))
  }
  return types
}

function add(counts: Map<string, number>, type: string | undefined): void {
  if (type !== undefined) counts.set(type, (counts.get(type) ?? 0) + 1)
}

interface Parsed {
  readonly entry?: readonly {
    readonly response?: { readonly location?: string; readonly outcome?: { readonly issue?: readonly Issue[] } }
  }[]
  readonly issue?: readonly Issue[]
}

function parsed(body: Buffer): Parsed | undefined {
  try {
    return (JSON.parse(body.toString('utf8')) ?? {}) as Parsed
  } catch {
    return undefined
  }
}
