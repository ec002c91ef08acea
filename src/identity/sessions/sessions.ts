/**
 * Who is signed in. The browser holds a secret, the table its hash; the session's id is public and stays the same while the
 * secret is changed, as after a new password.
 */

import type { Queries } from '#foundation/database.ts'
import { newId } from '#foundation/ids.ts'
import { at } from '#foundation/timestamp.ts'
import { identityFaults } from '../faults.ts'
import { dropGrantsBy, dropGrantsOf } from '../oauth/statements/artifacts.ts'
import { hashOf, newSecret } from '../secrets.ts'
import { dropTicketsBy } from '../sign-in/statements/tickets.ts'
import type { Factor, Place, Role, Session } from '../terms.ts'
import { type Caller, changing, isId, type Tools } from '../tools.ts'
import { type EndedRow, endedSince, tidyEnded } from './statements/ended.ts'
import {
  addSession,
  endOldest,
  endSession,
  endSessionsBy,
  endSessionsOf,
  liveSession,
  liveSessions,
  noteSeen,
  orphanedSessions,
  removeOrphaned,
  replaceSecret,
  rolesOf,
  type SessionFilter,
  sessionOf,
} from './statements/sessions.ts'

export interface SessionLimits {
  /** A session that is not used for so long ends. */
  readonly idleMinutes: number
  /** However much it is used. */
  readonly longestHours: number
}

/** Who a session is, as every request asks. */
export interface SignedIn extends Session {
  readonly displayName: string
  readonly roles: readonly Role[]
  readonly fhir?: string
}

export interface SessionSecret {
  /** For the cookie; nobody can say it again. */
  readonly secret: string
  readonly id: string
  /** RFC 3339. */
  readonly expires: string
}

export interface Ended {
  readonly kind: EndedRow['kind']
  readonly id: string
  /** Tokens that were issued before count no more. RFC 3339. */
  readonly at: string
}

export interface Sessions {
  /** The session of a secret at a place; undefined when there is none, or it has ended. */
  check(secret: string, place: Place): Promise<SignedIn | undefined>
  /** Those that can be used, newest first. */
  list(filter?: SessionFilter): Promise<Session[]>
  /** Ends one, of `person` only when one is given. Throws `identity/no-such-session`. */
  end(caller: Caller, id: string, person?: string): Promise<void>
  /** Ends all of a person, but the one that is kept; gives how many. */
  endAll(caller: Caller, person: string, kept?: string): Promise<number>
  /** Those that nobody can use any more, oldest first, at most 1,000. */
  orphaned(): Promise<Session[]>
  /** Removes them; gives how many there were. */
  cleanUp(caller: Caller): Promise<number>
  /** What has ended within the last seconds, for those who verify tokens by themselves. */
  ended(withinSeconds: number): Promise<Ended[]>
}

/** Within transactions of other parts of the room. */
export interface SessionsWithin {
  open(
    tx: Queries,
    who: { person: string; place: Place; factors: readonly Factor[] },
    caller: Caller,
  ): Promise<SessionSecret>
  /** Gives the session another secret: what was known of the old one is of no use. Throws `identity/no-session`. */
  renew(tx: Queries, session: Session): Promise<SessionSecret>
  /** Also what programs were given to go on for the person when nobody is signed in: for when somebody else may have got in. */
  cutOffAllOf(tx: Queries, person: string, kept?: string): Promise<void>
  /** What was begun by an identity provider; gives how many sessions have ended. */
  cutOffAllBy(tx: Queries, provider: string): Promise<number>
  endAllOf(tx: Queries, person: string, kept?: string): Promise<number>
  tidy(): Promise<void>
}

const MOST_SESSIONS = 50
const MOST_LISTED = 1_000
/** Longer than any token lives. */
const KEEP_ENDED_MS = 24 * 3_600_000
/** How old the time of the last use may be: not every request writes. */
const SEEN_EVERY_MS = 30_000
const AGENT_CHARACTERS = 200
const ADDRESS_CHARACTERS = 64

export function openSessions(tools: Tools, limits: SessionLimits): Sessions & { readonly within: SessionsWithin } {
  const { control, nowMs } = tools
  const idleMs = limits.idleMinutes * 60_000
  const times = () => ({ now: at(nowMs()), idleSince: at(nowMs() - idleMs) })
  const withId = (id: string): string => {
    if (!isId(id)) throw identityFaults['no-such-session']()
    return id
  }

  const within: SessionsWithin = {
    async open(tx, { person, place, factors }, { address, agent }) {
      const secret = newSecret()
      const id = newId()
      const now = nowMs()
      const expires = at(now + limits.longestHours * 3_600_000)
      await tx.rows(
        addSession({
          hash: hashOf(secret),
          id,
          person,
          place,
          factors,
          now: at(now),
          expires,
          address: address.slice(0, ADDRESS_CHARACTERS),
          agent: agent.slice(0, AGENT_CHARACTERS),
        }),
      )
      await tx.rows(endOldest(person, MOST_SESSIONS, at(now)))
      return { secret, id, expires }
    },
    async renew(tx, { id, expires }) {
      const secret = newSecret()
      if ((await tx.rows(replaceSecret(id, hashOf(secret)))).length === 0) throw identityFaults['no-session']()
      return { secret, id, expires }
    },
    async cutOffAllOf(tx, person, kept) {
      await tx.rows(dropGrantsOf(person))
      await within.endAllOf(tx, person, kept)
    },
    async cutOffAllBy(tx, provider) {
      await tx.rows(dropGrantsBy(provider))
      await tx.rows(dropTicketsBy(provider))
      return (await tx.rows(endSessionsBy(provider, at(nowMs())))).length
    },
    endAllOf: async (tx, person, kept) => (await tx.rows(endSessionsOf(person, kept ?? null, at(nowMs())))).length,
    tidy: async () => void (await control.rows(tidyEnded(at(nowMs() - KEEP_ENDED_MS)))),
  }

  return {
    within,
    async check(secret, place) {
      const { now, idleSince } = times()
      const hash = hashOf(secret)
      const [row] = await control.quick(liveSession(hash, now, idleSince))
      if (row === undefined || (place === 'operations' && row.place !== 'operations')) return undefined
      const session = sessionOf(row)
      const seenMs = Temporal.Instant.from(session.seen).epochMilliseconds
      if (nowMs() - seenMs >= Math.min(SEEN_EVERY_MS, idleMs / 10)) await control.change(noteSeen(hash, now))
      return {
        ...session,
        displayName: row.display_name,
        roles: rolesOf(row),
        ...(row.fhir !== null && { fhir: row.fhir }),
      }
    },
    async list({ person, most = 100 } = {}) {
      if (person !== undefined && !isId(person)) return []
      const { now, idleSince } = times()
      const filter = { ...(person !== undefined && { person }), most: Math.min(most, MOST_LISTED) }
      return (await control.rows(liveSessions(filter, now, idleSince))).map(sessionOf)
    },
    async end(caller, id, person) {
      const about = {
        action: 'sign-out',
        resources: isId(id) ? [`session/${id}`] : [],
        reason: 'session ended',
      } as const
      await changing(tools, caller, about, async (tx) => {
        const ended = await tx.rows(endSession(withId(id), person ?? null, at(nowMs())))
        if (ended.length === 0) throw identityFaults['no-such-session']()
      })
    },
    endAll: (caller, person, kept) =>
      changing(
        tools,
        caller,
        { action: 'sign-out', resources: [`person/${person}`], reason: 'sessions ended' },
        async (tx) => within.endAllOf(tx, person, kept),
      ),
    async orphaned() {
      const { now, idleSince } = times()
      return (await control.rows(orphanedSessions(now, idleSince, MOST_LISTED))).map(sessionOf)
    },
    async cleanUp(caller) {
      const { now, idleSince } = times()
      const about = {
        action: 'sign-out',
        resources: ['session/orphaned'],
        reason: 'orphaned sessions removed',
      } as const
      return changing(tools, caller, about, async (tx) => (await tx.rows(removeOrphaned(now, idleSince))).length)
    },
    ended: async (withinSeconds) =>
      (await control.rows(endedSince(at(nowMs() - withinSeconds * 1000)))).map(({ kind, id, at: when }) => ({
        kind,
        id,
        at: Temporal.Instant.from(when).toString(),
      })),
  }
}
