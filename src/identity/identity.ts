import { Counter, Gauge, type Registry } from 'prom-client'
import { at } from '#foundation/timestamp.ts'
import { type First, openFirst } from './accounts/first.ts'
import { type Invitations, openInvitations } from './accounts/invitations.ts'
import { type LinkLimits, openLinks } from './accounts/links.ts'
import { type OwnAccount, openOwnAccount } from './accounts/own.ts'
import { openBreached } from './accounts/passwords/breached.ts'
import { commonPasswords } from './accounts/passwords/common.ts'
import { type Argon2Cost, OWASP_COST, openHasher } from './accounts/passwords/hasher.ts'
import { openPolicy } from './accounts/passwords/policy.ts'
import { openPeople, type People } from './accounts/people.ts'
import { openThrottle } from './accounts/throttle.ts'
import { type ApiKeys, openApiKeys } from './api-keys/keys.ts'
import { openPasskeys, type RelyingParty } from './factors/passkeys.ts'
import { openRecovery } from './factors/recovery.ts'
import { openTotp } from './factors/totp.ts'
import { type Mail, openMailing } from './mail/mailing.ts'
import { type Oversee, openOversight } from './oversight.ts'
import { openProviders, type Providers } from './providers/providers.ts'
import type { Seal } from './seal.ts'
import { openSessions, type SessionLimits, type Sessions } from './sessions/sessions.ts'
import type { SignInRules } from './sign-in/progress.ts'
import { openSignIn, type SignIn, type SignInParts } from './sign-in/sign-in.ts'
import { tidyTickets } from './sign-in/statements/tickets.ts'
import type { Tools } from './tools.ts'

export interface IdentityOptions extends Tools {
  readonly seal: Seal
  readonly metrics: Registry
  readonly rules: SignInRules & SessionLimits & LinkLimits & { readonly passwordLeast: number }
  /** Passwords that were stolen elsewhere. */
  readonly breachedFile?: string | undefined
  readonly relyingParty: RelyingParty
  /** Address by which people come to operations, without a final slash: links lead there. */
  readonly address: () => string
  /** Absent where nothing can be mailed: links are handed over by administrators then. */
  readonly mail?: Mail | undefined
  /** Of a hash; tests have no time for the real one. */
  readonly cost?: Argon2Cost
}

export interface Identity {
  readonly first: First
  readonly people: People
  readonly invitations: Invitations
  readonly signIn: SignIn
  readonly own: OwnAccount
  readonly providers: Providers
  readonly sessions: Sessions
  readonly keys: ApiKeys
  /** For other rooms' parts of identity. */
  readonly oversee: Oversee
  /** Forgets what is over, and counts what needs somebody. To be done every minute. */
  tidy(): Promise<void>
}

/** Opens identity. Throws `identity/other-identity-key`, `identity/unreadable-breached`. */
export async function openIdentity(options: IdentityOptions): Promise<Identity> {
  const { control, record, nowMs, seal, metrics, rules, breachedFile, relyingParty, address, mail } = options
  const tools: Tools = { control, record, nowMs }

  const tries = new Counter({
    name: 'identity_tries_total',
    help: 'Tries to prove who one is, by factor and outcome: right, or the code of the refusal.',
    labelNames: ['factor', 'outcome'],
    registers: [metrics],
  })
  const expiring = new Gauge({
    name: 'identity_api_keys_expiring',
    help: 'API keys that end within 30 days.',
    registers: [metrics],
  })

  const hasher = openHasher(options.cost ?? OWASP_COST)
  const breached = breachedFile === undefined ? undefined : await openBreached(breachedFile)
  const policy = openPolicy({ least: rules.passwordLeast, common: commonPasswords, breached })
  const throttle = openThrottle(tools)
  const mailing = openMailing({ mail, address, nowMs })
  const oversee = openOversight(tools, mailing)
  const overseen = { ...tools, oversee }
  const links = openLinks({ limits: rules, nowMs, address, mailing })
  const totp = openTotp(seal, tools)
  const recovery = openRecovery(nowMs)
  const passkeys = openPasskeys(relyingParty, nowMs)
  const { within, ...sessions } = openSessions(tools, rules)
  const keys = openApiKeys(overseen)
  const parts = { hasher, policy, throttle, totp, recovery, passkeys, mailing, sessions: within }
  const count: SignInParts['count'] = (factor, outcome) => tries.inc({ factor, outcome })
  const { providers, ...external } = openProviders({ ...overseen, seal, rules, parts, address, count })
  await totp.sealAnew()
  await external.sealAnew()

  const people = openPeople(overseen, { links, sessions: within, mailing })
  return {
    first: openFirst(tools, hasher, people),
    people,
    invitations: openInvitations(tools, { ...parts, links }),
    signIn: openSignIn(tools, rules, { ...parts, count }),
    own: openOwnAccount(tools, parts, external),
    providers,
    sessions,
    keys,
    oversee,
    async tidy() {
      await throttle.tidy()
      await links.tidy(control)
      await passkeys.tidy(control)
      await external.tidy()
      await control.rows(tidyTickets(at(nowMs())))
      await within.tidy()
      expiring.set((await keys.expiring()).length)
    },
  }
}
