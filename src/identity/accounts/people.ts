/** Accounts: who has one, what they may be, and their beginning and end. Whether the caller may do that, the door decides. */

import type { Queries } from '#foundation/database.ts'
import { newId } from '#foundation/ids.ts'
import { at } from '#foundation/timestamp.ts'
import { identityFaults } from '../faults.ts'
import type { Overseen } from '../mail/letters.ts'
import type { Mailing } from '../mail/mailing.ts'
import type { OverseenTools } from '../oversight.ts'
import { stopFollowing } from '../providers/statements/linked.ts'
import type { SessionsWithin } from '../sessions/sessions.ts'
import { noteEnded } from '../sessions/statements/ended.ts'
import { dropTickets } from '../sign-in/statements/tickets.ts'
import { type AccountChange, OVERSEEING, type Person, type Role, refusalOf } from '../terms.ts'
import { type Caller, changing, isId } from '../tools.ts'
import type { Links, OneTimeLink } from './links.ts'
import { displayNameIn, emailIn, fhirIn, rolesIn, userKeyOf, userNameIn } from './names.ts'
import { isOwn, refuseOwn } from './own-rights.ts'
import {
  addPerson,
  dropCredentials,
  dropFactors,
  lockAdministrators,
  lockPerson,
  type PeopleFilter,
  type PersonRow,
  people,
  personById,
  personByKey,
  personOf,
  setDetails,
  setRoles,
  setState,
} from './statements/people.ts'

export interface Invitation {
  readonly userName: string
  readonly displayName: string
  readonly email?: string
  readonly roles: readonly string[]
  /** As in `Practitioner/7`. */
  readonly fhir?: string
}

export type Details = Pick<Invitation, 'displayName' | 'email' | 'fhir'>

export interface People {
  /** By user name, 100 unless told otherwise. */
  list(filter?: PeopleFilter): Promise<Person[]>
  /** By id or by user name. Throws `identity/no-person`. */
  find(idOrName: string): Promise<Person>
  /** By user name; undefined when nobody is called so. */
  named(userName: string): Promise<Person | undefined>
  /** Makes an account; the link is how its owner gets in. Throws `identity/bad-account`, `identity/name-taken`. */
  invite(caller: Caller, invitation: Invitation): Promise<{ readonly person: Person; readonly link: OneTimeLink }>
  /** Another link, in place of one that was lost. */
  inviteAgain(caller: Caller, id: string): Promise<OneTimeLink>
  /** Ends all sessions; `reinstate` undoes it. Throws `identity/other-state`, `identity/last-administrator`. */
  suspend(caller: Caller, id: string): Promise<Person>
  reinstate(caller: Caller, id: string): Promise<Person>
  /** For good: sessions, links and everything by which the person could sign in are removed; the name stays taken. */
  end(caller: Caller, id: string): Promise<Person>
  /** In place of those there were. Ends all sessions: what was begun with other rights isn't finished with these. */
  setRoles(caller: Caller, id: string, roles: readonly string[]): Promise<Person>
  /** Changes what is named; an empty text removes. */
  change(caller: Caller, id: string, details: Partial<Details>): Promise<Person>
  /** Of whoever has lost their phone: the next sign-in sets up others where one is needed. Ends all sessions. */
  removeFactors(caller: Caller, id: string): Promise<Person>
  /** A link to choose another password, to be handed over by whoever knows the person. */
  reset(caller: Caller, id: string): Promise<OneTimeLink>
}

const MOST_LISTED = 1_000

export interface PeopleParts {
  readonly links: Links
  readonly sessions: SessionsWithin
  readonly mailing: Mailing
}

export function openPeople(tools: OverseenTools, { links, sessions, mailing }: PeopleParts): People {
  const { control, nowMs } = tools

  /** Changes one account while nobody else does. */
  const changed = <T>(
    caller: Caller,
    id: string,
    change: AccountChange,
    reason: string,
    work: (tx: Queries, row: PersonRow) => Promise<T>,
  ): Promise<T> => {
    const about = { action: 'account', resources: isId(id) ? [`person/${id}`] : [], reason } as const
    return changing(tools, caller, about, async (tx) => {
      if (!isId(id)) throw identityFaults['no-person']()
      // Before the row itself, so that two who leave no administrator behind wait for each other here.
      const administrators = await tx.rows(lockAdministrators())
      const [row] = await tx.rows(lockPerson(id))
      if (row === undefined) throw identityFaults['no-person']()
      const why = refusalOf(change, row.state)
      if (why !== undefined) throw identityFaults['other-state']({ why })
      const done = await work(tx, row)
      if (administrators.length > 0 && (await tx.rows(lockAdministrators())).length === 0)
        throw identityFaults['last-administrator']()
      return done
    })
  }
  const overseen = (tx: Queries, caller: Caller, what: Overseen, row: Pick<PersonRow, 'id' | 'user_name'>) =>
    tools.oversee(tx, caller, what, { resources: [`person/${row.id}`], whom: row.user_name })
  const now = async (tx: Queries, id: string): Promise<Person> => {
    const [row] = await tx.rows(personById(id))
    return personOf(row as PersonRow)
  }
  /** Nothing that was begun goes on: sessions, sign-ins, links; and those who verify tokens by themselves are told. */
  const cutOff = async (tx: Queries, id: string): Promise<void> => {
    await sessions.cutOffAllOf(tx, id)
    await tx.rows(dropTickets(id))
    await tx.rows(noteEnded('person', id, at(nowMs())))
  }

  return {
    list: async (filter = {}) => {
      const most = Math.max(1, Math.min(filter.most ?? 100, MOST_LISTED))
      const after = filter.after === undefined ? {} : { after: userKeyOf(filter.after) }
      return (await control.rows(people({ ...filter, ...after, most }))).map(personOf)
    },
    async named(userName) {
      const [row] = await control.rows(personByKey(userKeyOf(userName)))
      return row === undefined ? undefined : personOf(row)
    },
    async find(idOrName) {
      const [row] = await control.rows(isId(idOrName) ? personById(idOrName) : personByKey(userKeyOf(idOrName)))
      if (row === undefined) throw identityFaults['no-person']()
      return personOf(row)
    },
    invite(caller, invitation) {
      const id = newId()
      return changing(
        tools,
        caller,
        { action: 'account', resources: [`person/${id}`], reason: `invited: ${rolesSaid(invitation.roles).join(' ')}` },
        async (tx) => {
          const userName = userNameIn(invitation.userName)
          const person = {
            id,
            userName,
            userKey: userKeyOf(userName),
            displayName: displayNameIn(invitation.displayName),
            email: emailIn(invitation.email),
            roles: rolesIn(invitation.roles),
            state: 'invited',
            fhir: fhirIn(invitation.fhir),
            password: null,
            mustChange: false,
          } as const
          if ((await tx.rows(addPerson(person, at(nowMs())))).length === 0) throw identityFaults['name-taken']()
          const invited = await now(tx, id)
          if (overseesMore([], person.roles)) await overseen(tx, caller, 'roles-given', { id, user_name: userName })
          return { person: invited, link: await links.replace(tx, invited, 'invitation') }
        },
      )
    },
    inviteAgain: (caller, id) =>
      changed(caller, id, 'invite', 'invited again', (tx, row) => links.replace(tx, personOf(row), 'invitation')),
    suspend: (caller, id) =>
      changed(caller, id, 'suspend', 'suspended', async (tx) => {
        await tx.rows(setState(id, 'suspended'))
        await links.drop(tx, id)
        await cutOff(tx, id)
        return now(tx, id)
      }),
    reinstate: (caller, id) =>
      changed(caller, id, 'reinstate', 'reinstated', async (tx) => {
        await tx.rows(setState(id, 'active'))
        return now(tx, id)
      }),
    end: (caller, id) =>
      changed(caller, id, 'end', 'ended', async (tx) => {
        await tx.rows(setState(id, 'ended'))
        await links.drop(tx, id)
        for (const drop of dropCredentials(id)) await tx.rows(drop)
        await cutOff(tx, id)
        return now(tx, id)
      }),
    setRoles: (caller, id, given) => {
      const roles = rolesSaid(given)
      return changed(caller, id, 'change', `roles: ${roles.join(' ')}`, async (tx, row) => {
        refuseOwn(caller, id)
        await tx.rows(setRoles(id, rolesIn(given)))
        await tx.rows(stopFollowing(id))
        if (overseesMore(personOf(row).roles, roles)) await overseen(tx, caller, 'roles-given', row)
        await cutOff(tx, id)
        return now(tx, id)
      })
    },
    change: (caller, id, details) =>
      changed(caller, id, 'change', `changed: ${Object.keys(details).sort().join(' ')}`, async (tx, row) => {
        const displayName = details.displayName === undefined ? row.display_name : displayNameIn(details.displayName)
        const email = details.email === undefined ? row.email : emailIn(details.email)
        const fhir = details.fhir === undefined ? row.fhir : fhirIn(details.fhir)
        if (fhir !== row.fhir) refuseOwn(caller, id)
        // An address that people give themselves finds no account: it may be somebody else's.
        const isSaidByOthers = details.email !== undefined && !isOwn(caller, id)
        const emailVouched = email !== null && (isSaidByOthers || (email === row.email && row.email_vouched))
        await tx.rows(setDetails(id, { displayName, email, emailVouched, fhir }))
        // Whose record somebody sees depends on it.
        if (fhir !== row.fhir) await cutOff(tx, id)
        if (row.state === 'invited') {
          // The former address was wrong: whoever has it is told nothing more, and whoever was meant is invited.
          if (email !== row.email) await links.replace(tx, await now(tx, id), 'invitation')
        } else if (row.email !== null && email !== row.email) {
          // Links that lie in the former mail box end, and its owner hears of it.
          await links.drop(tx, id)
          await mailing.notice(tx, personOf(row), 'address-changed', caller)
        }
        if (email !== row.email && !isOwn(caller, id)) await overseen(tx, caller, 'address-changed', row)
        return now(tx, id)
      }),
    removeFactors: (caller, id) =>
      changed(caller, id, 'change', 'second factors removed', async (tx, row) => {
        for (const drop of dropFactors(id)) await tx.rows(drop)
        await cutOff(tx, id)
        const person = await now(tx, id)
        await mailing.notice(tx, person, 'factors-removed', caller)
        await overseen(tx, caller, 'factors-removed', row)
        return person
      }),
    reset: (caller, id) =>
      changed(caller, id, 'reset', 'reset link made', async (tx, row) => {
        await overseen(tx, caller, 'reset-link-made', row)
        return links.replace(tx, personOf(row), 'reset')
      }),
  }
}

/** Whether somebody comes to administer or to oversee who did not. */
const overseesMore = (before: readonly Role[], after: readonly Role[]): boolean =>
  OVERSEEING.some((role) => after.includes(role) && !before.includes(role))

/** What of the given words is a role: nothing else is written down. */
function rolesSaid(given: readonly string[]): Role[] {
  try {
    return rolesIn(given)
  } catch {
    return []
  }
}
