/** Binary as what it is, not as FHIR: https://hl7.org/fhir/R4/binary.html#rest */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { bytesOf, jsonOf } from '../body.ts'
import { httpFaults } from '../faults.ts'
import { binaryWish, contentOf, requireFhir } from './media.ts'

/** A media type that may stand in a header: RFC 9110, section 8.3.1. */
const MEDIA_TYPE = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(?:\s*;\s*[\w!#$&^.+-]+=(?:[\w!#$&^.+-]+|"[\w !#$&^.+/:,=?@-]*"))*$/
const REFERENCE = /^(?:https?:\/\/[\w.:/~%-]{1,400}\/)?[A-Z][A-Za-z]{1,40}\/[A-Za-z0-9.-]{1,64}$/
const FHIR_XML = /\bapplication\/(?:fhir\+)?xml\b/

/** The body of a create or update as the resource's JSON. A Binary may also come as its bytes. */
export function bodyFor(type: string, id: string | undefined, request: FastifyRequest): string {
  const media = request.headers['content-type']
  if (type === 'Binary' && media !== undefined && contentOf(media) !== 'fhir') return wrapped(id, media, request)
  requireFhir(media)
  return jsonOf(request)
}

function wrapped(id: string | undefined, media: string, request: FastifyRequest): string {
  const contentType = media.trim()
  if (!MEDIA_TYPE.test(contentType) || FHIR_XML.test(contentType)) throw httpFaults['wrong-media']()
  const context = request.headers['x-security-context']
  if (context !== undefined && !REFERENCE.test(String(context))) throw httpFaults['bad-security-context']()
  const bytes = bytesOf(request)
  return JSON.stringify({
    resourceType: 'Binary',
    id,
    contentType,
    securityContext: context === undefined ? undefined : { reference: context },
    data: bytes.length === 0 ? undefined : bytes.toString('base64'),
  })
}

interface Binary {
  readonly contentType?: unknown
  readonly data?: unknown
  readonly securityContext?: { readonly reference?: unknown }
}

/** A Binary's bytes, as they are sent. */
export interface Bytes {
  readonly media: string
  readonly bytes: Buffer
  readonly context: string | undefined
}

/** The bytes of the Binary that `text` is; undefined when the resource itself is asked for. Throws `http/not-acceptable`. */
export function bytesIn(text: string, accept: string | undefined, format: string | undefined): Bytes | undefined {
  const { contentType, data, securityContext } = JSON.parse(text) as Binary
  const media =
    typeof contentType === 'string' && MEDIA_TYPE.test(contentType) ? contentType : 'application/octet-stream'
  const wish = binaryWish(accept, format, media)
  if (wish === 'never') throw httpFaults['not-acceptable']()
  if (wish === 'fhir') return undefined
  const reference = securityContext?.reference
  return {
    media,
    bytes: Buffer.from(typeof data === 'string' ? data : '', 'base64'),
    context: typeof reference === 'string' && REFERENCE.test(reference) ? reference : undefined,
  }
}

/**
 * Sends the bytes, always as a download that nothing may sniff or run: whoever can store a page or a script here must not
 * have it run in a reader's browser.
 */
export function sendBytes(reply: FastifyReply, { media, bytes, context }: Bytes): FastifyReply {
  if (context !== undefined) reply.header('x-security-context', context)
  return reply.header('content-type', media).header('content-disposition', 'attachment').send(bytes)
}
