/** What the hospital asks for itself, to know whom tokens let in. Who has its key may ask; it names nobody, and isn't recorded. */
import type { FastifyInstance } from 'fastify'
import { type ApiKey, ENDED_WITHIN_SECONDS, type Identity, type OAuth } from '#identity'
import type { KeyTold, Told } from '#identity/entry'
import { httpFaults } from '../faults.ts'
import { hasKey } from '../relay.ts'
import type { Routes } from '../routes.ts'
import type { IdentityDoor } from './identity.ts'

interface HospitalDoor extends Pick<IdentityDoor, 'caller'> {
  readonly identity: Pick<Identity, 'sessions' | 'keys'>
  readonly oauth: Pick<OAuth, 'issuer' | 'keys' | 'origins'>
}

/** Refuses whoever doesn't have the hospital's key. */
export function guardForHospital(app: FastifyInstance, key: string): void {
  app.addHook('onRequest', (request, _reply, done) => {
    done(hasKey(request.headers, key) ? undefined : httpFaults['wrong-token']())
  })
}

export const hospitalRoutes = ({ identity, oauth, caller }: HospitalDoor): Routes => ({
  '/api/operations/identity/trust': {
    GET: async (_request, reply) => {
      const [ended, origins, keyMarks] = await Promise.all([
        identity.sessions.ended(ENDED_WITHIN_SECONDS),
        oauth.origins(),
        identity.keys.marks(),
      ])
      return reply.send({ issuer: oauth.issuer(), keys: oauth.keys(), ended, origins, keyMarks } satisfies Told)
    },
  },
  '/api/operations/identity/introspect': {
    POST: async (request, reply) => {
      const { key } = (request.body ?? {}) as { key?: unknown }
      const known = await identity.keys.check(caller(request), String(key)).catch((error: { code?: string }) => {
        if (error.code === 'identity/no-api-key') return undefined
        throw error
      })
      if (known === undefined) throw httpFaults['no-operations-endpoint']()
      return reply.send(keyTold(known))
    },
  },
})

const keyTold = ({ id, name, scopes, expires }: ApiKey): KeyTold => ({ id, name, scopes, expires })
