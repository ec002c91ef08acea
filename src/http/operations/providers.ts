/** Coming in by an identity provider of the hospital, and linking one's account to who one is there. */
import type { FastifyRequest } from 'fastify'
import { Fault } from '#foundation/fault.ts'
import { type Caller, type Identity, PROVIDER_REFUSALS, type RecordDeed, type SignedIn } from '#identity'
import type { Routes } from '../routes.ts'
import { openArrival } from './arrival.ts'
import type { Cookies } from './cookies.ts'
import { doorFaults } from './faults.ts'
import { type Given, givenIn, idOf, json, textOf } from './given.ts'

export interface ProvidersDoor {
  readonly identity: Pick<Identity, 'providers' | 'own' | 'sessions'>
  readonly record: RecordDeed
  readonly caller: (request: FastifyRequest) => Caller
  readonly cookies: Cookies
}

const SESSION = '/api/session/providers'
const ACCOUNT = '/api/account/identities'
const ACCOUNT_PAGE = '/account'

export function providerRoutes({ identity, record, caller, cookies }: ProvidersDoor): Routes {
  const { providers, own } = identity
  const { keep } = openArrival({ identity, caller, cookies })
  const signedIn = ({ signedIn: session }: FastifyRequest): SignedIn => {
    if (session === null) throw doorFaults['not-signed-in']()
    return session
  }

  return {
    // Names only, for whoever is at the sign-in page.
    [SESSION]: {
      GET: async (_request, reply) =>
        json(reply, { providers: (await providers.list()).map(({ id, name }) => ({ id, name })) }),
    },
    [`${SESSION}/:id/begin`]: {
      POST: async (request, reply) => {
        const back = pageIn(givenIn(request, ['to', 'interaction']))
        const { secret, redirect } = await providers.begin(caller(request), idOf(request), back)
        cookies.set(reply, 'provider', secret)
        return json(reply, { redirect })
      },
    },
    // A browser comes here from another site: what is wrong is said by the page that it is sent to.
    [`${SESSION}/:id/callback`]: {
      GET: async (request, reply) => {
        const secret = cookies.read(request, 'provider') ?? 'none'
        const query = request.url.split('?')[1] ?? ''
        const who = request.signedIn?.person
        // Only then: a browser that another site sends here goes on with the sign-in under way.
        let page = who === undefined ? '/sign-in' : ACCOUNT_PAGE
        const usedUp = (back: string) => {
          // Whoever cancels there still has the program before them that they began to sign in for.
          page = back
          cookies.drop(reply, 'provider')
        }
        const given = { provider: idOf(request), secret, query, signedIn: who, usedUp }
        try {
          const { progress, back } = await providers.cameBack(caller(request), given)
          if (progress !== undefined) await keep(request, reply, progress)
          return reply.redirect(back, 303)
        } catch (error) {
          return reply.redirect(`${page}${page.includes('?') ? '&' : '?'}refused=${wordOf(error)}`, 303)
        }
      },
    },
    [ACCOUNT]: {
      GET: async (request, reply) => {
        const { person } = signedIn(request)
        const about = { action: 'credential', resources: [`person/${person}`], patients: [] } as const
        await record(caller(request), { ...about, status: 200, reason: 'looked at' })
        const [all, linked] = [await providers.list(), await providers.linkedOf(person)]
        const known = new Set(linked.map(({ provider }) => provider))
        const others = all.filter(({ id }) => !known.has(id)).map(({ id, name }) => ({ id, name }))
        return json(reply, { linked, others })
      },
    },
    [`${ACCOUNT}/:id/begin`]: {
      POST: async (request, reply) => {
        const session = signedIn(request)
        const who = caller(request)
        const password = textOf(givenIn(request, ['password']), 'password')
        await own.prove(who, session, password, 'identity to be linked')
        const { secret, redirect } = await providers.begin(who, idOf(request), ACCOUNT_PAGE, session.person)
        cookies.set(reply, 'provider', secret)
        return json(reply, { redirect })
      },
    },
    [`${ACCOUNT}/:id`]: {
      DELETE: async (request, reply) => {
        const session = signedIn(request)
        const password = textOf(givenIn(request, ['password']), 'password')
        await own.unlink(caller(request), session, idOf(request), password)
        return json(reply, { removed: 1 })
      },
    },
  }
}

/** The sign-in page as it was left: it goes on to nothing but pages of ours. */
function pageIn(given: Given): string {
  const kept = Object.keys(given).map((name) => [name, textOf(given, name)])
  const query = new URLSearchParams(kept).toString()
  return query === '' ? '/sign-in' : `/sign-in?${query}`
}

/** What the page has a sentence for. Throws on what is no refusal. */
function wordOf(error: unknown): string {
  const word = error instanceof Fault ? error.code.replace(/^identity\//, '') : ''
  if (!Object.hasOwn(PROVIDER_REFUSALS, word)) throw error
  return word
}
