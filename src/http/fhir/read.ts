/** https://hl7.org/fhir/R4/http.html#read and #vread. The hot path: stored text goes out as it is. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Answered, type Found, inPart, type Part, partOf, type Version } from '#record'
import { httpFaults } from '../faults.ts'
import { sendText } from './answer.ts'
import { type Bytes, bytesIn, sendBytes } from './binary.ts'
import { isKnown, stamp } from './conditions.ts'
import { type Door, type Handler, idIn, typeIn } from './door.ts'
import { preferencesOf } from './prefer.ts'
import { type Asked, asked, askedInFhir } from './query.ts'

export const read =
  ({ record, caller }: Door): Handler =>
  async (request, reply) => {
    const type = typeIn(request)
    const id = idIn(request)
    const form = formFor(type, request)
    const found = await record.read(caller(request), type, id, form.answered)
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
    const found = await record.vread(caller(request), type, id, Number(version), form.answered)
    return send(request, reply, form, present(reply, type, found, httpFaults['no-version']))
  }

/** In which form a resource is asked for. */
interface Form {
  readonly what: Asked
  /** With which status what is there will be answered; undefined when that is always 200. Throws what refuses the form. */
  readonly answered: Answered | undefined
  readonly part: Part | undefined
  /** Of a Binary that was asked for as what it is, once it has been found. */
  bytes?: Bytes | undefined
}

/** What is refused without looking at the resource is refused before it is read. */
function formFor(type: string, request: FastifyRequest): Form {
  const { headers } = request
  if (type === 'Binary') return formOfBinary(request)
  const what = askedInFhir(request)
  const part = partOf(type, what.parameters, preferencesOf(headers.prefer).strict)
  if (headers['if-none-match'] === undefined && headers['if-modified-since'] === undefined)
    return { what, part, answered: undefined }
  return { what, part, answered: (version) => (isKnown(headers, version) ? 304 : 200) }
}

/** A Binary may also be asked for as what it is: whether it can be had like that shows when it has been found. */
function formOfBinary(request: FastifyRequest): Form {
  const { headers } = request
  const what = asked(request)
  const { strict } = preferencesOf(headers.prefer)
  const form: Form = {
    what,
    part: partOf('Binary', what.parameters, false),
    answered(version) {
      if (isKnown(headers, version)) return 304
      form.bytes = bytesIn(version.text, headers.accept, what.format)
      if (form.bytes === undefined) partOf('Binary', what.parameters, strict)
      return 200
    },
  }
  return form
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
  const { what, part, bytes } = form
  stamp(reply, version)
  if (isKnown(request.headers, version)) return reply.code(304).send()
  if (bytes !== undefined) return sendBytes(reply, bytes)
  return sendText(reply, inPart(version.type, version.text, part), what)
}
