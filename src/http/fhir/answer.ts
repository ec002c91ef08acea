/** What a write is answered with: https://hl7.org/fhir/R4/http.html#ops and #create, #update */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Written } from '#record'
import { stamp } from './conditions.ts'
import type { Door } from './door.ts'
import { indent } from './indent.ts'
import { FHIR_JSON } from './media.ts'
import { outcomeOfSuccess } from './outcome.ts'
import { preferencesOf } from './prefer.ts'
import { type Asked, askedInFhir } from './query.ts'

/** Sends a resource or Bundle as text. */
export const sendText = (reply: FastifyReply, text: string, { pretty }: Pick<Asked, 'pretty'>): FastifyReply =>
  reply.header('content-type', FHIR_JSON).send(pretty ? indent(text) : text)

const SAYS: Readonly<Record<Written['outcome'], string>> = {
  created: 'The resource was created.',
  updated: 'The resource was updated.',
  matched: 'The resource was there already; nothing was changed.',
  unchanged: 'The resource was so already; nothing was changed.',
}

/**
 * Gives what answers a write as `Prefer: return` asks. To be called before the write: all that could be refused about
 * the answer is refused while nothing has been changed.
 */
export function answerTo(request: FastifyRequest, reply: FastifyReply, door: Door): (written: Written) => FastifyReply {
  const what = askedInFhir(request)
  const base = door.base(request)
  const { answer } = preferencesOf(request.headers.prefer)
  return ({ outcome, version, warnings }) => {
    const { type, id, version: number, text } = version
    stamp(reply, version)
      .code(outcome === 'created' ? 201 : 200)
      .header('location', `${base}/${type}/${id}/_history/${number}`)
    if (answer === 'minimal') return reply.send()
    return sendText(reply, answer === 'representation' ? text : outcomeOfSuccess(SAYS[outcome], warnings), what)
  }
}
