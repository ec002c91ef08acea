/** Getting in by a one-time link: a first password for an invited account, another one for who has forgotten theirs. */
import type { Queries } from '#foundation/database.ts'
import { identityFaults } from '../faults.ts'
import type { SessionsWithin } from '../sessions/sessions.ts'
import { callerAs } from '../sign-in/progress.ts'
import { dropTickets } from '../sign-in/statements/tickets.ts'
import type { Person } from '../terms.ts'
import { type About, at, type Caller, committing, deedOf, refusalTold, type Tools } from '../tools.ts'
import type { Links, OneTimeLink } from './links.ts'
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

/** Sends links to whom they are for. May take its time: nobody waits for it. */
export interface Mail {
  deliver(to: Person & { readonly email: string }, link: OneTimeLink): Promise<void>
  /** Told what went wrong behind the answer. */
  failed(error: unknown): void
}

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
   * rest is done behind the answer.
   */
  forgot(caller: Caller, userName: string): Promise<void>
}

export interface InvitationParts {
  readonly hasher: Hasher
  readonly policy: PasswordPolicy
  readonly throttle: Throttle
  readonly sessions: SessionsWithin
  readonly links: Links
  /** Absent where nothing can be mailed: links are handed over by administrators then. */
  readonly mail: Mail | undefined
}

const STATES = { invitation: 'invited', reset: 'active' } as const

export function openInvitations(tools: Tools, parts: InvitationParts): Invitations {
  const { control, record, nowMs } = tools
  const { hasher, policy, throttle, sessions, links, mail } = parts

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
    { secret, stored, address }: { secret: string; stored: string; address: string },
  ): Promise<Person> => {
    const [locked] = await tx.rows(lockPerson(id))
    await links.take(tx, secret)
    if (locked?.state !== STATES[purpose]) throw identityFaults['no-link']()
    await tx.rows(setPassword(id, stored, at(nowMs())))
    if (purpose === 'invitation') await tx.rows(setState(id, 'active'))
    await sessions.cutOffAllOf(tx, id)
    await tx.rows(dropTickets(id))
    // Strangers who guess at the old password hold up nobody who comes from here.
    await throttle.know(tx, id, address)
    const [changed] = await tx.rows(personById(id))
    return personOf(changed as PersonRow)
  }

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
            change(tx, row.id, purpose, { secret, stored, address: caller.address }),
          )
        },
      )
    },
    async forgot(caller, userName) {
      const about = { action: 'credential', reason: 'reset link asked for' } as const
      const [row] = await control.quick(personByKey(userKeyOf(userName)))
      await record(caller, deedOf({ ...about, resources: row === undefined ? [] : [`person/${row.id}`] }))
      if (row === undefined || mail === undefined) return
      void (async () => {
        const made = await control.transaction(async (tx) => {
          const [locked] = await tx.rows(lockPerson(row.id))
          if (locked?.state !== 'active' || locked.email === null) return undefined
          const link = await links.add(tx, row.id, 'reset')
          return link === undefined ? undefined : { link, to: { ...personOf(locked), email: locked.email } }
        })
        if (made !== undefined) await mail.deliver(made.to, made.link)
      })().catch(mail.failed)
    },
  }
}
