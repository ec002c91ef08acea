/** The entries of a transaction. */
import { type Head, headOf } from './head.ts'
import type { Unit } from './unit.ts'

/** In parts, of which its text is put together: what stands before the resource, it, and what stands after it. */
export interface Entry {
  readonly before: string
  readonly resource: Buffer
  readonly after: string
  readonly called: string
  readonly requestsMade?: true
}

const OPEN = '{"resourceType":"Bundle","type":"transaction","entry":['
const CLOSE = ']}'

/** A Bundle of type transaction, written into its place part by part: buffers for all the parts would cost more. */
export function transactionOf(entries: readonly Entry[]): Buffer {
  let length = OPEN.length + CLOSE.length + entries.length - 1
  for (const { before, resource, after } of entries)
    length += Buffer.byteLength(before) + resource.length + Buffer.byteLength(after)
  const text = Buffer.allocUnsafeSlow(length)
  let at = text.write(OPEN)
  for (const [index, { before, resource, after }] of entries.entries()) {
    if (index > 0) at += text.write(',', at)
    at += text.write(before, at)
    at += resource.copy(text, at)
    at += text.write(after, at)
  }
  text.write(CLOSE, at)
  return text
}

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
export function resourceEntry({ text: resource, type, id }: Resource, fullUrl?: unknown): Entry {
  const own = id !== undefined && FHIR_ID.test(id)
  const request = own ? `"method":"PUT","url":"${type}/${id}"` : `"method":"POST","url":"${type}"`
  return { before: before(fullUrl), resource, after: `,"request":{${request}}}`, called: type, requestsMade: true }
}

const NONE = Buffer.alloc(0)

/** An entry with a request of its own, as those of a batch have. */
export function givenEntry(fullUrl: unknown, resource: Buffer | undefined, request: unknown): Entry {
  const called = 'resource'
  if (resource === undefined) return { before: JSON.stringify({ fullUrl, request }), resource: NONE, after: '', called }
  const after = request === undefined ? '}' : `,"request":${JSON.stringify(request)}}`
  return { before: before(fullUrl), resource, after, called }
}

const before = (fullUrl: unknown): string =>
  fullUrl === undefined ? '{"resource":' : `{"fullUrl":${JSON.stringify(fullUrl)},"resource":`
