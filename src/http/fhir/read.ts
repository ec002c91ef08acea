/** https://hl7.org/fhir/R4/http.html#read and #vread. The hot path: stored text goes out as it is. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { subset } from '#fhir'
import type { Answered, Found, Version } from '#record'
import { httpFaults } from '../faults.ts'
import { sendText } from './answer.ts'
import { requireBytes, sendBytes } from './binary.ts'
import { isKnown, stamp } from './conditions.ts'
import { type Door, type Handler, idIn, typeIn } from './door.ts'
import { preferencesOf } from './prefer.ts'
import { type Asked, asked, askedInFhir, type Part, partOf } from './query.ts'

export const read =
  ({ record, caller }: Door): Handler =>
  async (request, reply) => {
    const type = typeIn(request)
    const id = idIn(request)
    const form = formFor(type, request)
    const found = await record.read(caller(request), type, id, statusFor(request, form))
    return send(request, reply, form, present(reply, type, found, httpFaults['no-resource']))
  }

const VERSION = /^[1-9]\d{0,8}$/

export const vread =
  ({ record, caller }: Door): Handler =>
  async (request, reply) => {
    const type = typeIn(request)
    const id = idIn(request)
    const form = formFor(type, request)
    const { version } = request.params as { version: string }
    if (!VERSION.test(version)) throw httpFaults['no-version']({ type })
    const found = await record.vread(caller(request), type, id, Number(version), statusFor(request, form))
    return send(request, reply, form, present(reply, type, found, httpFaults['no-version']))
  }

interface Form {
  readonly what: Asked
  readonly part: Part | undefined
  /** A Binary as what it is. */
  readonly asBytes: boolean
}

/** In which form it is asked for; refused before it is read. */
function formFor(type: string, request: FastifyRequest): Form {
  const what = type === 'Binary' ? asked(request) : askedInFhir(request)
  const asBytes = type === 'Binary' && what.wish !== 'named'
  const part = asBytes ? undefined : partOf(what, preferencesOf(request.headers.prefer).strict)
  return { what, part, asBytes }
}

/** Undefined when whatever is there is answered with 200. */
function statusFor({ headers }: FastifyRequest, { asBytes }: Form): Answered | undefined {
  if (!asBytes && headers['if-none-match'] === undefined && headers['if-modified-since'] === undefined) return undefined
  return (version) => {
    if (isKnown(headers, version)) return 304
    if (asBytes) requireBytes(headers.accept)
    return 200
  }
}

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

function send(request: FastifyRequest, reply: FastifyReply, form: Form, version: Version): FastifyReply {
  const { what, part, asBytes } = form
  stamp(reply, version)
  if (isKnown(request.headers, version)) return reply.code(304).send()
  if (asBytes) return sendBytes(reply, version.text)
  return sendText(reply, part ? subset(version.type, version.text, part) : version.text, what)
}
