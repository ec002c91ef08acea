/** https://hl7.org/fhir/R4/http.html#search: of a type or the whole system, by GET or POST. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { SearchRequest } from '#record'
import { bytesOf, textOf } from '../body.ts'
import { httpFaults } from '../faults.ts'
import { sendText } from './answer.ts'
import { type Door, type Handler, typeIn } from './door.ts'
import { contentOf } from './media.ts'
import { preferencesOf } from './prefer.ts'
import { askedInFhir } from './query.ts'

export const searchType =
  (door: Door): Handler =>
  async (request, reply) =>
    send(door, request, reply, { type: typeIn(request) })

export const searchSystem =
  (door: Door): Handler =>
  async (request, reply) =>
    send(door, request, reply, {})

export const searchTypeByPost =
  (door: Door): Handler =>
  async (request, reply) =>
    send(door, request, reply, { type: typeIn(request) }, formOf(request))

export const searchSystemByPost =
  (door: Door): Handler =>
  async (request, reply) =>
    send(door, request, reply, {}, formOf(request))

/** A thousand values, each a code with the address of its system, are a tenth of it. */
const MOST_FORM_BYTES = 1024 * 1024

/** The parameters in the body; they add to those in the address. */
function formOf(request: FastifyRequest): string {
  if (bytesOf(request).length === 0) return ''
  if (contentOf(request.headers['content-type']) !== 'form') throw httpFaults['wrong-form-media']()
  if (bytesOf(request).length > MOST_FORM_BYTES) throw httpFaults['body-too-large']()
  return textOf(request)
}

async function send(
  { record, base, caller }: Door,
  request: FastifyRequest,
  reply: FastifyReply,
  of: Pick<SearchRequest, 'type'>,
  form?: string,
): Promise<FastifyReply> {
  const what = askedInFhir(request, form)
  const { strict } = preferencesOf(request.headers.prefer)
  const asked = { ...of, parameters: what.parameters, strict, base: base(request) }
  const bundle = await record.search(caller(request), asked)
  return sendText(reply, bundle, what)
}
