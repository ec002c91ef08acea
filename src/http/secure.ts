/** TLS on a door: by which pair it speaks, and what becomes of those who don't. */
import type { Server as PlainServer } from 'node:http'
import type { Server, ServerOptions } from 'node:https'
import type { Registry } from 'prom-client'
import { counterIn } from '#foundation/metric.ts'
import type { KeptPair } from '#foundation/tls/keep.ts'
import { contextOf } from '#foundation/tls/pair.ts'
import { HTTP_METRICS } from './metrics.ts'
import { SECURITY_HEADERS } from './security-headers.ts'

/** https://www.rfc-editor.org/rfc/rfc6797: for a year. */
const ONLY_ENCRYPTED = { 'strict-transport-security': 'max-age=31536000' }
/** Whoever connects and says nothing keeps the place of somebody else. */
const HANDSHAKE_MS = 10_000

/** For Fastify: one of `http` and `https`, with `options` in it. */
export const serverOptions = (tls: KeptPair | undefined, options: ServerOptions) =>
  tls === undefined
    ? { http: options }
    : { https: { ...options, ...contextOf(tls.current()), handshakeTimeout: HANDSHAKE_MS } }

/** New connections have each pair that is taken from now on; those that live keep theirs, and are not cut. */
export function followPair(plain: PlainServer, tls: KeptPair | undefined, metrics: Registry): void {
  if (tls === undefined) return
  const server = plain as unknown as Server
  tls.onTaken((pair) => server.setSecureContext(contextOf(pair)))
  const failed = counterIn(metrics, HTTP_METRICS.handshakes)
  // Node's own listener hands them to those who answer malformed HTTP; nobody has asked for anything yet.
  server.removeAllListeners('tlsClientError')
  server.on('tlsClientError', (_error, socket) => {
    failed.inc()
    socket.destroy()
  })
}

/** Whether clients come by https: to us, or to a proxy in front of us. */
export const comeSecurely = (tls: unknown, publicUrl: string | undefined): boolean =>
  publicUrl === undefined ? tls !== undefined : publicUrl.startsWith('https:')

/** What every answer carries. */
export const headersFor = (secure: boolean): Readonly<Record<string, string>> =>
  secure ? { ...SECURITY_HEADERS, ...ONLY_ENCRYPTED } : SECURITY_HEADERS
