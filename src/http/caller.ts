/** For whom a request is answered, as the audit trail has it. */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Actor, Deed } from '#audit'
import type { Access } from '#identity/entry'
import type { Asker } from '#record'
import type { Check } from './bearer.ts'
import { httpFaults } from './faults.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who is known to have sent it: set once its token has been checked; not at all when its address can't be read. */
    actor: Actor | null | undefined
    /** What they may: set with the actor. */
    access: Access | null
    /** What it asks for, as far as it is known: for the entry, should it be refused. */
    asks: Pick<Deed, 'action' | 'resources' | 'patients' | 'query'> | null
  }
}

/** As the entries name whoever holds the token of the machine. */
const ADMINISTRATOR: Actor = { kind: 'person', id: 'administrator' }
export const NOBODY: Actor = { kind: 'nobody', id: 'nobody' }
const LONGEST_AGENT = 500

/** Lets every request in `app` know who sent it, before `guard` has let anybody in. */
export function knowCallers(app: FastifyInstance): void {
  app.decorateRequest('actor', null)
  app.decorateRequest('access', null)
  app.decorateRequest('asks', null)
}

/** Takes down whom a request was let in for, and with which rights. */
export function admit(request: FastifyRequest, access: Access): void {
  request.access = access
  request.actor = actorOf(access)
}

/** Refuses whom `check` doesn't let in. With `strangers`, which may throw, also those are let in who show nothing at all. */
export function guard(app: FastifyInstance, check: Check, strangers?: (request: FastifyRequest) => void): void {
  app.addHook('onRequest', (request, _reply, done) => {
    try {
      if (strangers !== undefined && request.headers.authorization === undefined) {
        strangers(request)
        return done()
      }
      const access = check(request.headers.authorization)
      if (!(access instanceof Promise)) admit(request, access)
      else return void access.then((known) => admit(request, known)).then(() => done(), done)
    } catch (error) {
      return done(error as Error)
    }
    done()
  })
}

/** The same object for the same access: entries of who asks again are written without printing it again. */
const actors = new WeakMap<Access, Actor>()

function actorOf(access: Access): Actor {
  const known = actors.get(access)
  if (known !== undefined) return known
  const { kind, id, name } = access.subject
  const named = name === undefined ? {} : { name }
  const actor: Actor =
    kind === 'admin-token' ? ADMINISTRATOR : { kind: kind === 'person' ? 'person' : 'client', id, ...named }
  actors.set(access, actor)
  return actor
}

const roleOf = ({ subject, roles }: Access): string =>
  subject.kind === 'person' || roles.length > 0 ? roles.join(' ') : subject.kind

class RequestCaller implements Asker {
  readonly access: Access | null
  readonly request: string
  readonly actor: Actor
  readonly role: string
  readonly purpose: string
  readonly address: string
  readonly agent: string
  readonly breakGlass: boolean
  readonly #socket: FastifyRequest['raw']['socket']

  constructor(request: FastifyRequest, purpose: string) {
    const { actor, access } = request
    this.access = access ?? null
    this.request = request.id
    this.actor = actor ?? NOBODY
    this.role = access ? roleOf(access) : ''
    this.purpose = access ? purpose : ''
    this.address = request.ip
    this.agent = request.headers['user-agent']?.slice(0, LONGEST_AGENT) ?? ''
    this.breakGlass = access?.breakGlass ?? false
    this.#socket = request.raw.socket
  }

  get gone(): boolean {
    return this.#socket.destroyed
  }
}

/** @param purpose for which the plane is used, as long as no client says more: a v3 PurposeOfUse */
export const openCallers =
  (purpose: 'TREAT' | 'HOPERAT') =>
  (request: FastifyRequest): Asker =>
    new RequestCaller(request, purpose)

/** Throws `http/not-for-role` unless it is for whoever asks to see how the server fares. */
export function requireOperator({ access }: FastifyRequest): void {
  const isOperator = access?.roles.some((role) => role === 'operator' || role === 'administrator')
  if (!isOperator || access?.scopes !== 'all') throw httpFaults['not-for-role']()
}
