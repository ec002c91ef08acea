/**
 * AuditEvents at the hospital's own address: what is asked is passed on to operations, which has the ledger and its keys.
 * Why: docs/decisions/0011-audit-events.md
 */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Fetch, openFetch } from '#foundation/tls/calls.ts'
import { AUDIT_EVENTS, auditEventRoutes } from '../audit-event-routes.ts'
import { bytesOf } from '../body.ts'
import { httpFaults } from '../faults.ts'
import { relayHeaders } from '../relay.ts'
import type { Routes } from '../routes.ts'
import { type Door, idIn } from './door.ts'

/** Where operations answers. */
export interface Trail {
  /** Without a final slash; nothing while it isn't known. */
  readonly address: () => string | undefined
  /** By which operations knows its hospital. */
  readonly key: string | undefined
  /** By which it is asked; the global one when absent. */
  readonly fetch?: Fetch
}

const PATIENCE_MS = 10_000
const PASSED_ON = ['authorization', 'accept', 'content-type', 'prefer', 'user-agent'] as const
const PASSED_BACK = ['content-type', 'retry-after', 'www-authenticate'] as const

export function trailRoutes(
  { base, caller, record }: Pick<Door, 'base' | 'caller' | 'record'>,
  { address, key, fetch = openFetch(undefined) }: Trail,
): Routes {
  const passOn = async (request: FastifyRequest, reply: FastifyReply, path: string, isForm = false) => {
    record.require(
      caller(request),
      'AuditEvent',
      (request.params as { id?: string }).id === undefined ? 'search' : 'read',
    )
    const [, query] = (request.raw.url as string).split(/\?(.*)/s, 2)
    const headers = new Headers({ 'x-request-id': request.id })
    for (const name of PASSED_ON)
      if (request.headers[name] !== undefined) headers.set(name, String(request.headers[name]))
    if (key !== undefined)
      for (const [name, value] of Object.entries(relayHeaders(key, { address: request.ip, base: base(request) })))
        headers.set(name, value)
    const answer = await ask(`${AUDIT_EVENTS}${path}${query === undefined ? '' : `?${query}`}`, {
      method: isForm ? 'POST' : 'GET',
      headers,
      ...(isForm && { body: new Uint8Array(bytesOf(request)) }),
    })
    for (const name of PASSED_BACK) {
      const value = answer.headers.get(name)
      if (value !== null) reply.header(name, value)
    }
    return reply.code(answer.status).send(answer.body)
  }

  /** The whole answer, within the time. Throws `http/trail-away`. */
  const ask = async (path: string, init: Parameters<Fetch>[1]) => {
    const there = address()
    if (there === undefined) throw httpFaults['trail-away']()
    try {
      const signal = AbortSignal.timeout(PATIENCE_MS)
      const answer = await fetch(there + path, { ...init, signal, redirect: 'error' })
      return { status: answer.status, headers: answer.headers, body: Buffer.from(await answer.arrayBuffer()) }
    } catch {
      throw httpFaults['trail-away']()
    }
  }

  return auditEventRoutes({
    search: (request, reply) => passOn(request, reply, ''),
    searchByPost: (request, reply) => passOn(request, reply, '/_search', true),
    read: (request, reply) => passOn(request, reply, `/${idIn(request)}`),
  })
}
