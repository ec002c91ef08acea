/**
 * What administrators may do that leads to more than their own rights: each is marked in the audit trail, to be found by its
 * action, and security officers are written to in the same transaction, so that none of it comes about unseen.
 */
import type { Queries } from '#foundation/database.ts'
import { officers, personOf } from './accounts/statements/people.ts'
import type { Overseen } from './mail/letters.ts'
import type { Mailing } from './mail/mailing.ts'
import { type Caller, deedOf, type Tools } from './tools.ts'

/** `whom`: what it was done to, as people know it: a user name, the name of a key, a program, a provider. */
export type Oversee = (
  tx: Queries,
  caller: Caller,
  what: Overseen,
  about: { readonly resources: readonly string[]; readonly whom: string },
) => Promise<void>

export interface OverseenTools extends Tools {
  readonly oversee: Oversee
}

const MOST_TOLD = 20

/** Whoever has done it isn't told; when nobody else is a security officer, other administrators are. */
export const openOversight =
  ({ record }: Pick<Tools, 'record'>, mailing: Mailing): Oversee =>
  async (tx, caller, what, { resources, whom }) => {
    const found = mailing.on ? await tx.rows(officers(caller.actor.id, MOST_TOLD)) : []
    for (const row of found) await mailing.oversight(tx, personOf(row), what, { whom, caller })
    const told = found.length === 0 ? 'nobody was written to' : `${found.length} were written to`
    await record(caller, deedOf({ action: 'oversight', resources, reason: `${what}: ${told}` }), tx)
  }
