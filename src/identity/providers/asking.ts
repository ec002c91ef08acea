/**
 * What is asked of an identity provider: at most so long, at most so much, at no address that isn't its own to name, and
 * never where a redirect leads, nor a name that leads back to this machine: who answers for names may say so at any time, so
 * that it is looked at when the connection is made, and that address is connected to.
 */
import { lookup } from 'node:dns'
import type { LookupFunction } from 'node:net'
import { customFetch } from 'openid-client'
import { ask } from '#foundation/tls/calls.ts'
import { isElsewhere, mayBeAsked, mayBeHere } from './rules.ts'

export const PATIENCE_SECONDS = 5
const MOST_BYTES = 512 * 1024

/** Nothing came back that could be read. `why` in a few fixed words. */
export class Unanswered extends Error {
  readonly why: string
  constructor(why: string, cause?: unknown) {
    super(why, { cause })
    this.why = why
  }
}

interface Asked {
  readonly method?: string
  readonly headers?: ConstructorParameters<typeof Headers>[0]
  readonly body?: URLSearchParams | string | null
}

/** Where a name leads, if that may be asked. */
export const pinned =
  (issuer: string, find: typeof lookup = lookup): LookupFunction =>
  (name, options, done) =>
    find(name, { ...options, all: true }, (error, found) => {
      if (error !== null) return done(error, '', 0)
      const mayGo = found.length > 0 && (mayBeHere(name, issuer) || found.every(({ address }) => isElsewhere(address)))
      if (!mayGo) return done(new Unanswered('is at an address that is not asked'), '', 0)
      const [{ address, family } = { address: '', family: 0 }] = found
      return options.all === true ? done(null, found) : done(null, address, family)
    })

/** As the library takes it. Rejects with `Unanswered`. */
export const askingOf = (issuer: string) => ({
  async [customFetch](url: string, options: object): Promise<Response> {
    if (!mayBeAsked(url, issuer)) throw new Unanswered('names an address that is not asked')
    const signal = AbortSignal.timeout(PATIENCE_SECONDS * 1000)
    const { method = 'GET', headers: sent, body } = options as Asked
    // Not packed: what is sent is no more than what is counted.
    const given = new Headers(sent)
    given.set('accept-encoding', 'identity')
    const init = { method, headers: given, signal, ...(body && { body: String(body) }) }
    const answer = await ask(url, init, { agent: false, lookup: pinned(issuer) }).catch((cause) => {
      if (cause instanceof Unanswered) throw cause
      throw new Unanswered(signal.aborted ? 'takes too long' : 'does not answer', cause)
    })
    const { status, headers } = answer
    if (status >= 300 && status < 400) throw new Unanswered('answers with a redirect')
    if (status === 429 || status >= 500) throw new Unanswered('answers that it can not now')
    const bytes = await limited(answer, signal)
    return new Response(bytes.length === 0 ? null : bytes, { status, headers: plain(headers) })
  },
})

async function limited({ body }: Response, signal: AbortSignal): Promise<Buffer<ArrayBuffer>> {
  const pieces: Uint8Array[] = []
  let length = 0
  try {
    for await (const piece of body ?? []) {
      length += piece.length
      if (length > MOST_BYTES) throw new Unanswered('answers too much')
      pieces.push(piece)
    }
  } catch (cause) {
    throw cause instanceof Unanswered
      ? cause
      : new Unanswered(signal.aborted ? 'takes too long' : 'breaks off its answer', cause)
  }
  return Buffer.concat(pieces)
}

/** The body is decoded by now. */
function plain(given: Headers): Headers {
  const headers = new Headers(given)
  for (const name of ['content-encoding', 'content-length', 'transfer-encoding']) headers.delete(name)
  return headers
}
