/** Whose account it is that comes from a provider for the first time: one that is found, or made, where that was allowed. */

import type { Queries } from '#foundation/database.ts'
import { newId } from '#foundation/ids.ts'
import { at } from '#foundation/timestamp.ts'
import { displayNameIn, emailIn, userKeyOf, userNameIn } from '../accounts/names.ts'
import { dropLinks } from '../accounts/statements/links.ts'
import { addPerson, lockPerson, type PersonRow, setState } from '../accounts/statements/people.ts'
import { identityFaults } from '../faults.ts'
import type { ProviderRules } from '../terms.ts'
import { type Caller, deedOf, type Tools } from '../tools.ts'
import type { Linked } from './linked.ts'
import { type Claims, namesBy, rolesBy, verifiedEmail } from './rules.ts'
import { peopleByVouchedEmail } from './statements/linked.ts'

export interface Newcomer {
  /** Of the provider. */
  readonly id: string
  readonly rules: ProviderRules
  readonly caller: Caller
  readonly subject: string
  readonly claims: Claims
}

/** Gives the account's row, locked, once the identity belongs to it. Throws `identity/no-account`. */
export function openFirstTime({ record, nowMs }: Pick<Tools, 'record' | 'nowMs'>, linked: Linked) {
  const found = async (tx: Queries, { rules, claims }: Newcomer): Promise<PersonRow | undefined> => {
    const email = verifiedEmail(claims)
    const [known, other] = rules.linkByEmail && email !== undefined ? await tx.rows(peopleByVouchedEmail(email)) : []
    if (known === undefined) return undefined
    const [row] = other === undefined ? await tx.rows(lockPerson(known.id)) : []
    if (row === undefined || !['active', 'invited'].includes(row.state)) throw identityFaults['no-account']()
    // By this they have come; the link that they were sent is of no use any more.
    if (row.state === 'invited') {
      await tx.rows(setState(row.id, 'active'))
      await tx.rows(dropLinks(row.id))
    }
    return row
  }

  const made = async (tx: Queries, { rules, claims, caller }: Newcomer): Promise<string> => {
    const names = namesBy(claims)
    const roles = rolesBy(claims, rules)
    if (names === undefined || roles.length === 0) throw identityFaults['no-account']()
    const id = newId()
    const userName = userNameIn(names.userName)
    const person = {
      id,
      userName,
      userKey: userKeyOf(userName),
      displayName: displayNameIn(names.displayName),
      email: emailIn(verifiedEmail(claims)),
      roles,
      state: 'active',
      fhir: null,
      password: null,
      mustChange: false,
    } as const
    // The name is somebody else's: nobody gets into an account by being called like its owner.
    if ((await tx.rows(addPerson(person, at(nowMs())))).length === 0) throw identityFaults['no-account']()
    const reason = `made at the first sign-in: ${roles.join(' ')}`
    await record(caller, deedOf({ action: 'account', resources: [`person/${id}`], reason }), tx)
    return id
  }

  return async (tx: Queries, newcomer: Newcomer): Promise<PersonRow> => {
    const { id, caller, subject } = newcomer
    try {
      const known = await found(tx, newcomer)
      const person = known?.id ?? (await made(tx, newcomer))
      await linked.put(tx, id, subject, { person, follows: known === undefined })
      if (known !== undefined) await linked.tellLinked(tx, known, caller)
      const reason = known === undefined ? 'identity linked to the account made for it' : 'identity linked by address'
      await record(caller, deedOf(linked.about(id, person, reason)), tx)
      return (await tx.rows(lockPerson(person)))[0] as PersonRow
    } catch (error) {
      const { code } = error as { code?: string }
      // What can't be an account here is none.
      if (code === 'identity/bad-account' || code === 'identity/linked-already') throw identityFaults['no-account']()
      throw error
    }
  }
}
