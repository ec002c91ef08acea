/**
 * What pages listen to instead of asking all the time: server-sent events that name what has changed, never what it has
 * become. https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
import { Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import type { FastifyRequest } from 'fastify'
import type { Routes } from '../routes.ts'
import { doorFaults } from './faults.ts'
import { may } from './permit.ts'

/** By the name of each thing: what is another whenever the thing has changed, and costs nothing to ask for. */
export type Signs = Readonly<Record<string, () => string | number>>

export interface LiveDoor {
  readonly signs: Signs
  /** Whether who sent the request could still send it. */
  readonly isStillIn: (request: FastifyRequest) => Promise<boolean>
  /** Ends what would otherwise go on for ever. */
  readonly closing: AbortSignal
  /** Only tests look more often. */
  readonly everyMs?: number
}

const EVENTS = 'text/event-stream'
const LOOK_EVERY_MS = 1_000
/** After so many looks it is asked whether the session goes on, and something is said: no proxy may take silence for the end. */
const CHECK_EVERY = 5
/** Then the page comes again by itself, and is let in as it then may be. */
const LONGEST_MS = 10 * 60_000
const MOST = 200
const MOST_OF_ONE = 8

export function liveRoutes({ signs, isStillIn, closing, everyMs = LOOK_EVERY_MS }: LiveDoor): Routes {
  const listening = new Map<string, number>()
  const count = (who: string, more: 1 | -1) => {
    const now = (listening.get(who) ?? 0) + more
    if (now === 0) listening.delete(who)
    else listening.set(who, now)
  }
  const all = () => [...listening.values()].reduce((sum, one) => sum + one, 0)

  return {
    '/api/operations/live': {
      GET: may('health:read', async (request, reply) => {
        reply.header('content-type', EVENTS)
        if (request.method === 'HEAD') return reply.send()
        const who = request.signedIn?.person ?? 'the owner'
        if (all() >= MOST || (listening.get(who) ?? 0) >= MOST_OF_ONE) throw doorFaults['too-many-listen']()
        // Gone while it was let in: its end has been told already, and would never be again.
        if (reply.raw.destroyed) return reply.send()
        const gone = new AbortController()
        count(who, 1)
        reply.raw.once('close', () => {
          count(who, -1)
          gone.abort()
        })
        const stop = AbortSignal.any([closing, gone.signal, AbortSignal.timeout(LONGEST_MS)])
        const events = changes(signs, () => isStillIn(request), everyMs, stop)
        return reply.header('x-accel-buffering', 'no').send(Readable.from(events))
      }),
    },
  }
}

/** Names everything once at the beginning: what has changed while nobody listened isn't known. */
async function* changes(
  signs: Signs,
  isStillIn: () => Promise<boolean>,
  everyMs: number,
  stop: AbortSignal,
): AsyncGenerator<string> {
  const seen = new Map<string, string | number>()
  for (let look = 1; !stop.aborted; look++) {
    const now = Object.entries(signs).map(([name, sign]) => [name, sign()] as const)
    const changed = now.filter(([name, sign]) => seen.get(name) !== sign)
    for (const [name, sign] of changed) seen.set(name, sign)
    if (changed.length > 0) yield `event: changed\ndata: ${JSON.stringify(changed.map(([name]) => name))}\n\n`
    if (look % CHECK_EVERY === 0) {
      if (!(await isStillIn().catch(() => true))) return void (yield 'event: ended\ndata: {}\n\n')
      yield ': still here\n\n'
    }
    await delay(everyMs, undefined, { signal: stop }).catch(() => undefined)
  }
}
