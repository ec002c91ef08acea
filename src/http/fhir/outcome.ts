/**
 * The only place where refusals become FHIR: https://hl7.org/fhir/R4/operationoutcome.html
 */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Fault, type Issue, issuesOf, KINDS } from '#foundation/fault.ts'
import { httpFaults } from '../faults.ts'
import { indent } from './indent.ts'
import { FHIR_JSON } from './media.ts'
import { isPretty } from './query.ts'

const RETRY_AFTER_SECONDS = 2

const print = (issue: readonly Issue[]): string => JSON.stringify({ resourceType: 'OperationOutcome', issue })

export const outcomeOf = (fault: Fault): string => print(issuesOf(fault))

/** What `Prefer: return=OperationOutcome` asks for after a success; `warnings` are references that lead nowhere. */
export function outcomeOfSuccess(says: string, warnings: readonly string[] = []): string {
  return print([
    { severity: 'information', code: 'informational', details: { text: says } },
    ...warnings.map((expression): Issue => {
      const text = 'The reference leads to a resource that nobody has.'
      return { severity: 'warning', code: 'not-found', details: { text }, expression: [expression] }
    }),
  ])
}

/** Fastify's own refusals: https://fastify.dev/docs/latest/Reference/Errors/ */
const FASTIFY: Readonly<Record<string, () => Fault>> = {
  FST_ERR_BAD_URL: httpFaults['malformed-url'],
  FST_ERR_CTP_BODY_TOO_LARGE: httpFaults['body-too-large'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: httpFaults['bad-length'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: httpFaults['wrong-media'],
}

/** Anything thrown, as a fault. Of what nobody expected, the client learns only the request's id. */
export function asFault(error: unknown, requestId: string): Fault {
  if (error instanceof Fault) return error
  const { code, statusCode } = (error ?? {}) as { readonly code?: unknown; readonly statusCode?: unknown }
  const known = typeof code === 'string' ? FASTIFY[code] : undefined
  if (known) return known()
  // Fastify gives the client's mistakes a status, also a body that broke off.
  const isClients = typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500
  return isClients ? httpFaults['malformed-request']() : httpFaults.unexpected({ requestId })
}

/** Headers that a refusal of this kind has to carry. */
export function headersOf(fault: Fault): Record<string, string> {
  const headers: Record<string, string> = { 'content-type': FHIR_JSON }
  if (KINDS[fault.kind].retry) headers['retry-after'] = String(fault.waitSeconds ?? RETRY_AFTER_SECONDS)
  if (fault.kind === 'unknown') {
    const invalid = fault.code === 'http/no-token' ? '' : ', error="invalid_token"'
    headers['www-authenticate'] = `Bearer realm="omnicare"${invalid}`
  }
  if (fault.code === 'http/unknown-encoding') headers['accept-encoding'] = 'gzip'
  if (fault.code === 'http/wrong-patch-media') {
    headers['accept-patch'] = 'application/json-patch+json, application/fhir+json'
  }
  return headers
}

/** Answers with the outcome of `fault`, indented when the request asks for that. */
export function refuse(request: FastifyRequest, reply: FastifyReply, fault: Fault): FastifyReply {
  const outcome = outcomeOf(fault)
  // For a program: https://www.rfc-editor.org/rfc/rfc6750#section-3.1
  if (fault.kind === 'forbidden' && request.access && request.access.scopes !== 'all')
    reply.header('www-authenticate', 'Bearer realm="omnicare", error="insufficient_scope"')
  return reply
    .code(KINDS[fault.kind].http)
    .headers(headersOf(fault))
    .send(isPretty(request) ? indent(outcome) : outcome)
}
