/** https://hl7.org/fhir/R4/http.html#create and #ccreate */
import { criteriaFor } from '#record'
import { httpFaults } from '../faults.ts'
import { answerTo } from './answer.ts'
import { bodyFor } from './binary.ts'
import { type Door, type Handler, typeIn } from './door.ts'
import { withOwnReferencesRelative } from './own-references.ts'

export const create =
  (door: Door): Handler =>
  async (request, reply) => {
    const type = typeIn(request)
    const answer = answerTo(request, reply, door)
    const text = withOwnReferencesRelative(bodyFor(type, undefined, request), door.base(request))
    const ifNoneExist = criteriaIn(type, request.headers['if-none-exist'])
    return answer(await door.record.create(door.caller(request), type, text, ifNoneExist))
  }

function criteriaIn(type: string, header: string | string[] | undefined): string | undefined {
  if (header === undefined) return undefined
  const criteria = criteriaFor(type, String(header))
  if (criteria === undefined) throw httpFaults['bad-if-none-exist']()
  return criteria
}
