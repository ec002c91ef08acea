/**
 * Roles of an account that was made by a provider's claim are what the claim says each time its owner comes by that provider:
 * who changes wards or leaves is changed in one place. Until an administrator sets them by hand, and then these count.
 */
import type { Queries } from '#foundation/database.ts'
import { at } from '#foundation/timestamp.ts'
import {
  lockAdministrators,
  lockPerson,
  type PersonRow,
  personById,
  personOf,
  setRoles,
} from '../accounts/statements/people.ts'
import { identityFaults } from '../faults.ts'
import type { OverseenTools } from '../oversight.ts'
import type { SessionsWithin } from '../sessions/sessions.ts'
import { noteEnded } from '../sessions/statements/ended.ts'
import { dropTickets } from '../sign-in/statements/tickets.ts'
import { OVERSEEING, type Role } from '../terms.ts'
import { type Caller, committing, deedOf } from '../tools.ts'

export function openFollowing(tools: OverseenTools, sessions: SessionsWithin) {
  const { nowMs, record, oversee } = tools
  const resourcesOf = (provider: string, person: string) => [`person/${person}`, `provider/${provider}`]

  return {
    /** For whom the claim has no role any more: they are signed out everywhere. Rejects with `identity/no-account`. */
    async refuse(caller: Caller, provider: string, person: string): Promise<never> {
      const reason = 'signed out: the identity provider gives no role any more'
      const about = { action: 'sign-out', resources: resourcesOf(provider, person), reason } as const
      await committing(tools, caller, about, async (tx) => {
        await sessions.cutOffAllOf(tx, person)
        await tx.rows(dropTickets(person))
        await tx.rows(noteEnded('person', person, at(nowMs())))
      })
      throw identityFaults['no-account']()
    },
    /** Gives the account's row, locked, with the roles that count now. What was begun with others ends. */
    async follow(
      tx: Queries,
      { caller, provider, person, roles }: { caller: Caller; provider: string; person: string; roles: readonly Role[] },
    ): Promise<PersonRow | undefined> {
      const [unlocked] = await tx.rows(personById(person))
      // Before the row itself, as whoever changes accounts by hand does.
      const isLast = unlocked !== undefined && personOf(unlocked).roles.includes('administrator')
      const administrators = isLast ? await tx.rows(lockAdministrators()) : []
      const [row] = await tx.rows(lockPerson(person))
      if (row === undefined || row.state !== 'active') return row
      const had = personOf(row).roles
      if (had.length === roles.length && had.every((role) => roles.includes(role))) return row
      const about = { action: 'account', resources: resourcesOf(provider, person) } as const
      if (administrators.length === 1 && administrators[0]?.id === person && !roles.includes('administrator')) {
        await record(caller, deedOf({ ...about, reason: 'roles kept: nobody else could administer OmniCare' }), tx)
        return row
      }
      await tx.rows(setRoles(person, roles))
      await sessions.cutOffAllOf(tx, person)
      // What is issued from this second on has the new roles.
      await tx.rows(noteEnded('person', person, at(nowMs() - 1_000)))
      await record(caller, deedOf({ ...about, reason: `roles by the identity provider: ${roles.join(' ')}` }), tx)
      if (OVERSEEING.some((role) => roles.includes(role) && !had.includes(role)))
        await oversee(tx, caller, 'roles-given', { resources: about.resources, whom: row.user_name })
      return (await tx.rows(lockPerson(person)))[0]
    },
  }
}
