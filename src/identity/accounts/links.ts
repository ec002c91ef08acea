/** One-time links: an invitation to a new account, or to choose another password. The door puts the secret into an address. */
import type { Queries } from '#foundation/database.ts'
import { identityFaults } from '../faults.ts'
import { hashOf, newSecret } from '../secrets.ts'
import { at } from '../tools.ts'
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
  /** RFC 3339. */
  readonly expires: string
}

export interface LinkLimits {
  readonly invitationHours: number
  readonly resetMinutes: number
}

/** Whoever asks for many gets no more than these: they would fill somebody's mail box. */
const MOST_LINKS = 3

export const openLinks = (limits: LinkLimits, nowMs: () => number) => ({
  /** A link in place of all the person has: an administrator makes it. */
  async replace(tx: Queries, person: string, purpose: LinkPurpose): Promise<OneTimeLink> {
    await tx.rows(dropLinks(person))
    return (await this.add(tx, person, purpose)) as OneTimeLink
  },
  /** One more, which leaves the others good: a stranger may have asked for it. Undefined when there are enough. */
  async add(tx: Queries, person: string, purpose: LinkPurpose): Promise<OneTimeLink | undefined> {
    const secret = newSecret()
    const now = nowMs()
    const minutes = purpose === 'invitation' ? limits.invitationHours * 60 : limits.resetMinutes
    const expires = at(now + minutes * 60_000)
    const added = await tx.rows(addLink(hashOf(secret), person, purpose, at(now), expires, MOST_LINKS))
    return added.length === 0 ? undefined : { secret, expires }
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
