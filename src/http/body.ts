import { isUtf8 } from 'node:buffer'
import { promisify } from 'node:util'
import zlib from 'node:zlib'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { mostInBody, refuseComplex } from '#fhir'
import { httpFaults } from './faults.ts'

const gunzip = promisify<Buffer, zlib.ZlibOptions, Buffer>(zlib.gunzip)

/** Bodies of all media types arrive as bytes; what they must be is for each interaction to say. */
export function takeBodies(app: FastifyInstance, limitBytes: number): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (request, body: Buffer, done) => {
    const encoding = request.headers['content-encoding']
    if (encoding === undefined) return done(null, body)
    decoded(body, encoding, limitBytes).then((bytes) => done(null, bytes), done)
  })
}

/** Undoes the Content-Encoding. The limit also holds for what comes out: a small body can inflate to a huge one. */
async function decoded(body: Buffer, encoding: string, limitBytes: number): Promise<Buffer> {
  const name = encoding.trim().toLowerCase()
  if (name === '' || name === 'identity') return body
  if (name !== 'gzip' && name !== 'x-gzip') throw httpFaults['unknown-encoding']()
  return gunzip(body, { maxOutputLength: limitBytes }).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ERR_BUFFER_TOO_LARGE' ? httpFaults['body-too-large']() : httpFaults['bad-compression']()
  })
}

/** The body as sent; empty when there was none. */
export const bytesOf = (request: FastifyRequest): Buffer => (request.body as Buffer | undefined) ?? Buffer.alloc(0)

/** The body as JSON text, not yet read. Throws `fhir/too-complex` when it holds more values than a body may. */
export function jsonOf(request: FastifyRequest): string {
  const text = textOf(request)
  refuseComplex(text, mostInBody(request.routeOptions.bodyLimit))
  return text
}

/** The body as text. Bytes that are not UTF-8 are refused: decoding would silently change them. */
export function textOf(request: FastifyRequest): string {
  const bytes = bytesOf(request)
  if (bytes.length === 0) throw httpFaults['no-body']()
  if (!isUtf8(bytes)) throw httpFaults['not-utf-8']()
  return bytes.toString('utf8')
}
