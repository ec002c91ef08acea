/** Who is let in at operations: with the token of the machine's owner, or signed in there with a browser. */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Access } from '#identity/entry'
import { admit } from '../caller.ts'
import { asksOf } from './asks.ts'
import type { Browsers } from './browser.ts'
import { doorFaults } from './faults.ts'

export interface EntranceNeeds {
  /** What the request's token gives. Throws, or rejects with, what refuses it. */
  readonly check: (request: FastifyRequest) => Access | Promise<Access>
  readonly browsers: Browsers
}

export const knowRights = (app: FastifyInstance): void => void app.decorateRequest('rights', null)

/** Refuses everybody else. A request with a token is no browser's: its cookies don't count, and nobody can forge it. */
export function guardOperations(app: FastifyInstance, { check, browsers }: EntranceNeeds): void {
  app.addHook('onRequest', async (request: FastifyRequest) => {
    request.asks ??= asksOf(request)
    const session = request.headers.authorization === undefined ? await browsers.know(request) : undefined
    if (session === undefined) {
      const access = await check(request)
      admit(request, access)
      request.rights = access.subject.kind === 'admin-token' ? 'all' : access.roles
      return
    }
    if (session.place !== 'operations') throw doorFaults['other-place']()
    browsers.refuseOthers(request)
    request.rights = session.roles
  })
}
