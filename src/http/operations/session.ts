/**
 * Signing in with a browser, step by step. What is under way is a ticket, who is in a session: each a secret in a cookie of
 * its own that no script can read, and made here. A secret that a browser brings along is only ever looked up.
 */
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server'
import type { FastifyReply, FastifyRequest } from 'fastify'
import {
  type Caller,
  type Identity,
  newSecret,
  type OAuth,
  PLACES,
  type Place,
  type Progress,
  type RecordDeed,
  type SignedIn,
} from '#identity'
import type { Routes } from '../routes.ts'
import { openArrival } from './arrival.ts'
import type { Browsers } from './browser.ts'
import { type Cookies, csrfOf } from './cookies.ts'
import { doorFaults } from './faults.ts'
import { type Given, givenIn, json, objectOf, textOf } from './given.ts'

export interface SessionDoor {
  readonly identity: Identity
  readonly record: RecordDeed
  readonly caller: (request: FastifyRequest) => Caller
  readonly cookies: Cookies
  readonly browsers: Browsers
  readonly oauth: Pick<OAuth, 'tokenFor'>
  /** What pages have to know of this OmniCare. */
  readonly settings: () => { readonly practice: boolean; readonly hospital: string; readonly mail: boolean }
}

const BASE = '/api/session'

export function sessionRoutes({ identity, record, caller, cookies, browsers, oauth, settings }: SessionDoor): Routes {
  const { signIn, invitations } = identity
  const arrival = openArrival({ identity, caller, cookies })

  const ticketOf = (request: FastifyRequest): string => {
    const ticket = cookies.read(request, 'ticket')
    // As of one that has ended: nothing tells them apart.
    return ticket ?? 'none'
  }

  const went = async (request: FastifyRequest, reply: FastifyReply, progress: Progress, more: object = {}) => {
    await arrival.keep(request, reply, progress)
    if (progress.is === 'in') return json(reply, { is: 'in', csrf: csrfOf(progress.session.secret), ...more })
    const { ticket: _, ...waiting } = progress
    return json(reply, { ...waiting, csrf: browsers.csrf(request), ...more })
  }

  /** A step of the sign-in: what it gives is all that is asked for. */
  const step = (
    known: readonly string[],
    work: (caller: Caller, ticket: string, given: Given) => Promise<Progress>,
  ): Routes[string] => ({
    POST: async (request, reply) =>
      went(request, reply, await work(caller(request), ticketOf(request), givenIn(request, known))),
  })
  const beginning = (work: (caller: Caller, ticket: string) => Promise<object>): Routes[string] => ({
    POST: async (request, reply) => {
      givenIn(request, [])
      return json(reply, await work(caller(request), ticketOf(request)))
    },
  })

  return {
    [BASE]: {
      GET: async (request, reply) => {
        const { signedIn } = request
        if (signedIn !== null)
          return json(reply, { signedIn: true, csrf: browsers.csrf(request), ...told(signedIn), settings: settings() })
        if (cookies.read(request, 'session') !== undefined) cookies.drop(reply, 'session')
        const browser = cookies.read(request, 'browser') ?? newSecret()
        cookies.set(reply, 'browser', browser)
        const ticket = cookies.read(request, 'ticket')
        const waiting = ticket === undefined ? undefined : await signIn.where(ticket)
        if (ticket !== undefined && waiting === undefined) cookies.drop(reply, 'ticket')
        const { is, ...rest } = waiting ?? {}
        const under = is === undefined ? {} : { step: is, ...rest }
        return json(reply, { signedIn: false, csrf: csrfOf(browser), ...under, settings: settings() })
      },
    },
    // With it pages ask the hospital, whose patients operations doesn't know.
    [`${BASE}/token`]: {
      GET: async (request, reply) => {
        const { signedIn } = request
        if (signedIn === null) throw doorFaults['not-signed-in']()
        const about = { action: 'credential', resources: [`session/${signedIn.id}`], patients: [] } as const
        await record(caller(request), { ...about, status: 200, reason: 'token for our own pages' })
        return json(reply, await oauth.tokenFor(signedIn))
      },
    },
    [`${BASE}/password`]: step(['userName', 'password', 'place'], (who, _ticket, given) =>
      signIn.withPassword(who, {
        userName: textOf(given, 'userName'),
        password: textOf(given, 'password'),
        place: placeIn(given),
      }),
    ),
    [`${BASE}/totp`]: step(['code'], (who, ticket, given) => signIn.withCode(who, ticket, textOf(given, 'code'))),
    [`${BASE}/recovery-code`]: step(['code'], (who, ticket, given) =>
      signIn.withRecoveryCode(who, ticket, textOf(given, 'code')),
    ),
    // With a sign-in under way passkeys of its person; without one, of whoever is there.
    [`${BASE}/passkey/options`]: {
      POST: async (request, reply) => {
        givenIn(request, [])
        return json(reply, await signIn.askPasskey(caller(request), cookies.read(request, 'ticket')))
      },
    },
    [`${BASE}/passkey`]: {
      POST: async (request, reply) => {
        const given = givenIn(request, ['response', 'place'])
        const response = objectOf<AuthenticationResponseJSON>(given, 'response')
        const ticket = cookies.read(request, 'ticket')
        const who = caller(request)
        const progress =
          ticket === undefined
            ? await signIn.withPasskeyAlone(who, placeIn(given), response)
            : await signIn.withPasskey(who, ticket, response)
        return went(request, reply, progress)
      },
    },
    [`${BASE}/change-password`]: step(['password'], (who, ticket, given) =>
      signIn.changePassword(who, ticket, textOf(given, 'password')),
    ),
    [`${BASE}/enrol/totp`]: beginning(async (who, ticket) => {
      const { secret, address } = await signIn.beginTotp(who, ticket)
      return { secret, uri: address }
    }),
    [`${BASE}/enrol/totp/confirm`]: {
      POST: async (request, reply) => {
        const code = textOf(givenIn(request, ['code']), 'code')
        const { progress, recoveryCodes } = await signIn.confirmTotp(caller(request), ticketOf(request), code)
        return went(request, reply, progress, { recoveryCodes })
      },
    },
    [`${BASE}/enrol/passkey/options`]: beginning((who, ticket) => signIn.beginPasskey(who, ticket)),
    [`${BASE}/enrol/passkey`]: {
      POST: async (request, reply) => {
        const given = givenIn(request, ['response', 'name'])
        const response = objectOf<RegistrationResponseJSON>(given, 'response')
        const name = textOf(given, 'name')
        const enrolled = await signIn.confirmPasskey(caller(request), ticketOf(request), response, name)
        return went(request, reply, enrolled.progress, { recoveryCodes: enrolled.recoveryCodes })
      },
    },
    [`${BASE}/enrol/skip`]: step([], (who, ticket) => signIn.skipEnrolment(who, ticket)),
    [`${BASE}/sign-out`]: {
      POST: async (request, reply) => {
        givenIn(request, [])
        const { signedIn } = request
        await arrival.endFormer(request)
        if (signedIn !== null) cookies.drop(reply, 'session')
        // A sign-in that was begun is given up; the ticket itself ends in some minutes.
        cookies.drop(reply, 'ticket')
        cookies.drop(reply, 'browser')
        return json(reply, { signedIn: false })
      },
    },
    // The same answer for everybody, as soon.
    [`${BASE}/forgot`]: {
      POST: async (request, reply) => {
        await invitations.forgot(caller(request), textOf(givenIn(request, ['userName']), 'userName'))
        return json(reply, { asked: true })
      },
    },
    [`${BASE}/link/open`]: {
      POST: async (request, reply) => {
        const secret = textOf(givenIn(request, ['secret']), 'secret')
        request.asks = { action: 'credential', resources: [], patients: [] }
        const { purpose: kind, person } = await invitations.look(secret)
        const about = { action: 'credential', resources: [`person/${person.id}`], patients: [] } as const
        await record(caller(request), { ...about, status: 200, reason: `${kind} link opened` })
        return json(reply, { kind, userName: person.userName })
      },
    },
    [`${BASE}/link/accept`]: step(['secret', 'password', 'place'], async (who, _ticket, given) => {
      const password = textOf(given, 'password')
      const place = placeIn(given)
      const { userName } = await invitations.use(who, textOf(given, 'secret'), password)
      return signIn.withPassword(who, { userName, password, place })
    }),
  }
}

const told = ({ person, userName, displayName, roles, fhir, id, place, factors, expires }: SignedIn) => ({
  person: { id: person, userName, displayName, roles, ...(fhir !== undefined && { fhir }) },
  session: { id, place, factors, expires },
})

function placeIn({ place }: Given): Place | undefined {
  if (place === undefined || PLACES.some((one) => one === place)) return place as Place | undefined
  throw doorFaults['bad-member']({ name: 'place' })
}
