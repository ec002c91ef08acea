/**
 * Calls between processes of one installation, by https.
 *
 * They ask 127.0.0.1, of which certificates know nothing, and the certificate may be signed by itself. So that very certificate is
 * believed, by whatever address it is met, beside what the usual authorities vouch for by name. Nothing else is, not even what
 * stands behind it in the file: an authority of the house vouches for others too. Checking is never turned off, whatever
 * NODE_TLS_REJECT_UNAUTHORIZED says.
 */
import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
// Types only: to import them is dear (src/cli/import/connection.ts), and who has no TLS does without.
import type { Agent, AgentOptions, RequestOptions } from 'node:https'
import type { Readable } from 'node:stream'
import type { ConnectionOptions, SecureContext } from 'node:tls'

/** PEM of the installation's certificates, each with those that vouch for it. Asked for each connection: they are renewed. */
export type Believed = () => readonly string[]

type Init = Pick<RequestInit, 'method' | 'headers' | 'signal' | 'redirect'> & { readonly body?: string | Uint8Array }

/** As the global one; of https with a certificate of the installation, redirects are not followed. */
export type Fetch = (url: string, init?: Init) => Promise<Response>

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/

/** PEM in a file, read each time; none when it isn't there or half written. */
export const certificatesIn =
  (file: string): Believed =>
  () => {
    try {
      const text = readFileSync(file, 'utf8')
      process.getBuiltinModule('node:tls').createSecureContext({ ca: text })
      return leafOf(text) === undefined ? [] : [text]
    } catch {
      return []
    }
  }

/** Without `believed` it is the global one. */
export function openFetch(believed: Believed | undefined): Fetch {
  const usual: Fetch = (url, init) => fetch(url, init as RequestInit)
  if (believed === undefined) return usual
  let agent: Agent | undefined
  return (url, init = {}) => {
    if (!url.startsWith('https:')) return usual(url, init)
    agent ??= openAgent(believed)
    return ask(url, init, { agent })
  }
}

/** Connections by https that are kept, to whoever shows a certificate that is believed. */
export function openAgent(believed: Believed): Agent {
  const https = process.getBuiltinModule('node:https')
  const trust = openTrust(believed)
  class OurAgent extends https.Agent {
    override createConnection(...[options, done]: Parameters<Agent['createConnection']>) {
      return super.createConnection({ ...options, ...trust() } as RequestOptions, done)
    }
  }
  return new OurAgent({ keepAlive: true } satisfies AgentOptions)
}

/** How a connection that is made now checks whom it has reached. */
function openTrust(
  believed: Believed,
): () => Pick<ConnectionOptions, 'rejectUnauthorized' | 'secureContext' | 'checkServerIdentity'> {
  const tls = process.getBuiltinModule('node:tls')
  let made: { readonly of: string; readonly context: SecureContext; readonly ours: ReadonlySet<string> } | undefined
  return () => {
    const certificates = believed()
    const of = certificates.join('\n')
    // To read all the authorities takes a while, and connections are many.
    if (made?.of !== of) {
      const leaves = certificates.map(leafOf).filter((leaf) => leaf !== undefined)
      const context = tls.createSecureContext({
        ca: [...tls.getCACertificates('default'), ...leaves.map(String)],
        allowPartialTrustChain: true,
      })
      made = { of, context, ours: new Set(leaves.map(({ raw }) => fingerprintOf(raw))) }
    }
    const { context, ours } = made
    return {
      rejectUnauthorized: true,
      secureContext: context,
      checkServerIdentity: (host, certificate) =>
        ours.has(fingerprintOf(certificate.raw)) ? undefined : tls.checkServerIdentity(host, certificate),
    }
  }
}

/** The server's own certificate, which comes first, without those that vouch for it. */
function leafOf(pem: string): X509Certificate | undefined {
  const [first] = CERTIFICATE.exec(pem) ?? []
  return first === undefined ? undefined : new X509Certificate(first)
}

const fingerprintOf = (raw: Uint8Array): string => Buffer.from(raw).toString('base64')

/** https://docs.openssl.org/master/man1/openssl-verification-options/#diagnostics and Node's own, for a wrong name. */
const DISTRUST = /^(CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH|INVALID_|ERR_TLS_CERT_)/

/** Whether a call failed for the certificate that was shown. */
export function isDistrust(error: unknown): boolean {
  const { code, cause } = error as { code?: unknown; cause?: { code?: unknown } }
  return DISTRUST.test(String(cause?.code ?? code))
}

/** How a connection is made. `lookup`: where a name leads, for who may not go everywhere. */
export type By = Pick<RequestOptions, 'lookup'> & { readonly agent: Agent | false }

/** Asks without following redirects, which are answers as any other unless they are refused. */
export async function ask(url: string, init: Init, by: By): Promise<Response> {
  const { request } = process.getBuiltinModule(url.startsWith('https:') ? 'node:https' : 'node:http')
  const { method = 'GET', headers, body, signal, redirect } = init
  const { promise, resolve, reject } = Promise.withResolvers<Readable & { statusCode?: number; rawHeaders: string[] }>()
  request(url, {
    ...by,
    method,
    headers: Object.fromEntries(new Headers(headers)),
    ...(signal && { signal }),
  })
    .on('error', reject)
    .on('response', resolve)
    .end(body)
  const answer = await promise
  const status = answer.statusCode ?? 0
  const received = new Headers()
  for (let at = 0; at < answer.rawHeaders.length; at += 2)
    received.append(answer.rawHeaders[at] as string, answer.rawHeaders[at + 1] as string)
  if (redirect === 'error' && status >= 300 && status < 400 && status !== 304) {
    answer.destroy()
    throw new TypeError('the answer leads elsewhere')
  }
  const { Readable } = process.getBuiltinModule('node:stream')
  const isEmpty = method === 'HEAD' || [204, 205, 304].includes(status)
  if (isEmpty) answer.resume()
  return new Response(isEmpty ? null : (Readable.toWeb(answer) as ReadableStream<Uint8Array>), {
    status,
    headers: received,
  })
}
