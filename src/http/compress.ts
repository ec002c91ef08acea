/**
 * Large answers in FHIR JSON, compressed for who accepts it: RFC 9110, section 12.5.3.
 *
 * Compressing a secret beside what an attacker can choose tells its bytes by the length (BREACH). No answer holds one: the
 * token travels in a header, never in a body, and no browser adds it to a request that another site makes.
 */
import { promisify } from 'node:util'
import zlib from 'node:zlib'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { remembering } from './fhir/media.ts'

/** Below it, the bytes saved are not worth anybody's time: reads and pages of a few resources go as they are. */
const LEAST_CHARACTERS = 32 * 1024
/** Six times smaller at 200 MB a second; the usual level makes it seven to eight at a quarter of that. */
const LEVEL = 1

const gzip = promisify<string, zlib.ZlibOptions, Buffer>(zlib.gzip)

/** Whether it is worth asking who wants the payload compressed. This is all that a small answer costs. */
export const isLarge = (payload: unknown): payload is string =>
  typeof payload === 'string' && payload.length >= LEAST_CHARACTERS

/** The payload as the request accepts it; the work is done on a thread of its own. */
export async function compressed(
  { headers }: FastifyRequest,
  reply: FastifyReply,
  payload: string,
): Promise<string | Buffer> {
  if (!String(reply.getHeader('content-type')).startsWith('application/fhir+json')) return payload
  reply.header('vary', 'accept-encoding')
  if (!acceptsGzip(String(headers['accept-encoding'] ?? ''))) return payload
  reply.header('content-encoding', 'gzip')
  return gzip(payload, { level: LEVEL })
}

export const acceptsGzip = remembering((accept: string): boolean => {
  const weights = new Map(
    accept.split(',').map((coding) => {
      const [name = '', ...parameters] = coding.toLowerCase().split(';')
      const weight = parameters.map((one) => /^\s*q=([\d.]+)\s*$/.exec(one)?.[1]).find((q) => q !== undefined)
      return [name.trim(), Number(weight ?? 1) || 0]
    }),
  )
  const ours = weights.get('gzip') ?? weights.get('x-gzip') ?? weights.get('*') ?? 0
  return ours > 0 && ours >= (weights.get('identity') ?? 0)
})
