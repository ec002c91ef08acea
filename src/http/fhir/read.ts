/** https://hl7.org/fhir/R4/http.html#read and #vread. The hot path: stored text goes out as it is. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Found, inPart, partOf, type Version } from '#record'
import { httpFaults } from '../faults.ts'
import { sendText } from './answer.ts'
import { sendBytes } from './binary.ts'
import { isKnown, stamp } from './conditions.ts'
import { type Door, type Handler, idIn, typeIn } from './door.ts'
import { preferencesOf } from './prefer.ts'
import { type Asked, asked, askedInFhir } from './query.ts'

export const read =
  ({ record }: Door): Handler =>
  async (request, reply) => {
    const type = typeIn(request)
    const id = idIn(request)
    const what = askedFor(type, request)
    const found = await record.read(type, id)
    return send(request, reply, what, present(reply, type, found, httpFaults['no-resource']))
  }

const VERSION = /^[1-9]\d{0,8}$/

export const vread =
  ({ record }: Door): Handler =>
  async (request, reply) => {
    const type = typeIn(request)
    const id = idIn(request)
    const what = askedFor(type, request)
    const { version } = request.params as { version: string }
    if (!VERSION.test(version)) throw httpFaults['no-version']({ type })
    const found = await record.vread(type, id, Number(version))
    return send(request, reply, what, present(reply, type, found, httpFaults['no-version']))
  }

/** A Binary may also be asked for as what it is. */
const askedFor = (type: string, request: FastifyRequest): Asked =>
  type === 'Binary' ? asked(request) : askedInFhir(request)

/** The version found. What is deleted still has an ETag: https://hl7.org/fhir/R4/http.html#read */
function present(
  reply: FastifyReply,
  type: string,
  found: Found,
  unknown: (typeof httpFaults)['no-resource'],
): Version {
  if (found.is === 'present') return found.version
  if (found.is === 'unknown') throw unknown({ type })
  stamp(reply, found)
  throw httpFaults.deleted({ type })
}

function send(request: FastifyRequest, reply: FastifyReply, what: Asked, version: Version): FastifyReply {
  const { headers } = request
  stamp(reply, version)
  if (isKnown(headers, version)) return reply.code(304).send()
  if (version.type === 'Binary' && sendBytes(reply, version.text, headers.accept, what.format)) return reply
  const part = partOf(version.type, what.parameters, preferencesOf(headers.prefer).strict)
  return sendText(reply, inPart(version.type, version.text, part), what)
}
