import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify'
import type { Fault } from '#foundation/fault.ts'
import { httpFaults } from './faults.ts'
import type { Count, Meter } from './meter.ts'

type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>

/** What answers at each address, by method. Where there is GET there is HEAD. */
export type Routes = Readonly<
  Record<string, Partial<Readonly<Record<'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS', Handler>>>>
>

/** All of these. Throws when two answer at one address: the later would silently hide the other. */
export function together(...all: readonly Routes[]): Routes {
  const found: Record<string, Routes[string]> = {}
  for (const routes of all)
    for (const [url, methods] of Object.entries(routes)) {
      if (url in found) throw new Error(`${url} is answered twice`)
      found[url] = methods
    }
  return found
}

/** Hangs out the routes; every other method of the same address is answered with 405 and Allow. */
export function hangOut(app: FastifyInstance, meter: Meter, routes: Routes): void {
  for (const [url, byMethod] of Object.entries(routes)) {
    const handlers = new Map<string, Handler>(Object.entries(byMethod))
    if (byMethod.GET) handlers.set('HEAD', byMethod.GET)
    const refuseMethod = wrongMethod([...handlers.keys()])
    for (const method of app.supportedMethods) {
      hang(app, method, url, handlers.get(method) ?? refuseMethod, meter(method, url))
    }
  }
}

/** Answers whatever no other route does, also to methods nobody has heard of, so that it is counted and guarded alike. */
export function hangOutNothing(
  app: FastifyInstance,
  meter: Meter,
  refusal: () => Fault = httpFaults['no-endpoint'],
): void {
  const nothing: Handler = async () => {
    throw refusal()
  }
  for (const method of app.supportedMethods) hang(app, method, '/*', nothing, meter(method, 'none'))
}

/** A handler that refuses, naming the methods that are answered. */
export function wrongMethod(allowed: readonly string[]): Handler {
  const allow = allowed.join(', ')
  return async (_request, reply) => {
    reply.header('allow', allow)
    throw httpFaults['wrong-method']()
  }
}

function hang(app: FastifyInstance, method: string, url: string, handler: Handler, count: Count): void {
  app.route({
    method: method as HTTPMethods,
    url,
    handler,
    onResponse: (_request, reply, done) => {
      count(reply.statusCode, reply.elapsedTime / 1000)
      done()
    },
  })
}
