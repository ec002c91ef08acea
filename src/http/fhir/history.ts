/** https://hl7.org/fhir/R4/http.html#history: of one resource, of a type, of the whole system. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { HistoryRequest } from '#record'
import { sendText } from './answer.ts'
import { type Door, type Handler, idIn, typeIn } from './door.ts'
import { preferencesOf } from './prefer.ts'
import { askedInFhir } from './query.ts'

export const instanceHistory =
  (door: Door): Handler =>
  async (request, reply) =>
    send(door, request, reply, { type: typeIn(request), id: idIn(request) })

export const typeHistory =
  (door: Door): Handler =>
  async (request, reply) =>
    send(door, request, reply, { type: typeIn(request) })

export const systemHistory =
  (door: Door): Handler =>
  async (request, reply) =>
    send(door, request, reply, {})

async function send(
  { record, base, caller }: Door,
  request: FastifyRequest,
  reply: FastifyReply,
  of: Pick<HistoryRequest, 'type' | 'id'>,
): Promise<FastifyReply> {
  const what = askedInFhir(request)
  const { strict } = preferencesOf(request.headers.prefer)
  const asked = { ...of, parameters: what.parameters, strict, base: base(request) }
  const bundle = await record.history(caller(request), asked)
  return sendText(reply, bundle, what)
}
