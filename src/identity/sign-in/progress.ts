/** Signing in, one step after the other: a ticket carries what has been proved until a session takes its place. */

import type { Queries } from '#foundation/database.ts'
import { at } from '#foundation/timestamp.ts'
import { lockPerson, noteSignIn, type PersonRow, personById, personOf } from '../accounts/statements/people.ts'
import { identityFaults } from '../faults.ts'
import type { Parts } from '../parts.ts'
import { hashOf, newSecret } from '../secrets.ts'
import type { SessionSecret } from '../sessions/sessions.ts'
import type { Factor, Person } from '../terms.ts'
import { type About, type Caller, deedOf, refusalTold, type Tools } from '../tools.ts'
import { nextStep, type Progressing, type Step } from './next-step.ts'
import {
  addTicket,
  dropOldestTickets,
  dropTicket,
  lockTicket,
  noteProgress,
  type TicketRow,
  ticketByHash,
} from './statements/tickets.ts'

/** What a sign-in waits for. */
export type Waiting =
  | { readonly is: 'second-factor'; readonly by: readonly Factor[] }
  | { readonly is: 'change-password' }
  | { readonly is: 'enrol'; readonly maySkip: boolean }

/** How a sign-in goes on. The ticket is a secret, good for the next step only. */
export type Progress =
  | { readonly is: 'in'; readonly session: SessionSecret; readonly person: Person }
  | (Waiting & { readonly ticket: string })

export interface SignInRules {
  /** Whether setting up a second factor may be put off: in the practice hospital only. */
  readonly enrolmentMaySkip: boolean
}

/** A step's own part of the ticket, in its transaction. */
export interface AtStep {
  readonly tx: Queries
  readonly person: Person
  readonly row: PersonRow
  readonly ticket: Progressing
}

const TICKET_MS = 15 * 60_000
const MOST_TICKETS = 10

const REASONS: Readonly<Record<Step, string>> = {
  in: 'signed in',
  'second-factor': 'first factor right, second factor asked for',
  'change-password': 'new password asked for',
  enrol: 'second factor to be set up',
}

export function openProgress(
  tools: Tools,
  rules: SignInRules,
  parts: Pick<Parts, 'sessions' | 'throttle' | 'mailing'>,
) {
  const { sessions, throttle, mailing } = parts
  const { control, record, nowMs } = tools

  const ticketOf = (row: TicketRow): Progressing => ({
    place: row.place,
    factors: JSON.parse(row.factors) as Factor[],
    skipped: row.skipped,
  })

  const proceed = async (
    tx: Queries,
    id: string,
    now: Progressing,
    caller: Caller,
    ticket: string | undefined,
  ): Promise<Progress> => {
    // What the step has changed of the account counts.
    const [row] = await tx.rows(personById(id))
    const person = personOf(row as PersonRow)
    const step = nextStep(person, now)
    if (step === 'in') {
      if (ticket !== undefined) await tx.rows(dropTicket(hashOf(ticket)))
      const session = await sessions.open(tx, { person: id, place: now.place, factors: now.factors }, caller)
      await tx.rows(noteSignIn(id, at(nowMs())))
      if (mailing.on && person.email !== undefined && !(await throttle.knows(tx, id, caller.address)))
        await mailing.notice(tx, person, 'new-sign-in', caller)
      await throttle.know(tx, id, caller.address)
      return { is: 'in', session, person }
    }
    const secret = ticket ?? newSecret()
    if (ticket !== undefined) await tx.rows(noteProgress(hashOf(ticket), now.factors, now.skipped))
    else {
      const at0 = nowMs()
      await tx.rows(
        addTicket({
          hash: hashOf(secret),
          person: id,
          place: now.place,
          factors: now.factors,
          now: at(at0),
          expires: at(at0 + TICKET_MS),
        }),
      )
      await tx.rows(dropOldestTickets(id, MOST_TICKETS))
    }
    return { ...waitingFor(step, person), ticket: secret }
  }

  const waitingFor = (step: Exclude<Step, 'in'>, person: Person): Waiting => {
    if (step === 'second-factor') return { is: step, by: factorsOf(person) }
    return step === 'enrol' ? { is: step, maySkip: rules.enrolmentMaySkip } : { is: step }
  }

  /** Records what came of it: as the person's own deed when they are in, else as that of whoever tried. */
  const told = <T extends { readonly progress: Progress; readonly person: Person }>(
    caller: Caller,
    about: () => About,
    work: (inOneTransaction: (work: (tx: Queries) => Promise<T>) => Promise<T>) => Promise<T>,
  ): Promise<T> => {
    return refusalTold(tools, caller, about, () =>
      work((part) =>
        control.transaction(async (tx) => {
          const done = await part(tx)
          const { person, progress } = done
          const by = about().resources.filter((one) => one.startsWith('provider/'))
          const resources = [`person/${person.id}`, ...by]
          const deed = deedOf({ ...about(), resources, reason: REASONS[progress.is] })
          await record(progress.is === 'in' ? callerAs(caller, person) : caller, deed, tx)
          return done
        }),
      ),
    )
  }

  return {
    told,
    /** Begins with what was proved without a ticket. */
    begin: async (tx: Queries, id: string, now: Progressing, caller: Caller): Promise<Progress> =>
      proceed(tx, id, now, caller, undefined),
    /** Undefined when the ticket is over, or nothing is left to be done with it. */
    async where(ticket: string): Promise<Waiting | undefined> {
      const [held] = await control.quick(ticketByHash(hashOf(ticket), at(nowMs())))
      const [row] = held === undefined ? [] : await control.quick(personById(held.person))
      if (held === undefined || row?.state !== 'active') return undefined
      const person = personOf(row)
      const step = nextStep(person, ticketOf(held))
      return step === 'in' ? undefined : waitingFor(step, person)
    },
    /** Whose ticket it is. Throws `identity/no-ticket`. */
    async find(ticket: string): Promise<string> {
      const [row] = await control.quick(ticketByHash(hashOf(ticket), at(nowMs())))
      if (row === undefined) throw identityFaults['no-ticket']()
      return row.person
    },
    /** Who is at that step of the ticket, without going on. Throws `identity/no-ticket`, `identity/other-step`. */
    async peek(tx: Queries, ticket: string, expected: Step): Promise<Person> {
      const [held] = await tx.rows(ticketByHash(hashOf(ticket), at(nowMs())))
      const [row] = held === undefined ? [] : await tx.rows(personById(held.person))
      if (held === undefined || row?.state !== 'active') throw identityFaults['no-ticket']()
      const person = personOf(row)
      if (nextStep(person, ticketOf(held)) !== expected) throw identityFaults['other-step']()
      return person
    },
    /**
     * Takes one step of a ticket while nobody else takes one, and goes on. `step` gives what was proved by it, if anything.
     * Throws `identity/no-ticket`, `identity/other-step`.
     */
    async step(
      tx: Queries,
      { ticket, id, caller, expected }: { ticket: string; id: string; caller: Caller; expected: Step },
      step: (here: AtStep) => Promise<{ readonly proved?: Factor; readonly skipped?: boolean }>,
    ): Promise<{ readonly progress: Progress; readonly person: Person }> {
      const [row] = await tx.rows(lockPerson(id))
      const [held] = await tx.rows(lockTicket(hashOf(ticket), at(nowMs())))
      if (row === undefined || row.state !== 'active' || held?.person !== id) throw identityFaults['no-ticket']()
      const person = personOf(row)
      const now = ticketOf(held)
      if (nextStep(person, now) !== expected) throw identityFaults['other-step']()
      const { proved, skipped = now.skipped } = await step({ tx, person, row, ticket: now })
      const factors = proved === undefined || now.factors.includes(proved) ? now.factors : [...now.factors, proved]
      const progress = await proceed(tx, id, { place: now.place, factors, skipped }, caller, ticket)
      return { progress, person: progress.is === 'in' ? progress.person : person }
    },
  }
}

const factorsOf = ({ totp, passkeys, recoveryCodes }: Person): Factor[] => [
  ...(passkeys > 0 ? (['passkey'] as const) : []),
  ...(totp ? (['totp'] as const) : []),
  ...(recoveryCodes > 0 ? (['recovery-code'] as const) : []),
]

/** The same request, as made by who is known now. */
export const callerAs = (
  caller: Caller,
  { id, userName, roles }: Pick<Person, 'id' | 'userName' | 'roles'>,
): Caller => ({
  ...caller,
  actor: { kind: 'person', id, name: userName },
  role: roles.join(' '),
})
