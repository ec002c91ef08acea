/** Identity providers over HTTP, for who administers them. Secrets come in, and never go out. */
import type { FastifyRequest } from 'fastify'
import type { NewProvider, Provider, ProviderRules, Role } from '#identity'
import { httpFaults } from '../faults.ts'
import type { Routes } from '../routes.ts'
import { bodyOf, type Given, idOf, json, textIn, textsIn } from './given.ts'
import { IDENTITY, type IdentityDoor } from './identity.ts'
import { may } from './permit.ts'

const base = `${IDENTITY}/providers`

export const providerAdminRoutes = ({ identity, caller, record }: IdentityDoor): Routes => {
  const { providers, people } = identity
  /** By id or by name. */
  const named = async (request: FastifyRequest): Promise<string> => {
    const given = idOf(request)
    const isIt = ({ id, name }: Provider) => id === given || name.toLowerCase() === given.toLowerCase()
    return (await providers.list()).find(isIt)?.id ?? given
  }
  const looked = { action: 'credential', patients: [], status: 200, reason: 'looked at' } as const
  return {
    [base]: {
      GET: may('providers:read', async (request, reply) => {
        await record(caller(request), { ...looked, resources: ['provider/all'] })
        return json(reply, { providers: await providers.list() })
      }),
      POST: may('providers:write', async (request, reply) =>
        json(reply, await providers.add(caller(request), providerIn(bodyOf(request)))),
      ),
    },
    [`${base}/:id/test`]: {
      POST: may('providers:write', async (request, reply) =>
        json(reply, await providers.test(caller(request), await named(request))),
      ),
    },
    [`${base}/:id/remove`]: {
      POST: may('providers:write', async (request, reply) => {
        const { sessions } = await providers.remove(caller(request), await named(request))
        return json(reply, { removed: 1, sessions })
      }),
    },
    [`${base}/:id/identities`]: {
      GET: may('providers:read', async (request, reply) => {
        const linked = await providers.linkedAt(await named(request))
        await record(caller(request), { ...looked, resources: linked.map(({ person }) => `person/${person}`) })
        return json(reply, { linked })
      }),
      POST: may('providers:write', async (request, reply) => {
        const { user, subject } = membersOf(bodyOf(request), ['user', 'subject'])
        const { id: person } = await people.find(textIn(user))
        await providers.link(caller(request), await named(request), person, textIn(subject))
        return json(reply, { linked: 1 })
      }),
    },
    [`${IDENTITY}/users/:id/identities`]: {
      GET: may('providers:read', async (request, reply) => {
        const { id } = await people.find(idOf(request))
        await record(caller(request), { ...looked, resources: [`person/${id}`] })
        return json(reply, { linked: await providers.linkedOf(id) })
      }),
    },
    [`${base}/:id/identities/remove`]: {
      POST: may('providers:write', async (request, reply) => {
        const { user } = membersOf(bodyOf(request), ['user'])
        const { id: person } = await people.find(textIn(user))
        await providers.unlink(caller(request), await named(request), person)
        return json(reply, { removed: 1 })
      }),
    },
  }
}

function membersOf(given: Given, known: readonly string[]): Given {
  if (Object.keys(given).some((name) => !known.includes(name))) throw httpFaults['unknown-parameter']()
  return given
}

function providerIn(body: Given): NewProvider {
  const given = membersOf(body, ['name', 'issuer', 'clientId', 'secret', 'rules'])
  const rules = objectIn(given.rules ?? {}, ['scopes', 'linkByEmail', 'secondByAmr', 'secondByAcr', 'create'])
  return {
    name: textIn(given.name),
    issuer: textIn(given.issuer),
    clientId: textIn(given.clientId),
    ...(given.secret !== undefined && { secret: textIn(given.secret) }),
    rules: {
      scopes: textsIn(rules.scopes ?? ['openid', 'profile', 'email']),
      linkByEmail: rules.linkByEmail === true,
      secondByAmr: textsIn(rules.secondByAmr ?? []),
      secondByAcr: textsIn(rules.secondByAcr ?? []),
      ...(rules.create !== undefined && { create: createIn(rules.create) }),
    },
  }
}

function objectIn(given: unknown, known: readonly string[]): Given {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) throw httpFaults['unknown-parameter']()
  return membersOf(given as Given, known)
}

function createIn(given: unknown): NonNullable<ProviderRules['create']> {
  const { claim, roles } = objectIn(given, ['claim', 'roles'])
  if (typeof roles !== 'object' || roles === null || Array.isArray(roles)) throw httpFaults['unknown-parameter']()
  // Which words are roles, identity says.
  const entries = Object.entries(roles).map(([value, words]) => [value, textsIn(words) as Role[]] as const)
  return { claim: textIn(claim), roles: Object.fromEntries(entries) }
}
