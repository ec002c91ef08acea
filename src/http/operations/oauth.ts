/** OAuth 2.0 over HTTP: what oidc-provider answers under /oauth, and where its interactions are shown and decided. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Caller, OAuth, SignedIn } from '#identity'
import type { Routes } from '../routes.ts'
import { doorFaults } from './faults.ts'

export interface OAuthDoor {
  readonly oauth: OAuth
  readonly caller: (request: FastifyRequest) => Caller
  /** What every answer carries. */
  readonly headers: Readonly<Record<string, string>>
}

type Given = Readonly<Record<string, unknown>>

const MOUNT = '/oauth'
/** Both places where clients look for it: OpenID Connect Discovery, section 4, and RFC 8414, section 3.1. */
const DISCOVERY = ['/.well-known/openid-configuration', `/.well-known/oauth-authorization-server${MOUNT}`]
const INTERACTION_COOKIE = 'omnicare-interaction'

/** Bodies are left to oidc-provider, which reads them itself. */
export function leaveBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, _payload, done) => done(null))
}

/** What oidc-provider answers; `leaveBodies` goes before. */
export function oauthRoutes({ oauth, caller, headers }: OAuthDoor): Routes {
  const pass = (addressOf: (url: string) => string) => async (request: FastifyRequest, reply: FastifyReply) => {
    const { raw } = request
    raw.url = addressOf(raw.url as string)
    reply.hijack()
    for (const [name, value] of Object.entries(headers)) reply.raw.setHeader(name, value)
    reply.raw.setHeader('x-request-id', request.id)
    await oauth.answer(caller(request), raw, reply.raw).catch((error) => reply.raw.destroy(error))
    return reply
  }
  const inside = pass((url) => url.slice(MOUNT.length))
  const found = pass(() => DISCOVERY[0] as string)
  return {
    [`${MOUNT}/*`]: { GET: inside, POST: inside, PUT: inside, DELETE: inside, OPTIONS: inside },
    ...Object.fromEntries(DISCOVERY.map((address) => [address, { GET: found, OPTIONS: found }])),
  }
}

/**
 * Interactions, for the pages that show them; starting a program from a chart; and what our own pages show at the hospital. By
 * the cookie of a session: who asks has been looked up, and pages of others refused (browser.ts).
 */
export function interactionRoutes({ oauth, caller }: Pick<OAuthDoor, 'oauth' | 'caller'>): Routes {
  const base = '/api/interaction/:uid'
  /** An interaction belongs to the browser it was begun in: else somebody could have another one go on with theirs. */
  const uidOf = (request: FastifyRequest): string => {
    const { uid } = request.params as { uid: string }
    return cookie(request, INTERACTION_COOKIE) === uid ? uid : 'of another browser'
  }
  const signedIn = ({ signedIn: session }: FastifyRequest): SignedIn => {
    if (session === null) throw doorFaults['not-signed-in']()
    return session
  }
  const step = (work: (request: FastifyRequest, uid: string, given: Given) => Promise<string>) => ({
    POST: async (request: FastifyRequest, reply: FastifyReply) => {
      return reply.send({ redirect: await work(request, uidOf(request), (request.body ?? {}) as Given) })
    },
  })
  return {
    [base]: { GET: async (request, reply) => reply.send(await oauth.interactions.show(uidOf(request))) },
    [`${base}/login`]: step(async (request, uid) => {
      const session = signedIn(request)
      return oauth.interactions.login(caller(request), uid, session)
    }),
    [`${base}/patient`]: step(async (request, uid, { patient }) =>
      oauth.interactions.patient(uid, signedIn(request), String(patient)),
    ),
    [`${base}/consent`]: step(async (request, uid, { granted }) => {
      const session = signedIn(request)
      const scopes = Array.isArray(granted) ? granted.map(String) : []
      return oauth.interactions.consent(caller(request), uid, session, scopes)
    }),
    [`${base}/deny`]: step((_request, uid) => oauth.interactions.deny(uid)),
    '/api/operations/launch': {
      POST: async (request, reply) => {
        const session = signedIn(request)
        const { client, patient, encounter } = (request.body ?? {}) as Given
        const context = {
          ...(patient !== undefined && { patient: String(patient) }),
          ...(encounter !== undefined && { encounter: String(encounter) }),
        }
        return reply.send({ url: await oauth.launch(caller(request), session, String(client), context) })
      },
    },
  }
}

function cookie({ headers }: FastifyRequest, name: string): string | undefined {
  const pairs = (headers.cookie ?? '').split(/; */).map((pair) => pair.split(/=(.*)/s, 2))
  return pairs.find(([key]) => key === name)?.[1]
}
