/** https://datatracker.ietf.org/doc/html/draft-inadarei-api-health-check-06 */
import type { FastifyReply } from 'fastify'

export const sayHealth = (reply: FastifyReply, code: number, body: object): FastifyReply =>
  reply.code(code).header('content-type', 'application/health+json; charset=utf-8').send(JSON.stringify(body))
