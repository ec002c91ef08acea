/** https://hl7.org/fhir/R4/http.html#patch; FHIRPath patch: https://hl7.org/fhir/R4/fhirpatch.html */
import type { FastifyRequest } from 'fastify'
import { fhirpathPatch, jsonPatch, readPatch } from '#fhir'
import type { Change } from '#record'
import { textOf } from '../body.ts'
import { httpFaults } from '../faults.ts'
import { answerTo } from './answer.ts'
import { conditionOf } from './conditions.ts'
import { type Door, type Handler, idIn, typeIn } from './door.ts'
import { contentOf } from './media.ts'
import { criteriaOf } from './query.ts'

export const patch =
  (door: Door): Handler =>
  async (request, reply) => {
    const type = typeIn(request)
    const id = idIn(request)
    const answer = answerTo(request, reply, door)
    const when = conditionOf(request.headers)
    const change = await changeIn(request)
    return answer(await door.record.patch(door.caller(request), type, id, change, when))
  }

export const patchWhere =
  (door: Door): Handler =>
  async (request, reply) => {
    const type = typeIn(request)
    const answer = answerTo(request, reply, door)
    const criteria = criteriaOf(request)
    const when = conditionOf(request.headers)
    const change = await changeIn(request)
    return answer(await door.record.patchWhere(door.caller(request), type, criteria, change, when))
  }

async function changeIn(request: FastifyRequest): Promise<Change> {
  const content = contentOf(request.headers['content-type'])
  if (content !== 'json-patch' && content !== 'fhir') throw httpFaults['wrong-patch-media']()
  const document = readPatch(textOf(request))
  return content === 'json-patch' ? jsonPatch(document) : fhirpathPatch(document)
}
