/** Which identity of a provider is whose. */

import type { Queries } from '#foundation/database.ts'
import { at, instant } from '#foundation/timestamp.ts'
import { refuseOwn } from '../accounts/own-rights.ts'
import { lockPerson, type PersonRow, personOf } from '../accounts/statements/people.ts'
import { identityFaults } from '../faults.ts'
import type { OverseenTools } from '../oversight.ts'
import type { Parts } from '../parts.ts'
import { dropTickets } from '../sign-in/statements/tickets.ts'
import type { LinkedIdentity } from '../terms.ts'
import { type Caller, changing, isId } from '../tools.ts'
import { addLinked, dropLinked, type LinkedRow, linkedOfPerson, linkedOfProvider } from './statements/linked.ts'
import { providerById } from './statements/providers.ts'

const MOST_LISTED = 1_000
/** https://openid.net/specs/openid-connect-core-1_0.html#IDToken: at most 255 characters of ASCII. */
const SUBJECT = /^[\x20-\x7e]{1,255}$/

export function openLinked(tools: OverseenTools, { sessions, mailing }: Pick<Parts, 'sessions' | 'mailing'>) {
  const { control, nowMs } = tools
  const about = (provider: string, person: string, reason: string) => ({
    action: 'credential' as const,
    resources: [...(isId(person) ? [`person/${person}`] : []), ...(isId(provider) ? [`provider/${provider}`] : [])],
    reason,
  })
  /** `follows`: whether the account's roles are what the provider says from then on. Throws `identity/linked-already`. */
  const put = async (
    tx: Queries,
    provider: string,
    subject: string,
    { person, follows = false }: { readonly person: string; readonly follows?: boolean },
  ): Promise<void> => {
    if (!SUBJECT.test(subject)) throw identityFaults['provider-not-believed']()
    if ((await tx.rows(addLinked(provider, subject, person, follows, at(nowMs())))).length === 0)
      throw identityFaults['linked-already']()
  }
  /** Ends what was begun in the account too, but for the session that is kept. Throws `identity/no-linked`. */
  const drop = async (tx: Queries, provider: string, person: string, kept?: string): Promise<void> => {
    if (!isId(provider) || (await tx.rows(dropLinked(provider, person))).length === 0)
      throw identityFaults['no-linked']()
    await sessions.cutOffAllOf(tx, person, kept)
    await tx.rows(dropTickets(person))
  }
  const tellLinked = (tx: Queries, row: PersonRow, caller: Caller): Promise<void> =>
    mailing.notice(tx, personOf(row), 'identity-linked', caller)
  const locked = async (tx: Queries, person: string): Promise<PersonRow> => {
    const [row] = isId(person) ? await tx.rows(lockPerson(person)) : []
    if (row === undefined) throw identityFaults['no-person']()
    return row
  }

  return {
    put,
    drop,
    tellLinked,
    about,
    ofPerson: async (person: string): Promise<LinkedIdentity[]> =>
      (await control.rows(linkedOfPerson(person))).map(shown),
    ofProvider: async (provider: string): Promise<LinkedIdentity[]> =>
      isId(provider) ? (await control.rows(linkedOfProvider(provider, MOST_LISTED))).map(shown) : [],
    /**
     * By an administrator, who knows the subject. Not to their own account: by its owner it is linked with the password at
     * hand, and what a provider says of second factors counts for it. Throws `identity/own-rights`, `identity/no-person`,
     * `identity/no-provider`, `identity/linked-already`.
     */
    link: (caller: Caller, provider: string, person: string, subject: string): Promise<void> =>
      changing(tools, caller, about(provider, person, 'identity linked'), async (tx) => {
        refuseOwn(caller, person)
        if (!isId(provider) || (await tx.rows(providerById(provider))).length === 0)
          throw identityFaults['no-provider']()
        if (!SUBJECT.test(subject)) throw identityFaults['bad-provider']({ why: 'The subject is what sub says there.' })
        const row = await locked(tx, person)
        await put(tx, provider, subject, { person })
        await tellLinked(tx, row, caller)
        const { resources } = about(provider, person, '')
        await tools.oversee(tx, caller, 'identity-linked', { resources, whom: row.user_name })
      }),
    /** By an administrator. Throws `identity/no-person`, `identity/no-linked`. */
    unlink: (caller: Caller, provider: string, person: string): Promise<void> =>
      changing(tools, caller, about(provider, person, 'identity unlinked'), async (tx) => {
        const row = await locked(tx, person)
        await drop(tx, provider, person)
        await mailing.notice(tx, personOf(row), 'identity-unlinked', caller)
      }),
  }
}

export type Linked = ReturnType<typeof openLinked>

const shown = (row: LinkedRow): LinkedIdentity => ({
  provider: row.provider,
  name: row.name,
  person: row.person,
  userName: row.user_name,
  subject: row.subject,
  made: instant(row.made),
  ...(row.used !== null && { used: instant(row.used) }),
})
