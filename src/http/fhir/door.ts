import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Audit } from '#audit'
import { FHIR_ID, RESOURCE_TYPES } from '#fhir'
import type { Asker, HealthRecord } from '#record'
import { httpFaults } from '../faults.ts'

/** What every interaction needs. */
export interface Door {
  readonly record: HealthRecord
  /** For what is answered without the record. */
  readonly audit: Audit
  readonly caller: (request: FastifyRequest) => Asker
  /** The absolute FHIR base that links begin with, without a final slash. */
  readonly base: (request: FastifyRequest) => string
}

export type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>

export const FHIR_PATH = '/fhir/R4'

const TYPES: ReadonlySet<string> = new Set(RESOURCE_TYPES)

/** The resource type in the address. Throws `http/unknown-type`. */
export function typeIn({ params }: FastifyRequest): string {
  const { type } = params as { type: string }
  if (TYPES.has(type)) return type
  throw type.startsWith('$') ? httpFaults['unknown-operation']() : httpFaults['unknown-type']()
}

/** The id in the address. Throws `http/bad-id`. */
export function idIn({ params }: FastifyRequest): string {
  const { id } = params as { id: string }
  if (FHIR_ID.test(id)) return id
  throw id.startsWith('$') ? httpFaults['unknown-operation']() : httpFaults['bad-id']()
}

/** A DNS name, an IPv4 address or an IPv6 address in brackets, perhaps with a port. */
const HOST = /^(?:[A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?$/

/** The base of links: what the operator configured, else the name by which the client reached us. */
export function openBase(publicUrl: string | undefined, scheme: 'http' | 'https' = 'http'): Door['base'] {
  if (publicUrl !== undefined) {
    const base = publicUrl.replace(/\/+$/, '') + FHIR_PATH
    return () => base
  }
  return ({ headers: { host } }) => {
    // It goes into links that others follow: nothing but a host may come through.
    if (host === undefined || !HOST.test(host)) throw httpFaults['bad-host']()
    return `${scheme}://${host}${FHIR_PATH}`
  }
}
