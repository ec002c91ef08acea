/** For whom a request is answered, as the audit trail has it. */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Actor, Caller, Deed } from '#audit'
import type { Fault } from '#foundation/fault.ts'
import { bearer } from './bearer.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who is known to have sent it: set once its token has been checked; not at all when its address can't be read. */
    actor: Actor | null | undefined
    /** What it asks for, as far as it is known: for the entry, should it be refused. */
    asks: Pick<Deed, 'action' | 'resources' | 'patients' | 'query'> | null
  }
}

/** There is one token so far. */
const ADMINISTRATOR: Actor = { kind: 'person', id: 'administrator' }
export const NOBODY: Actor = { kind: 'nobody', id: 'nobody' }
const LONGEST_AGENT = 500

/** Lets every request in `app` know who sent it, before `guard` has let anybody in. */
export function knowCallers(app: FastifyInstance): void {
  app.decorateRequest('actor', null)
  app.decorateRequest('asks', null)
}

/** Refuses whoever does not send the token. */
export function guard(app: FastifyInstance, token: string): void {
  const check = bearer(token)
  app.addHook('onRequest', (request, _reply, done) => {
    const refusal: Fault | undefined = check(request.headers.authorization)
    if (refusal === undefined) request.actor = ADMINISTRATOR
    done(refusal)
  })
}

class RequestCaller implements Caller {
  readonly request: string
  readonly actor: Actor
  readonly role: string
  readonly purpose: string
  readonly address: string
  readonly agent: string
  readonly breakGlass = false
  readonly #socket: FastifyRequest['raw']['socket']

  constructor(request: FastifyRequest, purpose: string) {
    const { actor } = request
    this.request = request.id
    this.actor = actor ?? NOBODY
    this.role = actor ? actor.id : ''
    this.purpose = actor ? purpose : ''
    this.address = request.ip
    this.agent = request.headers['user-agent']?.slice(0, LONGEST_AGENT) ?? ''
    this.#socket = request.raw.socket
  }

  get gone(): boolean {
    return this.#socket.destroyed
  }
}

/** @param purpose for which the plane is used, as long as no client says more: a v3 PurposeOfUse */
export const openCallers =
  (purpose: 'TREAT' | 'HOPERAT') =>
  (request: FastifyRequest): Caller =>
    new RequestCaller(request, purpose)
