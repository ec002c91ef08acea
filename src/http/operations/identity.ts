/** Accounts, sessions and API keys over HTTP, for who administers them. Reading them is recorded before the answer leaves. */
import type { FastifyRequest } from 'fastify'
import {
  type Caller,
  type Details,
  type Identity,
  type IdentityAction,
  type Invitation,
  isOwn,
  type NewApiKey,
  type OperationsPermission,
  PERSON_STATES,
  type PeopleFilter,
  type RecordDeed,
  ROLES,
} from '#identity'
import { NOTICE_STATES, type NoticeState, type Outbox } from '../../operations/notifications/index.ts'
import { httpFaults } from '../faults.ts'
import type { Routes } from '../routes.ts'
import { doorFaults } from './faults.ts'
import { bodyOf, type Given, idOf, json, textIn, textsIn } from './given.ts'
import { may } from './permit.ts'

/** Where accounts, keys and programs are administered. */
export const IDENTITY = '/api/operations/identity'

export interface IdentityDoor {
  readonly identity: Identity
  readonly record: RecordDeed
  readonly caller: (request: FastifyRequest) => Caller
  /** Absent where nothing is mailed. */
  readonly outbox?: Pick<Outbox, 'list'> | undefined
}

type Query = Readonly<Record<string, string | undefined>>

export function identityRoutes({ identity, record, caller: callerOf, outbox }: IdentityDoor): Routes {
  const base = IDENTITY
  const told = (request: FastifyRequest, action: IdentityAction, resource: string) =>
    record(callerOf(request), { action, resources: [resource], patients: [], status: 200, reason: 'looked at' })
  /** The id of the account that the address names by id or by user name. */
  const named = async (request: FastifyRequest): Promise<string> => (await identity.people.find(idOf(request))).id

  /** As `named`, but not one's own: the account page changes that, and asks for the password first. */
  const others = async (request: FastifyRequest): Promise<string> => {
    const id = await named(request)
    if (isOwn(callerOf(request), id)) throw doorFaults['own-account']()
    return id
  }

  /** What is done to one account: each an address of its own. */
  const account = (
    work: (caller: Caller, id: string, given: Given) => Promise<object>,
    permission: OperationsPermission = 'identity:write',
  ) => ({
    POST: may(permission, async (request, reply) =>
      json(reply, await work(callerOf(request), await named(request), bodyOf(request))),
    ),
  })

  return {
    [`${base}/users`]: {
      GET: may('identity:read', async (request, reply) => {
        const filter = filterOf(request.query as Query)
        await told(request, 'account', 'person/all')
        return json(reply, { users: await identity.people.list(filter) })
      }),
      POST: may('identity:write', async (request, reply) =>
        json(reply, await identity.people.invite(callerOf(request), invitationIn(bodyOf(request)))),
      ),
    },
    [`${base}/users/:id`]: {
      GET: may('identity:read', async (request, reply) => {
        const user = await identity.people.find(idOf(request))
        await told(request, 'account', `person/${user.id}`)
        return json(reply, user)
      }),
      PATCH: may('identity:write', async (request, reply) => {
        const id = await others(request)
        return json(reply, await identity.people.change(callerOf(request), id, detailsIn(bodyOf(request))))
      }),
    },
    [`${base}/users/:id/invite`]: account((caller, id) => identity.people.inviteAgain(caller, id)),
    [`${base}/users/:id/suspend`]: account((caller, id) => identity.people.suspend(caller, id)),
    [`${base}/users/:id/reinstate`]: account((caller, id) => identity.people.reinstate(caller, id)),
    [`${base}/users/:id/end`]: account((caller, id) => identity.people.end(caller, id)),
    [`${base}/users/:id/reset`]: {
      POST: may('identity:write', async (request, reply) => {
        const id = await others(request)
        return json(reply, await identity.people.reset(callerOf(request), id))
      }),
    },
    [`${base}/users/:id/remove-factors`]: {
      POST: may('identity:write', async (request, reply) => {
        const id = await others(request)
        return json(reply, await identity.people.removeFactors(callerOf(request), id))
      }),
    },
    [`${base}/users/:id/roles`]: account((caller, id, { roles }) =>
      identity.people.setRoles(caller, id, textsIn(roles)),
    ),
    [`${base}/users/:id/end-sessions`]: account(
      async (caller, id) => ({
        ended: await identity.sessions.endAll(caller, id),
      }),
      'sessions:end',
    ),
    [`${base}/sessions`]: {
      GET: may('identity:read', async (request, reply) => {
        const { user, orphaned, most } = request.query as Query
        const person = user === undefined ? undefined : (await identity.people.find(user)).id
        await told(request, 'sign-out', person === undefined ? 'session/all' : `person/${person}`)
        const filter = { ...(person !== undefined && { person }), most: wholeIn(most) ?? 100 }
        const sessions = orphaned === 'true' ? await identity.sessions.orphaned() : await identity.sessions.list(filter)
        return json(reply, { sessions })
      }),
    },
    [`${base}/sessions/cleanup`]: {
      POST: may('sessions:end', async (request, reply) =>
        json(reply, { removed: await identity.sessions.cleanUp(callerOf(request)) }),
      ),
    },
    [`${base}/sessions/:id/end`]: {
      POST: may('sessions:end', async (request, reply) => {
        await identity.sessions.end(callerOf(request), idOf(request))
        return json(reply, { ended: 1 })
      }),
    },
    [`${base}/mail`]: {
      GET: may('identity:read', async (request, reply) => {
        const { state, most } = request.query as Query
        if (state !== undefined && !isNoticeState(state)) throw httpFaults['unknown-parameter']()
        const filter = { ...(state !== undefined && { state }), most: wholeIn(most) ?? 100 }
        await told(request, 'credential', 'mail/all')
        return json(reply, { on: outbox !== undefined, mail: (await outbox?.list(filter)) ?? [] })
      }),
    },
    [`${base}/keys`]: {
      GET: may('keys:read', async (request, reply) => {
        await told(request, 'api-key', 'api-key/all')
        const { expiring } = request.query as Query
        const keys = expiring === 'true' ? await identity.keys.expiring() : await identity.keys.list()
        return json(reply, { keys })
      }),
      POST: may('keys:write', async (request, reply) => {
        const { owner, ...given } = bodyOf(request)
        const person = owner === undefined ? undefined : (await identity.people.find(String(owner))).id
        return json(reply, await identity.keys.make(callerOf(request), newKeyIn(given, person)))
      }),
    },
    [`${base}/keys/:id/end`]: {
      POST: may('keys:write', async (request, reply) => {
        await identity.keys.end(callerOf(request), idOf(request))
        return json(reply, { ended: 1 })
      }),
    },
    [`${base}/keys/:id/owner`]: {
      POST: may('keys:write', async (request, reply) => {
        const { id: owner } = await identity.people.find(textIn(bodyOf(request).owner))
        return json(reply, await identity.keys.give(callerOf(request), idOf(request), owner))
      }),
    },
  }
}

const isNoticeState = (given: string): given is NoticeState => NOTICE_STATES.some((state) => state === given)

const wholeIn = (given: string | undefined): number | undefined => {
  if (given === undefined) return undefined
  if (!/^[1-9]\d{0,3}$/.test(given)) throw httpFaults['unknown-parameter']()
  return Number(given)
}

function invitationIn(given: Given): Invitation {
  return {
    userName: textIn(given.userName),
    displayName: textIn(given.displayName ?? given.userName),
    roles: textsIn(given.roles),
    ...(given.email !== undefined && { email: textIn(given.email) }),
    ...(given.fhir !== undefined && { fhir: textIn(given.fhir) }),
  }
}

function detailsIn(given: Given): Partial<Details> {
  const known = ['displayName', 'email', 'fhir']
  if (Object.keys(given).some((name) => !known.includes(name))) throw httpFaults['unknown-parameter']()
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, textIn(value)]))
}

function newKeyIn(given: Given, owner: string | undefined): NewApiKey {
  return {
    name: textIn(given.name),
    scopes: textsIn(given.scopes),
    ...(owner !== undefined && { owner }),
    ...(given.days !== undefined && { days: Number(given.days) }),
  }
}

function filterOf({ state, role, after, most, ...others }: Query): PeopleFilter {
  const known = (list: readonly string[], given: string | undefined) => given === undefined || list.includes(given)
  if (Object.keys(others).length > 0 || !known(PERSON_STATES, state) || !known(ROLES, role))
    throw httpFaults['unknown-parameter']()
  const count = wholeIn(most)
  return {
    ...(state !== undefined && { state }),
    ...(role !== undefined && { role }),
    ...(after !== undefined && { after }),
    ...(count !== undefined && { most: count }),
  } as PeopleFilter
}
