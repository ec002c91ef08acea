/** Getting in by a one-time link: a first password for an invited account, another one for who has forgotten theirs. */

import type { Queries } from '#foundation/database.ts'
import { at } from '#foundation/timestamp.ts'
import { identityFaults } from '../faults.ts'
import type { Mailing } from '../mail/mailing.ts'
import type { SessionsWithin } from '../sessions/sessions.ts'
import { callerAs } from '../sign-in/progress.ts'
import { dropTickets } from '../sign-in/statements/tickets.ts'
import type { Person } from '../terms.ts'
import { type About, type Caller, committing, deedOf, refusalTold, type Tools } from '../tools.ts'
import type { Links } from './links.ts'
import { userKeyOf } from './names.ts'
import type { Hasher } from './passwords/hasher.ts'
import type { PasswordPolicy } from './passwords/policy.ts'
import type { LinkPurpose } from './statements/links.ts'
import {
  lockPerson,
  type PersonRow,
  personById,
  personByKey,
  personOf,
  setPassword,
  setState,
} from './statements/people.ts'
import type { Throttle } from './throttle.ts'

export interface Invitations {
  /** For whom a link is, to be greeted by name. Throws `identity/no-link`. */
  look(secret: string): Promise<{ readonly purpose: LinkPurpose; readonly person: Person }>
  /**
   * Sets the password and uses the link up; all sessions end. Of two who use it at once, one gets `identity/no-link`.
   * Throws `identity/weak-password`, and then the link stays good.
   */
  use(caller: Caller, secret: string, password: string): Promise<Person>
  /**
   * Mails a reset link to whoever has that user name and an address. Answers the same, and as soon, when nobody has: the
   * rest is done behind the answer. Throws `identity/wait`, whoever has that name.
   */
  forgot(caller: Caller, userName: string): Promise<void>
}

export interface InvitationParts {
  readonly hasher: Hasher
  readonly policy: PasswordPolicy
  readonly throttle: Throttle
  readonly sessions: SessionsWithin
  readonly links: Links
  readonly mailing: Mailing
}

const STATES = { invitation: 'invited', reset: 'active' } as const

export function openInvitations(tools: Tools, parts: InvitationParts): Invitations {
  const { control, record, nowMs } = tools
  const { hasher, policy, throttle, sessions, links, mailing } = parts

  const look = async (secret: string): Promise<{ purpose: LinkPurpose; row: PersonRow }> => {
    const { person, purpose } = await links.find(control, secret)
    const [row] = await control.rows(personById(person))
    if (row?.state !== STATES[purpose]) throw identityFaults['no-link']()
    return { purpose, row }
  }

  const change = async (
    tx: Queries,
    id: string,
    purpose: LinkPurpose,
    { secret, stored, caller }: { secret: string; stored: string; caller: Caller },
  ): Promise<Person> => {
    const [locked] = await tx.rows(lockPerson(id))
    await links.take(tx, secret)
    if (locked?.state !== STATES[purpose]) throw identityFaults['no-link']()
    await tx.rows(setPassword(id, stored, at(nowMs())))
    if (purpose === 'invitation') await tx.rows(setState(id, 'active'))
    await sessions.cutOffAllOf(tx, id)
    await tx.rows(dropTickets(id))
    // Strangers who guess at the old password hold up nobody who comes from here.
    await throttle.know(tx, id, caller.address)
    const [row] = await tx.rows(personById(id))
    const changed = personOf(row as PersonRow)
    if (purpose === 'reset') await mailing.notice(tx, changed, 'password-changed', caller)
    return changed
  }

  const mailReset = (caller: Caller, id: string): Promise<void> =>
    control.transaction(async (tx) => {
      const [row] = await tx.rows(lockPerson(id))
      if (row?.state !== 'active' || row.email === null) return
      const link = await links.add(tx, personOf(row), 'reset')
      if (link === undefined) return
      const reason = link.mailed ? 'reset link mailed' : 'reset link could not be mailed'
      const about = { action: 'credential', resources: [`person/${id}`], reason } as const
      await record(caller, deedOf(about), tx)
    })

  return {
    async look(secret) {
      const { purpose, row } = await look(secret)
      return { purpose, person: personOf(row) }
    },
    async use(caller, secret, password) {
      let about: About = { action: 'credential', resources: [], reason: 'link used' }
      return refusalTold(
        tools,
        caller,
        () => about,
        async () => {
          const { purpose, row } = await look(secret)
          const reason = purpose === 'invitation' ? 'invitation accepted' : 'password reset by link'
          about = { ...about, resources: [`person/${row.id}`], reason }
          await policy.check(password, row.user_name)
          const stored = await hasher.hash(password)
          // The link proves who it is: it was given to nobody else.
          const person = callerAs(caller, personOf(row))
          return committing(tools, person, about, (tx) =>
            change(tx, row.id, purpose, { secret, stored, caller: person }),
          )
        },
      )
    },
    async forgot(caller, userName) {
      const about = { action: 'credential', resources: [], reason: 'reset link asked for' } as const
      const userKey = userKeyOf(userName)
      const row = await refusalTold(tools, caller, about, async () => {
        await throttle.atForgot(userKey, caller.address)
        const [found] = await control.quick(personByKey(userKey))
        await record(caller, deedOf({ ...about, resources: found === undefined ? [] : [`person/${found.id}`] }))
        return found
      })
      if (row === undefined || !mailing.on) return
      // Behind the answer: how long it takes tells nobody who has an account.
      setImmediate(() => void mailReset(caller, row.id).catch(mailing.failed))
    },
  }
}
