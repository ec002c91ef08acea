/** Who is let in at operations: with the token of the machine's owner, or signed in there with a browser. */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Actor } from '#audit'
import type { Check } from '../bearer.ts'
import { asksOf } from './asks.ts'
import type { Browsers } from './browser.ts'
import { doorFaults } from './faults.ts'

const OWNER: Actor = { kind: 'person', id: 'administrator' }

export interface EntranceNeeds {
  /** Of an Authorization header: throws when it does not carry the token. */
  readonly check: Check
  readonly browsers: Browsers
}

export const knowRights = (app: FastifyInstance): void => void app.decorateRequest('rights', null)

/** Refuses everybody else. A request with a token is no browser's: its cookies don't count, and nobody can forge it. */
export function guardOperations(app: FastifyInstance, { check, browsers }: EntranceNeeds): void {
  app.addHook('onRequest', async (request: FastifyRequest) => {
    request.asks ??= asksOf(request)
    const session = request.headers.authorization === undefined ? await browsers.know(request) : undefined
    if (session === undefined) {
      request.access = await check(request.headers.authorization)
      request.actor = OWNER
      request.rights = 'all'
      return
    }
    if (session.place !== 'operations') throw doorFaults['other-place']()
    browsers.refuseOthers(request)
    request.rights = session.roles
  })
}
