/** One's own account, for whoever is signed in with a browser. What opens it is changed with the password at hand only. */
import type { RegistrationResponseJSON } from '@simplewebauthn/server'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Caller, Details, Identity, IdentityAction, RecordDeed, SignedIn } from '#identity'
import type { Routes } from '../routes.ts'
import { type Cookies, csrfOf } from './cookies.ts'
import { doorFaults } from './faults.ts'
import { type Given, givenIn, idOf, json, objectOf, textOf } from './given.ts'

export interface AccountDoor {
  readonly identity: Identity
  readonly record: RecordDeed
  readonly caller: (request: FastifyRequest) => Caller
  readonly cookies: Cookies
}

const BASE = '/api/account'

type Work = (who: Caller, session: SignedIn, given: Given, request: FastifyRequest) => Promise<object>

export function accountRoutes({ identity, record, caller, cookies }: AccountDoor): Routes {
  const { own, people, sessions } = identity

  const signedIn = ({ signedIn: session }: FastifyRequest): SignedIn => {
    if (session === null) throw doorFaults['not-signed-in']()
    return session
  }
  /** Changes something; `known` are the members of the body. */
  const does = (known: readonly string[], work: Work) => async (request: FastifyRequest, reply: FastifyReply) => {
    const session = signedIn(request)
    return json(reply, await work(caller(request), session, givenIn(request, known), request))
  }
  /** Shows something, which is recorded before it leaves. */
  const shows =
    (action: IdentityAction, look: (session: SignedIn) => Promise<object>) =>
    async (request: FastifyRequest, reply: FastifyReply) => {
      const session = signedIn(request)
      const about = { action, resources: [`person/${session.person}`], patients: [] } as const
      await record(caller(request), { ...about, status: 200, reason: 'looked at' })
      return json(reply, await look(session))
    }
  const proved = (given: Given): string => textOf(given, 'password')

  return {
    [BASE]: {
      GET: shows('account', ({ person }) => people.find(person)),
      PATCH: does(['displayName', 'email', 'password'], async (who, session, { password, ...given }) => {
        const details: Partial<Details> = Object.fromEntries(
          Object.keys(given).map((name) => [name, textOf(given, name)]),
        )
        const { email = '' } = await people.find(session.person)
        // Links to choose another password are mailed there: it opens the account as the password does.
        if (details.email !== undefined && details.email !== email)
          await own.prove(who, session, proved({ password }), 'password right')
        return people.change(who, session.person, details)
      }),
    },
    [`${BASE}/password`]: {
      POST: async (request, reply) => {
        const session = signedIn(request)
        const given = givenIn(request, ['current', 'password'])
        const password = textOf(given, 'password')
        const { secret } = await own.changePassword(caller(request), session, textOf(given, 'current'), password)
        cookies.set(reply, 'session', secret)
        return json(reply, { csrf: csrfOf(secret) })
      },
    },
    [`${BASE}/passkeys`]: {
      GET: shows('credential', async (session) => ({ passkeys: await own.passkeys(session) })),
      POST: does(['response', 'name'], (who, session, given) => {
        const response = objectOf<RegistrationResponseJSON>(given, 'response')
        return own.confirmPasskey(who, session, response, textOf(given, 'name'))
      }),
    },
    [`${BASE}/passkeys/options`]: {
      POST: does(['password'], (who, session, given) => own.beginPasskey(who, session, proved(given))),
    },
    [`${BASE}/passkeys/:id`]: {
      DELETE: does(['password'], async (who, session, given, request) => {
        await own.removePasskey(who, session, idOf(request), proved(given))
        return { removed: 1 }
      }),
    },
    [`${BASE}/totp`]: {
      POST: does(['password'], async (who, session, given) => {
        const { secret, address } = await own.beginTotp(who, session, proved(given))
        return { secret, uri: address }
      }),
      DELETE: does(['password'], async (who, session, given) => {
        await own.removeTotp(who, session, proved(given))
        return { removed: 1 }
      }),
    },
    [`${BASE}/totp/confirm`]: {
      POST: does(['code'], async (who, session, given) => ({
        recoveryCodes: await own.confirmTotp(who, session, textOf(given, 'code')),
      })),
    },
    [`${BASE}/recovery-codes`]: {
      POST: does(['password'], async (who, session, given) => ({
        recoveryCodes: await own.newRecoveryCodes(who, session, proved(given)),
      })),
    },
    [`${BASE}/sessions`]: {
      GET: shows('sign-out', async ({ person, id: here }) => ({
        sessions: (await sessions.list({ person })).map((one) => ({ ...one, current: one.id === here })),
      })),
    },
    [`${BASE}/sessions/:id/end`]: {
      POST: does([], async (who, { person }, _given, request) => {
        await sessions.end(who, idOf(request), person)
        return { ended: 1 }
      }),
    },
    [`${BASE}/sessions/end-others`]: {
      POST: does([], async (who, { person, id }) => ({ ended: await sessions.endAll(who, person, id) })),
    },
  }
}
