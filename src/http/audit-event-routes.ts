import type { FastifyReply, FastifyRequest } from 'fastify'
import { httpFaults } from './faults.ts'
import { FHIR_PATH, type Handler } from './fhir/door.ts'
import type { Routes } from './routes.ts'

export const AUDIT_EVENTS = `${FHIR_PATH}/AuditEvent`

interface Answers {
  readonly search: Handler
  readonly searchByPost: Handler
  readonly read: Handler
}

/** AuditEvents are found and read, on both planes; nobody writes them but OmniCare, and none ever changes. */
export const auditEventRoutes = ({ search, searchByPost, read }: Answers): Routes => ({
  [AUDIT_EVENTS]: { GET: search, ...refusing('GET, HEAD') },
  [`${AUDIT_EVENTS}/_search`]: { POST: searchByPost },
  [`${AUDIT_EVENTS}/:id`]: { GET: read, ...refusing('GET, HEAD') },
  [`${AUDIT_EVENTS}/_history`]: { GET: noHistory },
  [`${AUDIT_EVENTS}/:id/_history`]: { GET: noHistory },
  [`${AUDIT_EVENTS}/:id/_history/:version`]: { GET: noHistory },
})

function refusing(allow: string): Routes[string] {
  const refuse = async (_request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    reply.header('allow', allow)
    throw httpFaults['trail-is-read-only']()
  }
  return { POST: refuse, PUT: refuse, PATCH: refuse, DELETE: refuse }
}

const noHistory: Handler = async () => {
  throw httpFaults['trail-has-no-history']()
}
