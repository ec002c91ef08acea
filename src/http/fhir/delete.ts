/** https://hl7.org/fhir/R4/http.html#delete and #cond-delete */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { httpFaults } from '../faults.ts'
import { sendText } from './answer.ts'
import { conditionOf, etag } from './conditions.ts'
import { type Door, type Handler, idIn, typeIn } from './door.ts'
import { outcomeOfSuccess } from './outcome.ts'
import { preferencesOf } from './prefer.ts'
import { type Asked, askedInFhir, criteriaOf } from './query.ts'

type Deletion = { readonly version: number } | undefined

export const remove =
  ({ record, caller }: Door): Handler =>
  async (request, reply) => {
    const type = typeIn(request)
    const id = idIn(request)
    const what = askedInFhir(request)
    const when = conditionOf(request.headers)
    return sendDeleted(request, reply, what, await record.delete(caller(request), type, id, when))
  }

export const removeWhere =
  ({ record, caller }: Door): Handler =>
  async (request, reply) => {
    const type = typeIn(request)
    const what = askedInFhir(request)
    const criteria = criteriaOf(request)
    if (request.headers['if-match'] !== undefined) throw httpFaults['unusable-if-match']()
    return sendDeleted(request, reply, what, await record.deleteWhere(caller(request), type, criteria))
  }

/** That nothing was there is a success too: what was asked for is so. */
function sendDeleted(request: FastifyRequest, reply: FastifyReply, what: Asked, deletion: Deletion): FastifyReply {
  if (deletion) reply.header('etag', etag(deletion.version))
  if (preferencesOf(request.headers.prefer).answer !== 'OperationOutcome') return reply.code(204).send()
  const says = deletion ? 'The resource is deleted.' : 'There was nothing to delete.'
  return sendText(reply, outcomeOfSuccess(says), what)
}
