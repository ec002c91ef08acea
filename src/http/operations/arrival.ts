/** How far somebody has come in, as their browser keeps it: a ticket while a step is missing, a session once none is. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Caller, Identity, Progress } from '#identity'
import type { Cookies } from './cookies.ts'

export interface ArrivalNeeds {
  readonly identity: Pick<Identity, 'sessions'>
  readonly caller: (request: FastifyRequest) => Caller
  readonly cookies: Cookies
}

export function openArrival({ identity, caller, cookies }: ArrivalNeeds) {
  /** Whoever was signed in with this browser isn't any more: their cookie is about to be replaced. */
  const endFormer = async (request: FastifyRequest): Promise<void> => {
    const { signedIn } = request
    if (signedIn === null) return
    await identity.sessions.end(caller(request), signedIn.id, signedIn.person).catch((error: { code?: string }) => {
      if (error.code !== 'identity/no-such-session') throw error
    })
  }
  return {
    endFormer,
    async keep(request: FastifyRequest, reply: FastifyReply, progress: Progress): Promise<void> {
      if (progress.is !== 'in') return cookies.set(reply, 'ticket', progress.ticket)
      await endFormer(request)
      cookies.set(reply, 'session', progress.session.secret)
      cookies.drop(reply, 'ticket')
    },
  }
}
