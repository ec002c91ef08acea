/** Which permission each route of operations asks for: said where the route is, and held before its work begins. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type OperationsPermission, permits, type Role } from '#identity'
import type { Routes } from '../routes.ts'
import { doorFaults } from './faults.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** By which roles somebody was let in at operations; `all` is the token of the machine's owner. */
    rights: readonly Role[] | 'all' | null
  }
}

type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>

const asked = new WeakMap<Handler, OperationsPermission>()

/** The handler for those whose roles permit it, and nobody else. */
export function may(permission: OperationsPermission, handler: Handler): Handler {
  const held: Handler = async (request, reply) => {
    const { rights } = request
    if (rights !== 'all' && !(rights !== null && permits(rights, permission))) throw doorFaults['not-permitted']()
    return handler(request, reply)
  }
  asked.set(held, permission)
  return held
}

/** The same permission for every handler of these. */
export const allMay = (permission: OperationsPermission, routes: Routes): Routes =>
  Object.fromEntries(
    Object.entries(routes).map(([url, methods]) => [
      url,
      Object.fromEntries(Object.entries(methods).map(([method, handler]) => [method, may(permission, handler)])),
    ]),
  )

/** What each route asks for, as `GET /metrics`. Throws for one that doesn't say: it can't be hung out. */
export function permissionsOf(routes: Routes): ReadonlyMap<string, OperationsPermission> {
  const found = new Map<string, OperationsPermission>()
  for (const [url, methods] of Object.entries(routes))
    for (const [method, handler] of Object.entries(methods)) {
      const permission = asked.get(handler)
      if (permission === undefined) throw new Error(`${method} ${url} names no permission`)
      found.set(`${method} ${url}`, permission)
    }
  return found
}

/** The routes, when each of them names a permission. */
export function allPermitted(routes: Routes): Routes {
  permissionsOf(routes)
  return routes
}
