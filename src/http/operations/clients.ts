/** Programs and signing keys over HTTP, for who administers them. */
import type { NewOAuthClient, OAuth } from '#identity'
import { httpFaults } from '../faults.ts'
import type { Routes } from '../routes.ts'
import { bodyOf, type Given, idOf, textIn, textsIn } from './given.ts'
import { IDENTITY as base, type IdentityDoor } from './identity.ts'
import type { OAuthDoor } from './oauth.ts'
import { may } from './permit.ts'

export const clientRoutes = ({ oauth, caller, record }: OAuthDoor & Pick<IdentityDoor, 'record'>): Routes => ({
  [`${base}/clients`]: {
    GET: may('clients:read', async (request, reply) => {
      const deed = { action: 'credential', resources: ['client/all'], patients: [], status: 200 } as const
      await record(caller(request), { ...deed, reason: 'looked at' })
      return reply.send({ clients: await oauth.clients.list() })
    }),
    POST: may('clients:write', async (request, reply) =>
      reply.send(await oauth.clients.register(caller(request), clientIn(bodyOf(request)))),
    ),
  },
  [`${base}/clients/:id/end`]: {
    POST: may('clients:write', async (request, reply) => {
      await oauth.clients.end(caller(request), idOf(request))
      return reply.send({ ended: 1 })
    }),
  },
  [`${base}/registration-token`]: {
    POST: may('clients:write', async (request, reply) =>
      reply.send({ token: await oauth.registrationToken(caller(request)) }),
    ),
  },
  [`${base}/signing-keys`]: {
    GET: may('keys:read', async (request, reply) => {
      const deed = { action: 'credential', resources: ['signing-key'], patients: [], status: 200 } as const
      await record(caller(request), { ...deed, reason: 'looked at' })
      return reply.send(kidsOf(oauth))
    }),
  },
  [`${base}/signing-keys/rotate`]: {
    POST: may('keys:write', async (request, reply) => {
      await oauth.rotateSigningKey(caller(request))
      return reply.send(kidsOf(oauth))
    }),
  },
  [`${base}/signing-keys/:id/revoke`]: {
    POST: may('keys:write', async (request, reply) => {
      await oauth.revokeSigningKey(caller(request), idOf(request))
      return reply.send(kidsOf(oauth))
    }),
  },
})

/** Of those that count; the first one signs. */
const kidsOf = (oauth: Pick<OAuth, 'keys'>) => ({ keys: oauth.keys().map(({ kid }) => kid) })

function clientIn(given: Given): NewOAuthClient {
  const { name, scopes, redirectUris, launchUri, jwksUri, jwks, secret, ...others } = given
  if (Object.keys(others).length > 0) throw httpFaults['unknown-parameter']()
  const keys = (jwks as { keys?: unknown } | undefined)?.keys
  return {
    name: textIn(name),
    scopes: textsIn(scopes),
    ...(redirectUris !== undefined && { redirectUris: textsIn(redirectUris) }),
    ...(launchUri !== undefined && { launchUri: textIn(launchUri) }),
    ...(jwksUri !== undefined && { jwksUri: textIn(jwksUri) }),
    ...(Array.isArray(keys) && { jwks: { keys } }),
    ...(secret === true && { secret }),
  }
}
