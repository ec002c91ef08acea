/** Writes to people about their own account, in the transaction of what it tells of. */

import type { Queries } from '#foundation/database.ts'
import { at } from '#foundation/timestamp.ts'
import type { OneTimeLink } from '../accounts/links.ts'
import type { LinkPurpose } from '../accounts/statements/links.ts'
import type { Person } from '../terms.ts'
import type { Caller } from '../tools.ts'
import { linkLetter, type NoticeOfChange, noticeLetter, type Overseen, oversightLetter, type Words } from './letters.ts'

export interface Letter extends Words {
  readonly kind: LinkPurpose | NoticeOfChange | 'oversight'
  /** Whom it is about, by id. */
  readonly person: string
  readonly to: { readonly name: string; readonly address: string }
  /** RFC 3339: of no use later. */
  readonly expires: string
}

/** Where letters are put: mailed once the transaction is committed, never when it isn't. */
export interface Mail {
  /** False when it is not taken in. */
  put(tx: Queries, letter: Letter): Promise<boolean>
  /** In which times are told. */
  readonly zone: string
  /** Told what went wrong behind an answer. */
  failed(error: unknown): void
}

export interface Mailing {
  /** Whether anything is mailed at all. */
  readonly on: boolean
  /** Gives whether it is on its way: not without mail, nor to who has no address. */
  link(
    tx: Queries,
    person: Person,
    purpose: LinkPurpose,
    link: Pick<OneTimeLink, 'address' | 'expires'>,
  ): Promise<boolean>
  /** Tells of a change; `caller` has made it. */
  notice(tx: Queries, person: Person, notice: NoticeOfChange, caller: Pick<Caller, 'address' | 'actor'>): Promise<void>
  /** Tells a security officer of what `caller` has done to whom. */
  oversight(
    tx: Queries,
    officer: Person,
    what: Overseen,
    done: { readonly whom: string; readonly caller: Pick<Caller, 'actor'> },
  ): Promise<void>
  readonly failed: (error: unknown) => void
}

/** Who hears of it later than that has found out. */
const NOTICE_MS = 24 * 3_600_000

interface Needs {
  readonly mail: Mail | undefined
  /** Address of operations, without a final slash. */
  readonly address: () => string
  readonly nowMs: () => number
}

export function openMailing({ mail, address: doorAddress, nowMs }: Needs): Mailing {
  if (mail === undefined)
    return {
      on: false,
      link: async () => false,
      notice: async () => undefined,
      oversight: async () => undefined,
      failed: () => undefined,
    }
  const zoned = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeStyle: 'long', timeZone: mail.zone })
  const said = (ms: number): string => zoned.format(ms)
  return {
    on: true,
    async link(tx, person, purpose, { address, expires }) {
      if (person.email === undefined) return false
      const when = said(Temporal.Instant.from(expires).epochMilliseconds)
      const words = linkLetter(purpose, person, { address, when })
      const to = { name: person.displayName, address: person.email }
      return mail.put(tx, { ...words, kind: purpose, person: person.id, to, expires })
    },
    async notice(tx, person, notice, { address, actor }) {
      if (person.email === undefined) return
      const now = nowMs()
      // Where an administrator sits who has done it tells its owner nothing. At the door nobody is known yet.
      const from = actor.kind === 'nobody' || actor.id === person.id ? address : ''
      const words = noticeLetter(notice, person, { when: said(now), from, signIn: `${doorAddress()}/sign-in` })
      const to = { name: person.displayName, address: person.email }
      await mail.put(tx, { ...words, kind: notice, person: person.id, to, expires: at(now + NOTICE_MS) })
    },
    async oversight(tx, officer, what, { whom, caller: { actor } }) {
      if (officer.email === undefined) return
      const now = nowMs()
      const done = { whom, by: actor.name ?? actor.id, when: said(now), signIn: `${doorAddress()}/sign-in` }
      const to = { name: officer.displayName, address: officer.email }
      const words = oversightLetter(what, officer, done)
      await mail.put(tx, { ...words, kind: 'oversight', person: officer.id, to, expires: at(now + NOTICE_MS) })
    },
    failed: mail.failed,
  }
}
