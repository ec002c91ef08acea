/** https://hl7.org/fhir/R4/http.html#update and #cond-update */
import { answerTo } from './answer.ts'
import { bodyFor } from './binary.ts'
import { conditionOf, createsOnly } from './conditions.ts'
import { type Door, type Handler, idIn, typeIn } from './door.ts'
import { withOwnReferencesRelative } from './own-references.ts'
import { criteriaOf } from './query.ts'

export const update =
  (door: Door): Handler =>
  async (request, reply) => {
    const type = typeIn(request)
    const id = idIn(request)
    const answer = answerTo(request, reply, door)
    const when = { ...conditionOf(request.headers), ifNoneMatch: createsOnly(request.headers) }
    const text = withOwnReferencesRelative(bodyFor(type, id, request), door.base(request))
    return answer(await door.record.update(door.caller(request), type, id, text, when))
  }

export const updateWhere =
  (door: Door): Handler =>
  async (request, reply) => {
    const type = typeIn(request)
    const answer = answerTo(request, reply, door)
    const criteria = criteriaOf(request)
    const when = conditionOf(request.headers)
    const text = withOwnReferencesRelative(bodyFor(type, undefined, request), door.base(request))
    return answer(await door.record.updateWhere(door.caller(request), type, criteria, text, when))
  }
