/** The accounts that nobody could invite: the first administrator, and those of the practice hospital. */

import { newId } from '#foundation/ids.ts'
import { at } from '#foundation/timestamp.ts'
import { newCode } from '../secrets.ts'
import { ROLES, type Role } from '../terms.ts'
import { type Caller, deedOf, type Tools } from '../tools.ts'
import type { Hasher } from './passwords/hasher.ts'
import type { People } from './people.ts'
import { activeByKeys, addPerson, isAnybodyThere, lockFirst } from './statements/people.ts'

export interface FirstAccount {
  readonly userName: string
  /** To be printed once: nobody can say it again. */
  readonly password: string
  readonly roles: readonly Role[]
}

export interface First {
  /**
   * Makes the administrator when nobody has an account yet, with a password that must be changed; undefined when somebody
   * has. Of several processes that start together one makes it.
   */
  administrator(): Promise<FirstAccount | undefined>
  /**
   * An account for each role but the administrator; those that are there already aren't given again.
   * @param links who they are in the record, as in `Practitioner/7`
   */
  practice(links?: ReadonlyMap<Role, string>): Promise<FirstAccount[]>
  /** Suspends those: where no practice hospital is, everybody must be somebody. Gives how many there were. */
  endPractice(): Promise<number>
}

/** 125 bits. */
const newPassword = (): string => newCode(5, 5)

const STARTING: Caller = {
  request: 'none',
  actor: { kind: 'system', id: 'first-start' },
  role: 'system',
  purpose: 'HOPERAT',
  address: '',
  agent: '',
  breakGlass: false,
}

const practiceName = (role: Role): string => `practice-${role}`
const PRACTICE_ROLES = ROLES.filter((role) => role !== 'administrator')

export function openFirst(tools: Tools, hasher: Hasher, people: Pick<People, 'suspend'>): First {
  const { control, record, nowMs } = tools
  const accountOf = async (
    userName: string,
    displayName: string,
    role: Role,
    { mustChange = false, fhir = null }: { mustChange?: boolean; fhir?: string | null },
  ) => {
    const password = newPassword()
    const stored = await hasher.hash(password)
    const person = {
      id: newId(),
      userName,
      userKey: userName,
      displayName,
      email: null,
      roles: [role],
      state: 'active',
      fhir,
      password: stored,
      mustChange,
    } as const
    return { person, account: { userName, password, roles: [role] } }
  }

  return {
    async administrator() {
      if ((await control.rows(isAnybodyThere())).length > 0) return undefined
      const { person, account } = await accountOf('admin', 'Administrator', 'administrator', { mustChange: true })
      const made = await control.transaction(async (tx) => {
        await tx.rows(lockFirst())
        if ((await tx.rows(isAnybodyThere())).length > 0) return false
        await tx.rows(addPerson(person, at(nowMs())))
        const about = { action: 'account', resources: [`person/${person.id}`], reason: 'first administrator' } as const
        await record(STARTING, deedOf(about), tx)
        return true
      })
      return made ? account : undefined
    },
    async practice(links) {
      const made = await Promise.all(
        PRACTICE_ROLES.map((role) =>
          accountOf(practiceName(role), `Practice ${role.replace('-', ' ')}`, role, { fhir: links?.get(role) ?? null }),
        ),
      )
      return control.transaction(async (tx) => {
        const accounts: FirstAccount[] = []
        for (const { person, account } of made) {
          if ((await tx.rows(addPerson(person, at(nowMs())))).length === 0) continue
          const about = { action: 'account', resources: [`person/${person.id}`], reason: 'practice account' } as const
          await record(STARTING, deedOf(about), tx)
          accounts.push(account)
        }
        return accounts
      })
    },
    async endPractice() {
      const found = await control.rows(activeByKeys(PRACTICE_ROLES.map(practiceName)))
      for (const { id } of found) await people.suspend(STARTING, id)
      return found.length
    },
  }
}
