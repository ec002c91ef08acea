/** The entries of a transaction. */
import { type Head, headOf } from './head.ts'

/** In pieces that make its text together. */
export type Entry = readonly Buffer[]

const OPEN = Buffer.from('{"resourceType":"Bundle","type":"transaction","entry":[')
const COMMA = Buffer.from(',')
const CLOSE = Buffer.from(']}')

export const transactionOf = (entries: readonly Entry[]): Buffer =>
  Buffer.concat([OPEN, ...entries.flatMap((entry, index) => (index === 0 ? entry : [COMMA, ...entry])), CLOSE])

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
  return entryOf(fullUrl, text, own ? { method: 'PUT', url: `${type}/${id}` } : { method: 'POST', url: type })
}

export function entryOf(fullUrl: unknown, resource: Buffer | undefined, request: unknown): Entry {
  if (resource === undefined) return [Buffer.from(JSON.stringify({ fullUrl, request }))]
  return [
    Buffer.from(`{${fullUrl === undefined ? '' : `"fullUrl":${JSON.stringify(fullUrl)},`}"resource":`),
    resource,
    Buffer.from(`${request === undefined ? '' : `,"request":${JSON.stringify(request)}`}}`),
  ]
}
