/** Signing in with a password, a code or a passkey. Every try is recorded, the refused ones too. */

import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '@simplewebauthn/server'
import { at } from '#foundation/timestamp.ts'
import { userKeyOf } from '../accounts/names.ts'
import { lockPerson, personById, personByKey, personOf, rehash, setPassword } from '../accounts/statements/people.ts'
import type { TotpSetup } from '../factors/totp.ts'
import { identityFaults } from '../faults.ts'
import type { Parts } from '../parts.ts'
import type { Factor, Person, Place } from '../terms.ts'
import type { About, Caller, Tools } from '../tools.ts'
import { placeOf, type Step } from './next-step.ts'
import { type AtStep, openProgress, type Progress, type SignInRules, type Waiting } from './progress.ts'

export interface Credentials {
  readonly userName: string
  readonly password: string
  /** Where the roles of the person usually sign in, when it isn't said. */
  readonly place?: Place | undefined
}

export interface SignIn {
  /** Throws `identity/wrong` whatever is wrong, `identity/wait`, `identity/crowded`. */
  withPassword(caller: Caller, credentials: Credentials): Promise<Progress>
  /** Which step a ticket waits for, for a page that was loaded anew; undefined when the sign-in has ended. */
  where(ticket: string): Promise<Waiting | undefined>
  /** Throws `identity/wrong-code`, `identity/wait`, `identity/no-ticket`, `identity/other-step`; so do the next. */
  withCode(caller: Caller, ticket: string, code: string): Promise<Progress>
  withRecoveryCode(caller: Caller, ticket: string, code: string): Promise<Progress>
  /** What the browser asks its passkeys: those of the ticket's person or, without a ticket, of whoever is there. */
  askPasskey(caller: Caller, ticket?: string): Promise<PublicKeyCredentialRequestOptionsJSON>
  /** As the second factor. Throws `identity/wrong-passkey`. */
  withPasskey(caller: Caller, ticket: string, response: AuthenticationResponseJSON): Promise<Progress>
  /** As the only one: it says who it is and is both factors. */
  withPasskeyAlone(caller: Caller, place: Place | undefined, response: AuthenticationResponseJSON): Promise<Progress>
  /** In place of a one-time password. Throws `identity/weak-password`. */
  changePassword(caller: Caller, ticket: string, password: string): Promise<Progress>
  beginTotp(caller: Caller, ticket: string): Promise<TotpSetup>
  confirmTotp(caller: Caller, ticket: string, code: string): Promise<Enrolled>
  beginPasskey(caller: Caller, ticket: string): Promise<PublicKeyCredentialCreationOptionsJSON>
  confirmPasskey(caller: Caller, ticket: string, response: RegistrationResponseJSON, name: string): Promise<Enrolled>
  /** Puts off setting up a second factor. Throws `identity/other-step` unless that may be done. */
  skipEnrolment(caller: Caller, ticket: string): Promise<Progress>
}

export interface Enrolled {
  readonly progress: Progress
  /** Shown once. */
  readonly recoveryCodes: readonly string[]
}

export interface SignInParts extends Parts {
  readonly count: (what: Factor, outcome: string) => void
}

export function openSignIn(tools: Tools, rules: SignInRules, parts: SignInParts): SignIn {
  const { control, nowMs } = tools
  const { hasher, policy, throttle, totp, recovery, passkeys, sessions, mailing } = parts
  const progress = openProgress(tools, rules, parts)

  /** One step of a ticket, recorded as of the ticket's person. */
  const stepping = async <T extends { readonly proved?: Factor; readonly skipped?: boolean }>(
    { caller, ticket, about, expected }: { caller: Caller; ticket: string; about: About; expected: Step },
    before: (person: string) => Promise<(here: AtStep) => Promise<T>>,
  ): Promise<{ progress: Progress; done: T }> => {
    let person: string | undefined
    const told = () => (person === undefined ? about : { ...about, resources: [`person/${person}`] })
    return progress.told<{ progress: Progress; person: Person; done: T }>(caller, told, async (inOneTransaction) => {
      person = await progress.find(ticket)
      const id = person
      const work = await before(id)
      return inOneTransaction(async (tx) => {
        let done: T | undefined
        const stepped = await progress.step(tx, { ticket, id, caller, expected }, async (here) => {
          done = await work(here)
          return done
        })
        return { ...stepped, done: done as T }
      })
    })
  }

  /** A second factor that can be guessed: counted before it is looked at. */
  const byCode = (caller: Caller, ticket: string, proved: 'totp' | 'recovery-code', code: string) =>
    counted(proved, async () => {
      const about = { action: 'second-factor', resources: [], reason: proved } as const
      const taken = await stepping({ caller, ticket, about, expected: 'second-factor' }, async (person) => {
        const tried = await throttle.atFactor(person)
        return async ({ tx }) => {
          await (proved === 'totp' ? totp : recovery).check(tx, person, code)
          await tried.right(tx)
          return { proved }
        }
      })
      return taken.progress
    })

  const counted = async (what: Factor, work: () => Promise<Progress>): Promise<Progress> => {
    try {
      const done = await work()
      parts.count(what, 'right')
      return done
    } catch (error) {
      parts.count(what, String((error as { code?: unknown }).code ?? 'unexpected'))
      throw error
    }
  }

  const enrolling = async (
    caller: Caller,
    ticket: string,
    factor: 'totp' | 'passkey',
    confirm: (here: AtStep) => Promise<unknown>,
  ): Promise<Enrolled> => {
    const about = { action: 'credential', resources: [], reason: `${factor} set up` } as const
    const { progress: next, done } = await stepping({ caller, ticket, about, expected: 'enrol' }, async (person) => {
      const tried = factor === 'totp' ? await throttle.atFactor(person) : undefined
      return async (here) => {
        await confirm(here)
        await tried?.right(here.tx)
        await mailing.notice(here.tx, here.person, factor === 'totp' ? 'app-set-up' : 'passkey-set-up', caller)
        return { proved: factor, recoveryCodes: await recovery.make(here.tx, person) }
      }
    })
    return { progress: next, recoveryCodes: done.recoveryCodes }
  }

  /** Begins what changes nothing yet: the step has to be the right one all the same. */
  const beginning = <T>(ticket: string, begin: (here: Pick<AtStep, 'tx' | 'person'>) => Promise<T>): Promise<T> =>
    control.transaction(async (tx) => begin({ tx, person: await progress.peek(tx, ticket, 'enrol') }))

  return {
    withPassword: (caller, { userName, password, place }) =>
      counted('password', async () => {
        const userKey = userKeyOf(userName)
        const [row] = await control.quick(personByKey(userKey))
        const about = { action: 'sign-in', resources: row === undefined ? [] : [`person/${row.id}`] } as const
        const { progress: next } = await progress.told(
          caller,
          () => about,
          async (inOneTransaction) => {
            const tried = await throttle.atName(userKey, row?.id, caller.address)
            const { right, outdated } = await hasher.check(row?.password ?? undefined, password)
            if (!right || row?.state !== 'active') throw identityFaults.wrong()
            const fresh = outdated ? await hasher.hash(password) : undefined
            return inOneTransaction(async (tx) => {
              const [now] = await tx.rows(lockPerson(row.id))
              // It may have been suspended, or the password changed, while the hash was computed.
              if (now === undefined || now.state !== 'active' || now.password !== row.password)
                throw identityFaults.wrong()
              await tried.right(tx)
              if (fresh !== undefined) await tx.rows(rehash(row.id, row.password as string, fresh))
              const person = personOf(now)
              const begun = { place: placeOf(person, place), factors: ['password'], skipped: false } as const
              return { progress: await progress.begin(tx, row.id, begun, caller), person }
            })
          },
        )
        return next
      }),
    where: (ticket) => progress.where(ticket),
    withCode: (caller, ticket, code) => byCode(caller, ticket, 'totp', code),
    withRecoveryCode: (caller, ticket, code) => byCode(caller, ticket, 'recovery-code', code),
    askPasskey: async (caller, ticket) => {
      const person = ticket === undefined ? undefined : await progress.find(ticket)
      return passkeys.ask(control, person, caller.address)
    },
    withPasskey: (caller, ticket, response) =>
      counted('passkey', async () => {
        const about = { action: 'second-factor', resources: [], reason: 'passkey' } as const
        const taken = await stepping({ caller, ticket, about, expected: 'second-factor' }, async (person) => {
          return async ({ tx }) => {
            if ((await passkeys.check(tx, response)) !== person) throw identityFaults['wrong-passkey']()
            return { proved: 'passkey' as const }
          }
        })
        return taken.progress
      }),
    withPasskeyAlone: (caller, place, response) =>
      counted('passkey', async () => {
        const about = { action: 'sign-in', resources: [], reason: 'passkey' } as const
        const { progress: next } = await progress.told(
          caller,
          () => about,
          (inOneTransaction) =>
            inOneTransaction(async (tx) => {
              const id = await passkeys.check(tx, response)
              const [row] = await tx.rows(lockPerson(id))
              if (row === undefined || row.state !== 'active') throw identityFaults['wrong-passkey']()
              const person = personOf(row)
              const begun = { place: placeOf(person, place), factors: ['passkey'], skipped: false } as const
              return { progress: await progress.begin(tx, id, begun, caller), person }
            }),
        )
        return next
      }),
    async changePassword(caller, ticket, password) {
      const about = { action: 'credential', resources: [], reason: 'password changed' } as const
      const taken = await stepping({ caller, ticket, about, expected: 'change-password' }, async (person) => {
        const [row] = await control.quick(personById(person))
        if (row === undefined) throw identityFaults['no-ticket']()
        await policy.check(password, row.user_name)
        if ((await hasher.check(row.password ?? undefined, password)).right)
          throw identityFaults['weak-password']({ why: 'is the one that has to be changed' })
        const stored = await hasher.hash(password)
        return async ({ tx, person: whose }) => {
          await tx.rows(setPassword(person, stored, at(nowMs())))
          await sessions.cutOffAllOf(tx, person)
          await mailing.notice(tx, whose, 'password-changed', caller)
          return {}
        }
      })
      return taken.progress
    },
    beginTotp: (_caller, ticket) => beginning(ticket, ({ tx, person }) => totp.begin(tx, person.id, person.userName)),
    confirmTotp: (caller, ticket, code) =>
      enrolling(caller, ticket, 'totp', ({ tx, person }) => totp.confirm(tx, person.id, code)),
    beginPasskey: (caller, ticket) => beginning(ticket, ({ tx, person }) => passkeys.begin(tx, person, caller.address)),
    confirmPasskey: (caller, ticket, response, name) =>
      enrolling(caller, ticket, 'passkey', ({ tx, person }) => passkeys.confirm(tx, person.id, response, name)),
    async skipEnrolment(caller, ticket) {
      const about = { action: 'second-factor', resources: [], reason: 'put off' } as const
      const taken = await stepping({ caller, ticket, about, expected: 'enrol' }, async () => async () => {
        if (!rules.enrolmentMaySkip) throw identityFaults['other-step']()
        return { skipped: true }
      })
      return taken.progress
    },
  }
}
