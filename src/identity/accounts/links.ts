/** One-time links: an invitation to a new account, or to choose another password. Mailed to their owners where that can be done. */

import type { Queries } from '#foundation/database.ts'
import { at } from '#foundation/timestamp.ts'
import { identityFaults } from '../faults.ts'
import type { Mailing } from '../mail/mailing.ts'
import { hashOf, newSecret } from '../secrets.ts'
import type { Person } from '../terms.ts'
import {
  addLink,
  dropLinks,
  type LinkPurpose,
  type LinkRow,
  linkByHash,
  takeLink,
  tidyLinks,
} from './statements/links.ts'

export interface OneTimeLink {
  /** Shown or mailed once; nobody can say it again. */
  readonly secret: string
  /** The same as an address to open: the secret stands behind its #, which reaches no server and no log. */
  readonly address: string
  /** RFC 3339. */
  readonly expires: string
  /** Whether it is on its way to its owner by mail. */
  readonly mailed: boolean
}

export interface LinkLimits {
  readonly invitationHours: number
  readonly resetMinutes: number
}

/** Whoever asks for many gets no more than these: they would fill somebody's mail box. */
const MOST_LINKS = 3

interface LinkNeeds {
  readonly limits: LinkLimits
  readonly nowMs: () => number
  /** Address of operations, without a final slash. */
  readonly address: () => string
  readonly mailing: Mailing
}

export const openLinks = ({ limits, nowMs, address, mailing }: LinkNeeds) => ({
  /** A link in place of all the person has: an administrator makes it. */
  async replace(tx: Queries, person: Person, purpose: LinkPurpose): Promise<OneTimeLink> {
    await tx.rows(dropLinks(person.id))
    return (await this.add(tx, person, purpose)) as OneTimeLink
  },
  /** One more, which leaves the others good: a stranger may have asked for it. Undefined when there are enough. */
  async add(tx: Queries, person: Person, purpose: LinkPurpose): Promise<OneTimeLink | undefined> {
    const secret = newSecret()
    const now = nowMs()
    const minutes = purpose === 'invitation' ? limits.invitationHours * 60 : limits.resetMinutes
    const expires = at(now + minutes * 60_000)
    const added = await tx.rows(addLink(hashOf(secret), person.id, purpose, at(now), expires, MOST_LINKS))
    if (added.length === 0) return undefined
    const link = { secret, address: `${address()}/link#${secret}`, expires }
    return { ...link, mailed: await mailing.link(tx, person, purpose, link) }
  },
  /** Whose it is; throws `identity/no-link`. */
  async find(tx: Pick<Queries, 'rows'>, secret: string): Promise<LinkRow> {
    const [row] = await tx.rows(linkByHash(hashOf(secret), at(nowMs())))
    if (row === undefined) throw identityFaults['no-link']()
    return row
  },
  /** Uses it up, and with it all others of the person: of two who come at once, one gets `identity/no-link`. */
  async take(tx: Queries, secret: string): Promise<LinkRow> {
    const [row] = await tx.rows(takeLink(hashOf(secret), at(nowMs())))
    if (row === undefined) throw identityFaults['no-link']()
    await tx.rows(dropLinks(row.person))
    return row
  },
  drop: async (tx: Queries, person: string): Promise<void> => void (await tx.rows(dropLinks(person))),
  tidy: async (tx: Pick<Queries, 'rows'>): Promise<void> => void (await tx.rows(tidyLinks(at(nowMs())))),
})

export type Links = ReturnType<typeof openLinks>
