/** Who asks with a browser: the session of its cookie, and whether a page of ours has sent the request. */
import { timingSafeEqual } from 'node:crypto'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Actor, Caller } from '#audit'
import type { Identity, SignedIn } from '#identity'
import { type Cookies, csrfOf } from './cookies.ts'
import { doorFaults } from './faults.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Whose session the cookie is, once it has been looked up; null: of nobody. */
    signedIn: SignedIn | null
  }
}

export interface Browsers {
  /** Looks up the session of the cookie, and remembers it in the request. */
  know(request: FastifyRequest): Promise<SignedIn | undefined>
  /** Whether the session of a request that was let in goes on, with the same roles. It is no use of it. */
  isStillIn(request: FastifyRequest): Promise<boolean>
  /** By what pages of this browser are known: belongs to the session, or to the browser while there is none. */
  csrf(request: FastifyRequest): string | undefined
  /** Refuses what a page of another site may have sent. Reading changes nothing, and can't be read by others. */
  refuseOthers(request: FastifyRequest): void
}

const SAFE: readonly string[] = ['GET', 'HEAD']

export interface BrowserNeeds {
  readonly sessions: Pick<Identity['sessions'], 'check'>
  readonly cookies: Cookies
  /** Addresses of our own pages, as in `https://emr.example.org`. */
  readonly origins: () => readonly string[]
}

export function openBrowsers({ sessions, cookies, origins }: BrowserNeeds): Browsers {
  const csrf = (request: FastifyRequest): string | undefined => {
    const secret = cookies.read(request, request.signedIn ? 'session' : 'browser')
    return secret === undefined ? undefined : csrfOf(secret)
  }
  return {
    async know(request) {
      const secret = cookies.read(request, 'session')
      const session = secret === undefined ? undefined : await sessions.check(secret, 'hospital', !isWatching(request))
      if (session === undefined) return undefined
      request.signedIn = session
      request.actor = actorOf(session)
      return session
    },
    async isStillIn(request) {
      const { signedIn } = request
      const secret = cookies.read(request, 'session')
      // Whoever came by token has no session that could end.
      if (signedIn === null || secret === undefined) return signedIn === null
      const now = await sessions.check(secret, 'hospital', false)
      return now?.roles.join() === signedIn.roles.join()
    },
    csrf,
    refuseOthers(request) {
      if (SAFE.includes(request.method)) return
      const { origin, 'sec-fetch-site': site, 'x-omnicare-csrf': sent } = request.headers
      // No page can say Sec-Fetch-Site itself: https://www.w3.org/TR/fetch-metadata/
      const isOurs = site === undefined ? origin !== undefined && origins().includes(origin) : site === 'same-origin'
      if (!isOurs) throw doorFaults['other-site']()
      const expected = csrf(request)
      if (expected === undefined || typeof sent !== 'string' || !same(expected, sent)) throw doorFaults['no-csrf']()
    },
  }
}

/** Asked by a page that nobody has touched for a while, or by one that only listens. A page can say it of itself only. */
const isWatching = ({ headers }: FastifyRequest): boolean =>
  headers['x-omnicare-watching'] !== undefined || headers.accept === 'text/event-stream'

function same(expected: string, sent: string): boolean {
  const [one, other] = [Buffer.from(expected), Buffer.from(sent)]
  return one.length === other.length && timingSafeEqual(one, other)
}

const actorOf = ({ person, userName }: SignedIn): Actor => ({ kind: 'person', id: person, name: userName })

export const knowBrowsers = (app: FastifyInstance): void => void app.decorateRequest('signedIn', null)

/** The same with the roles of who is signed in: entries say as what somebody has asked. */
export function openBrowserCallers(callerOf: (request: FastifyRequest) => Caller) {
  return (request: FastifyRequest): Caller => {
    const caller = callerOf(request)
    const { signedIn } = request
    // Not even null in a request whose address can't be read.
    if (!signedIn) return caller
    return {
      request: caller.request,
      actor: actorOf(signedIn),
      role: signedIn.roles.join(' '),
      purpose: caller.purpose,
      address: caller.address,
      agent: caller.agent,
      breakGlass: caller.breakGlass,
      get gone() {
        return caller.gone === true
      },
    }
  }
}
