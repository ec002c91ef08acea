/** What whoever is signed in changes of their own account. The password is asked for again: an unattended screen isn't it. */

import type { PublicKeyCredentialCreationOptionsJSON, RegistrationResponseJSON } from '@simplewebauthn/server'
import type { Queries } from '#foundation/database.ts'
import { at } from '#foundation/timestamp.ts'
import type { Passkey } from '../factors/passkeys.ts'
import type { TotpSetup } from '../factors/totp.ts'
import { identityFaults } from '../faults.ts'
import type { NoticeOfChange } from '../mail/letters.ts'
import type { Parts } from '../parts.ts'
import type { SessionSecret, SignedIn } from '../sessions/sessions.ts'
import { hasSecond, needsSecond } from '../sign-in/next-step.ts'
import { dropTickets } from '../sign-in/statements/tickets.ts'
import type { Person } from '../terms.ts'
import { type Caller, committing, refusalTold, type Tools } from '../tools.ts'
import { lockPerson, type PersonRow, personById, personOf, setPassword } from './statements/people.ts'

export interface OwnAccount {
  /** Ends all other sessions and gives this one another secret. Throws `identity/wrong`, `identity/weak-password`. */
  changePassword(caller: Caller, session: SignedIn, old: string, password: string): Promise<SessionSecret>
  /** Before a change that another part makes: `reason` is written down. Throws `identity/wrong`. */
  prove(caller: Caller, session: SignedIn, password: string, reason: ProofFor): Promise<void>
  beginTotp(caller: Caller, session: SignedIn, password: string): Promise<TotpSetup>
  /** Gives recovery codes when it is the first second factor; nothing else shows them. */
  confirmTotp(caller: Caller, session: SignedIn, code: string): Promise<readonly string[]>
  /** Throws `identity/last-factor` when the account needs one. */
  removeTotp(caller: Caller, session: SignedIn, password: string): Promise<void>
  newRecoveryCodes(caller: Caller, session: SignedIn, password: string): Promise<readonly string[]>
  passkeys(session: SignedIn): Promise<Passkey[]>
  beginPasskey(caller: Caller, session: SignedIn, password: string): Promise<PublicKeyCredentialCreationOptionsJSON>
  confirmPasskey(
    caller: Caller,
    session: SignedIn,
    response: RegistrationResponseJSON,
    name: string,
  ): Promise<{ readonly passkey: Passkey; readonly recoveryCodes: readonly string[] }>
  removePasskey(caller: Caller, session: SignedIn, id: string, password: string): Promise<void>
  /** Ends all other sessions: one of them may be of whoever had the identity. Throws `identity/no-linked`. */
  unlink(caller: Caller, session: SignedIn, provider: string, password: string): Promise<void>
}

type ProofFor = 'password right' | 'identity to be linked'

interface Unlinking {
  drop(tx: Queries, provider: string, person: string, kept?: string): Promise<void>
}

/** What its owner is told of, by what is written down of it. */
const TOLD: Readonly<Record<string, NoticeOfChange>> = {
  'password changed': 'password-changed',
  'totp set up': 'app-set-up',
  'totp removed': 'app-removed',
  'passkey set up': 'passkey-set-up',
  'passkey removed': 'passkey-removed',
  'recovery codes made': 'codes-made',
  'identity unlinked': 'identity-unlinked',
}

interface Here {
  readonly tx: Queries
  readonly row: PersonRow
  readonly person: Person
}

export function openOwnAccount(tools: Tools, parts: Parts, linked: Unlinking): OwnAccount {
  const { control, nowMs } = tools
  const { hasher, policy, throttle, totp, recovery, passkeys, sessions, mailing } = parts

  const locked = async (tx: Queries, { person: id }: SignedIn): Promise<PersonRow> => {
    const [row] = await tx.rows(lockPerson(id))
    if (row?.state !== 'active') throw identityFaults['no-session']()
    return row
  }
  /** Changes the account; what comes `before` takes time or another transaction. */
  const changed = <T, B>(
    caller: Caller,
    session: SignedIn,
    reason: string,
    before: () => Promise<B>,
    work: (here: Here, before: B) => Promise<T>,
  ): Promise<T> => {
    const about = { action: 'credential', resources: [`person/${session.person}`], reason } as const
    return refusalTold(tools, caller, about, async () => {
      const prepared = await before()
      return committing(tools, caller, about, async (tx) => {
        const row = await locked(tx, session)
        const person = personOf(row)
        const done = await work({ tx, row, person }, prepared)
        const notice = TOLD[reason]
        if (notice !== undefined) await mailing.notice(tx, person, notice, caller)
        return done
      })
    })
  }

  /** The same when the password is right; wrong ones count, as at the door. */
  const proved = <T>(
    caller: Caller,
    session: SignedIn,
    reason: string,
    password: string,
    work: (here: Here) => Promise<T>,
    also: (row: PersonRow) => Promise<void> = async () => undefined,
  ): Promise<T> => {
    const before = async () => {
      const tried = await throttle.atFactor(session.person)
      const [row] = await control.quick(personById(session.person))
      const { right } = await hasher.check(row?.password ?? undefined, password)
      if (!right || row === undefined) throw identityFaults.wrong()
      await also(row)
      return { row, tried }
    }
    return changed(caller, session, reason, before, async (here, { row, tried }) => {
      // It may have been changed while the hash was computed.
      if (here.row.password !== row.password) throw identityFaults.wrong()
      await tried.right(here.tx)
      return work(here)
    })
  }

  /** Refused when nothing is left that the account needs. */
  const stillEnough = async (tx: Queries, { id, roles }: Person, { place }: SignedIn): Promise<void> => {
    const [row] = await tx.rows(personById(id))
    const left = personOf(row as PersonRow)
    if (hasSecond(left)) return
    if (needsSecond({ roles }, place)) throw identityFaults['last-factor']()
    await recovery.drop(tx, id)
  }
  const firstCodes = async ({ tx, person }: Here): Promise<string[]> =>
    hasSecond(person) ? [] : recovery.make(tx, person.id)

  return {
    async changePassword(caller, session, old, password) {
      let stored = ''
      const also = async (row: PersonRow) => {
        await policy.check(password, row.user_name)
        stored = await hasher.hash(password)
      }
      const work = async ({ tx, person }: Here) => {
        await tx.rows(setPassword(person.id, stored, at(nowMs())))
        await sessions.cutOffAllOf(tx, person.id, session.id)
        await tx.rows(dropTickets(person.id))
        return sessions.renew(tx, session)
      }
      return proved(caller, session, 'password changed', old, work, also)
    },
    prove: (caller, session, password, reason) => proved(caller, session, reason, password, async () => undefined),
    beginTotp: (caller, session, password) =>
      proved(caller, session, 'totp begun', password, ({ tx, person }) => totp.begin(tx, person.id, person.userName)),
    confirmTotp: (caller, session, code) => {
      const before = () => throttle.atFactor(session.person)
      return changed(caller, session, 'totp set up', before, async (here, tried) => {
        await totp.confirm(here.tx, here.person.id, code)
        await tried.right(here.tx)
        return firstCodes(here)
      })
    },
    removeTotp: (caller, session, password) =>
      proved(caller, session, 'totp removed', password, async ({ tx, person }) => {
        await totp.remove(tx, person.id)
        await stillEnough(tx, person, session)
      }),
    newRecoveryCodes: (caller, session, password) =>
      proved(caller, session, 'recovery codes made', password, async ({ tx, person }) => {
        if (!hasSecond(person)) throw identityFaults['no-factor']()
        return recovery.make(tx, person.id)
      }),
    passkeys: (session) => passkeys.list(control, session.person),
    beginPasskey: (caller, session, password) =>
      proved(caller, session, 'passkey begun', password, ({ tx, person }) =>
        passkeys.begin(tx, person, caller.address),
      ),
    confirmPasskey: (caller, session, response, name) =>
      changed(
        caller,
        session,
        'passkey set up',
        async () => undefined,
        async (here) => {
          const passkey = await passkeys.confirm(here.tx, here.person.id, response, name)
          return { passkey, recoveryCodes: await firstCodes(here) }
        },
      ),
    unlink: (caller, session, provider, password) =>
      proved(caller, session, 'identity unlinked', password, ({ tx, person }) =>
        linked.drop(tx, provider, person.id, session.id),
      ),
    removePasskey: (caller, session, id, password) =>
      proved(caller, session, 'passkey removed', password, async ({ tx, person }) => {
        await passkeys.remove(tx, person.id, id)
        await stillEnough(tx, person, session)
      }),
  }
}
