/** Identity on a control database of a test's own, with a clock that the test sets. */
import { generateSync } from 'otplib'
import { Registry } from 'prom-client'
import type { Database } from '#foundation/database.ts'
import { sql } from '#foundation/sql.ts'
import {
  type Caller,
  type Deed,
  type Identity,
  type IdentityOptions,
  type Letter,
  openIdentity,
  openSeal,
  type Person,
  type RecordDeed,
  type Role,
} from '#identity'
import { startHome } from './home.ts'
import type { After } from './suite.ts'

type Recorded = Caller & Deed

export interface TestIdentity extends Identity {
  /** As operations opens it. */
  readonly control: Database
  readonly metrics: Registry
  /** What was put to be mailed, in order. */
  readonly mails: Letter[]
  /** The secret of the link mailed last to that address. */
  readonly mailedTo: (address: string) => string | undefined
  /** By which what is done is recorded. */
  readonly record: RecordDeed
  /** Sets the clock forward. */
  readonly later: (ms: number) => void
  readonly nowMs: () => number
  /** What was recorded, in order; of one request, when one is named. */
  readonly recorded: (request?: string) => Promise<Recorded[]>
  /** The same over another database or with other options. */
  readonly again: (options: Partial<IdentityOptions>) => Promise<Identity>
  /** An active account with a password. */
  readonly person: (userName: string, more?: { roles?: Role[]; email?: string }) => Promise<Person>
}

/** At least Argon2's own; what these tests are about isn't how long a hash takes. */
export const CHEAP = { memoryKiB: 64, passes: 1, lanes: 1 }
export const PASSWORD = 'correct horse battery staple'
export const OTHER_PASSWORD = 'purple monkey dishwasher moon'
export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const RELYING_PARTY = { id: 'emr.example.org', origins: ['https://emr.example.org'] }
const SEAL = openSeal(Buffer.alloc(32, 7))

/** Of the link in a letter. */
export const secretIn = (text: string | undefined): string | undefined => /\/link#([\w-]{43})$/m.exec(text ?? '')?.[1]

let callers = 0

/** Somebody at an address that nobody else in this process has. */
export function callerOf(address = `2001:db8:${(++callers).toString(16)}::1`): Caller {
  return {
    request: `request-${++callers}`,
    actor: { kind: 'nobody', id: 'nobody' },
    role: '',
    purpose: '',
    address,
    agent: 'test',
    breakGlass: false,
  }
}

export const ADMINISTRATOR: Caller = {
  ...callerOf('192.0.2.1'),
  request: 'of-the-administrator',
  actor: { kind: 'client', id: 'administrator' },
  role: 'administrator',
}

/** The code that an app shows. */
export const codeOf = (secret: string, atMs: number): string =>
  generateSync({ secret, epoch: Math.floor(atMs / 1000), period: 30 })

/** How many of those who tried at once got through. */
export const fulfilled = (settled: readonly PromiseSettledResult<unknown>[]): number =>
  settled.filter(({ status }) => status === 'fulfilled').length

/** What the others were refused with. */
export const codesOf = (settled: readonly PromiseSettledResult<unknown>[]): string[] =>
  settled.flatMap((one) => (one.status === 'rejected' ? [String(one.reason.code)] : []))

export async function startIdentity(t: After, options: Partial<IdentityOptions> = {}): Promise<TestIdentity> {
  const { url, open } = await startHome(t, 'control')
  const control = await open({ url, connections: 8, role: 'omnicare_operations' })

  let now = Date.parse('2026-05-04T07:00:00Z')
  const nowMs = () => now
  const mails: TestIdentity['mails'] = []
  const record: RecordDeed = async (caller, deed, tx) => {
    await (tx ?? control).append(
      sql`INSERT INTO audit.intake (entry) VALUES (${JSON.stringify({ ...caller, ...deed })})`,
    )
  }
  const base = (): IdentityOptions => ({
    control,
    record,
    nowMs,
    seal: SEAL,
    metrics: new Registry(),
    rules: {
      enrolmentMaySkip: false,
      idleMinutes: 30,
      longestHours: 12,
      invitationHours: 72,
      resetMinutes: 60,
      passwordLeast: 12,
    },
    relyingParty: RELYING_PARTY,
    address: () => 'https://emr.example.org',
    mail: {
      zone: 'UTC',
      put: async (_tx, letter) => mails.push(letter) > 0,
      failed: (error) => {
        throw error
      },
    },
    cost: CHEAP,
    ...options,
  })
  const metrics = new Registry()
  const identity = await openIdentity({ ...base(), metrics })
  return {
    ...identity,
    control,
    metrics,
    mails,
    mailedTo: (address) => secretIn(mails.findLast(({ to }) => to.address === address)?.text),
    record,
    nowMs,
    later: (ms) => {
      now += ms
    },
    async recorded(request) {
      const rows = await control.rows(sql<{ entry: string }>`SELECT entry FROM audit.intake ORDER BY n`)
      const all = rows.map(({ entry }) => JSON.parse(entry) as Recorded)
      return request === undefined ? all : all.filter((one) => one.request === request)
    },
    again: (more) => openIdentity({ ...base(), ...more }),
    async person(userName, { roles = ['nurse'], email } = {}) {
      const { link } = await identity.people.invite(ADMINISTRATOR, {
        userName,
        displayName: userName,
        roles,
        ...(email !== undefined && { email }),
      })
      return identity.invitations.use(callerOf(), link.secret, PASSWORD)
    },
  }
}
