import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Span, Traces } from '#foundation/traces.ts'

/** Makes a span of each request in `app`, by its route's pattern; nothing at all without traces. */
export function traceRequests(app: FastifyInstance, traces: Traces | undefined): void {
  if (traces === undefined) return
  const spans = new WeakMap<FastifyRequest, Span>()
  app.addHook('onRequest', (request, _reply, done) => {
    const route = request.routeOptions.url ?? 'none'
    const attributes = { 'http.request.method': request.method, 'http.route': route }
    const span = traces.request(`${request.method} ${route}`, attributes, request.headers.traceparent)
    spans.set(request, span)
    span.within(done)
  })
  app.addHook('onResponse', (request, { statusCode }, done) => {
    const failed = statusCode >= 500 ? String(statusCode) : undefined
    spans.get(request)?.end({ 'http.response.status_code': statusCode }, failed)
    done()
  })
}
