/** The entries of a transaction. */
import { type Head, headOf } from './head.ts'
import type { Unit } from './unit.ts'

export interface Entry {
  /** In pieces that make it together. */
  readonly text: readonly Buffer[]
  readonly called: string
  readonly requestsMade?: true
}

const OPEN = Buffer.from('{"resourceType":"Bundle","type":"transaction","entry":[')
const COMMA = Buffer.from(',')
const CLOSE = Buffer.from(']}')

export const transactionOf = (entries: readonly Entry[]): Buffer =>
  Buffer.concat([OPEN, ...entries.flatMap(({ text }, index) => (index === 0 ? text : [COMMA, ...text])), CLOSE])

/** An entry in a transaction of its own. */
export const alone = (from: string, entry: Entry): Unit => {
  const { called, requestsMade } = entry
  return { from, text: transactionOf([entry]), called, ...(requestsMade && { requestsMade }) }
}

/** A resource that can be put into a transaction: it is known what it is, and nothing in its text reaches beyond its entry. */
export interface Resource {
  readonly text: Buffer
  readonly type: string
  readonly id: string | undefined
}

/** Undefined when `text` is none. */
export function resourceIn(text: Buffer, { resourceType: type, id, whole }: Head = headOf(text)): Resource | undefined {
  return whole && type !== undefined && /^[A-Z][A-Za-z]*$/.test(type) ? { text, type, id } : undefined
}

const FHIR_ID = /^[A-Za-z0-9\-.]{1,64}$/

/** A resource under its own id where it has one. Of an id that is none the hospital says what is wrong with it. */
export function resourceEntry({ text, type, id }: Resource, fullUrl?: unknown): Entry {
  const own = id !== undefined && FHIR_ID.test(id)
  const request = own ? { method: 'PUT', url: `${type}/${id}` } : { method: 'POST', url: type }
  return { text: entryText(fullUrl, text, request), called: type, requestsMade: true }
}

/** An entry with a request of its own, as those of a batch have. */
export const givenEntry = (fullUrl: unknown, resource: Buffer | undefined, request: unknown): Entry => ({
  text: entryText(fullUrl, resource, request),
  called: 'resource',
})

function entryText(fullUrl: unknown, resource: Buffer | undefined, request: unknown): Buffer[] {
  if (resource === undefined) return [Buffer.from(JSON.stringify({ fullUrl, request }))]
  return [
    Buffer.from(`{${fullUrl === undefined ? '' : `"fullUrl":${JSON.stringify(fullUrl)},`}"resource":`),
    resource,
    Buffer.from(`${request === undefined ? '' : `,"request":${JSON.stringify(request)}`}}`),
  ]
}
