/** The accounts that nobody could invite: the first administrator, and those of the practice hospital. */
import { newId } from '#foundation/ids.ts'
import { newCode } from '../secrets.ts'
import { ROLES, type Role } from '../terms.ts'
import { at, type Caller, deedOf, type Tools } from '../tools.ts'
import type { Hasher } from './passwords/hasher.ts'
import { addPerson, isAnybodyThere, lockFirst } from './statements/people.ts'

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
  /** An account for each role but the administrator; those that are there already aren't given again. */
  practice(): Promise<FirstAccount[]>
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

export function openFirst(tools: Tools, hasher: Hasher): First {
  const { control, record, nowMs } = tools
  const accountOf = async (userName: string, displayName: string, role: Role, mustChange: boolean) => {
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
      fhir: null,
      password: stored,
      mustChange,
    } as const
    return { person, account: { userName, password, roles: [role] } }
  }

  return {
    async administrator() {
      if ((await control.rows(isAnybodyThere())).length > 0) return undefined
      const { person, account } = await accountOf('admin', 'Administrator', 'administrator', true)
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
    async practice() {
      const roles = ROLES.filter((role) => role !== 'administrator')
      const made = await Promise.all(
        roles.map((role) => accountOf(`practice-${role}`, `Practice ${role.replace('-', ' ')}`, role, false)),
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
  }
}
