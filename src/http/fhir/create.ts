/** https://hl7.org/fhir/R4/http.html#create and #ccreate */
import { httpFaults } from '../faults.ts'
import { sendWritten } from './answer.ts'
import { bodyFor } from './binary.ts'
import { type Door, type Handler, typeIn } from './door.ts'
import { askedInFhir } from './query.ts'

export const create =
  (door: Door): Handler =>
  async (request, reply) => {
    const type = typeIn(request)
    const what = askedInFhir(request)
    const text = bodyFor(type, undefined, request)
    const ifNoneExist = criteriaIn(request.headers['if-none-exist'])
    return sendWritten(request, reply, door, what, await door.record.create(type, text, ifNoneExist))
  }

function criteriaIn(header: string | string[] | undefined): string | undefined {
  if (header === undefined) return undefined
  const criteria = String(header).trim().replace(/^\?/, '')
  if (criteria === '') throw httpFaults['bad-if-none-exist']()
  return criteria
}
