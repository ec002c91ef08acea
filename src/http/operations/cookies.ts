/**
 * The cookies of operations, and the value by which its own pages are known beside them.
 *
 * Over https their names begin with `__Host-`: no other host and no unencrypted page can then plant one.
 * https://www.rfc-editor.org/rfc/rfc6265, https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#section-4.1.3.2
 */
import { hash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'

const BASES = {
  /** Who is signed in. */
  session: 'omnicare',
  /** A sign-in under way. */
  ticket: 'omnicare-ticket',
  /** A browser that nobody is signed in with. */
  browser: 'omnicare-browser',
  /** Somebody was sent to an identity provider. */
  provider: 'omnicare-provider',
} as const
type CookieName = keyof typeof BASES

export interface Cookies {
  read(request: FastifyRequest, name: CookieName): string | undefined
  set(reply: FastifyReply, name: CookieName, value: string): void
  drop(reply: FastifyReply, name: CookieName): void
}

/** What we make ourselves: a longer or other one is none of ours. */
const OURS = /^[\w-]{43}$/

/** @param secure whether browsers come by https */
export function openCookies(secure: boolean): Cookies {
  const nameOf = (name: CookieName): string => `${secure ? '__Host-' : ''}${BASES[name]}`
  // Lax, not Strict: whoever comes back from another site in the middle of OAuth must still be known.
  const attributes = `Path=/; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`
  return {
    read({ headers }, name) {
      const wanted = `${nameOf(name)}=`
      const pair = headers.cookie?.split(';').find((one) => one.trim().startsWith(wanted))
      const value = pair?.trim().slice(wanted.length)
      return value !== undefined && OURS.test(value) ? value : undefined
    },
    set: (reply, name, value) => void reply.header('set-cookie', `${nameOf(name)}=${value}; ${attributes}`),
    drop: (reply, name) => void reply.header('set-cookie', `${nameOf(name)}=; ${attributes}; Max-Age=0`),
  }
}

/** What only a page that may read our answers can know: other pages can have the cookie sent, but not read it. */
export const csrfOf = (secret: string): string => hash('sha256', `omnicare csrf v1 ${secret}`, 'base64url')
