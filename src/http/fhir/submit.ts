/**
 * Batches and transactions: https://hl7.org/fhir/R4/http.html#transaction
 * Idempotency-Key: draft-ietf-httpapi-idempotency-key-header, so that a client may repeat what it got no answer to.
 */
import { jsonOf } from '../body.ts'
import { httpFaults } from '../faults.ts'
import { sendText } from './answer.ts'
import type { Door, Handler } from './door.ts'
import { requireFhir } from './media.ts'
import { askedInFhir } from './query.ts'

export const submit =
  ({ record, base, caller }: Door): Handler =>
  async (request, reply) => {
    const { headers } = request
    const what = askedInFhir(request)
    requireFhir(headers['content-type'])
    const key = keyIn(headers['idempotency-key'])
    const { text, replayed } = await record.submit(caller(request), jsonOf(request), base(request), key)
    if (replayed) reply.header('idempotent-replayed', 'true')
    return sendText(reply, text, what)
  }

function keyIn(header: string | string[] | undefined): string | undefined {
  if (header === undefined) return undefined
  const key = String(header)
  if (!/^[\x20-\x7e]{1,200}$/.test(key)) throw httpFaults['bad-idempotency-key']()
  return key
}
