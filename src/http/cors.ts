/**
 * Pages of registered programs may ask from their own origin (https://fetch.spec.whatwg.org/#http-cors-protocol). They show a
 * token; cookies are never let along. Pages of anybody else are answered as before, and their browsers keep the answer from them.
 */
import type { FastifyInstance } from 'fastify'

const METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE'
const SENT = [
  'authorization',
  'content-type',
  'accept',
  'prefer',
  'if-match',
  'if-none-match',
  'if-modified-since',
  'if-none-exist',
  'idempotency-key',
  'x-request-id',
].join(', ')
const SHOWN = 'content-location, etag, last-modified, location, retry-after, www-authenticate, x-request-id'
const KEPT_SECONDS = 600

/** @param isKnown whether a registered program has pages at an origin */
export function letBrowsersIn(app: FastifyInstance, isKnown: (origin: string) => boolean): void {
  app.addHook('onRequest', (request, reply, done) => {
    const { origin, 'access-control-request-method': wanted } = request.headers
    if (origin === undefined || !isKnown(origin)) return done()
    reply.headers({ 'access-control-allow-origin': origin, vary: 'Origin' })
    if (request.method !== 'OPTIONS' || wanted === undefined) {
      reply.header('access-control-expose-headers', SHOWN)
      return done()
    }
    // Asked by the browser itself, without a token, and tells nothing.
    reply
      .code(204)
      .headers({
        'access-control-allow-methods': METHODS,
        'access-control-allow-headers': SENT,
        'access-control-max-age': String(KEPT_SECONDS),
      })
      .send()
  })
}
