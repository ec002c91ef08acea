/** How operations keeps the accounts: by which settings identity is opened, and what is done with it every minute. */
import { join } from 'node:path'
import type { Registry } from 'prom-client'
import { type Audit, auditWithin } from '#audit'
import { nowMilliseconds } from '#foundation/clock.ts'
import type { Database } from '#foundation/database.ts'
import type { Log } from '#foundation/log.ts'
import {
  type Identity,
  type OAuth,
  openIdentity,
  openOAuth,
  type RecordDeed,
  type RelyingParty,
  sealOf,
} from '#identity'
import { audiencesOf } from './http/audiences.ts'
import { type MailDelivery, openMailDelivery } from './mail-care.ts'
import type { Channel } from './operations/notifications/index.ts'
import type { openSettings } from './settings.ts'

const MINUTE_MS = 60_000

type Settings = ReturnType<typeof openSettings>['settings']

interface Needs {
  readonly control: Database
  readonly audit: Audit
  readonly metrics: Registry
  readonly log: Log
  /** By what mail leaves; absent where nothing is mailed. */
  readonly channel: Channel | undefined
  /** Where operations listens, once it does. */
  readonly operations: () => string
  /** Where the hospital does. */
  readonly hospital: () => string
}

/** Also gives by what the doors of identity record, and what mails, to be started; nothing where nothing is mailed. */
export async function openIdentityBy(
  settings: Settings,
  { control, audit, metrics, log, operations, hospital, channel }: Needs,
): Promise<{
  readonly identity: Identity
  readonly record: RecordDeed
  readonly oauth: OAuth
  readonly mailing: MailDelivery | undefined
}> {
  const record = recordBy(audit)
  const { home, identityKey, identityKeyFile, identityFormerKeyFile } = settings
  const seal = sealOf({
    file: identityKeyFile ?? join(home, 'identity-key'),
    isDefault: identityKeyFile === undefined,
    given: identityKey,
    formerFile: identityFormerKeyFile,
  })
  const { passwordLeast, sessionIdleMinutes: idleMinutes, sessionHours: longestHours } = settings
  const { invitationHours, resetMinutes } = settings
  const mailing =
    channel === undefined
      ? undefined
      : await openMailDelivery({ channel, zone: settings.timeZone, control, seal, metrics, log })
  const identity = await openIdentity({
    control,
    record,
    nowMs: nowMilliseconds,
    seal,
    metrics,
    rules: {
      enrolmentMaySkip: settings.practice === 'on',
      passwordLeast,
      idleMinutes,
      longestHours,
      invitationHours,
      resetMinutes,
    },
    breachedFile: settings.passwordBreached,
    relyingParty: relyingPartyOf(settings, { operations, hospital }),
    address: () => operationsAddress(settings, operations()),
    mail: mailing?.mail,
  })
  const oauth = await openOAuth({
    control,
    record,
    nowMs: nowMilliseconds,
    seal,
    oversee: identity.oversee,
    people: identity.people,
    sessions: identity.sessions,
    issuer: () => `${operationsAddress(settings, operations())}/oauth`,
    audiences: () => audiencesOf(hospital(), settings.publicUrl),
    refreshDays: settings.refreshDays,
    signingKeyDays: settings.signingKeyDays,
    log,
  })
  return { identity, record, oauth, mailing }
}

/** In the transaction of what is done, when there is one: both are there, or neither is. */
const recordBy =
  (audit: Audit): RecordDeed =>
  async (caller, deed, tx) => {
    if (tx === undefined) return audit.record(caller, deed)
    const within = auditWithin(audit)
    await within.record(caller, deed)
    await within.store(tx)
  }

/** By which people and programs come to operations, without a final slash; `listening`: where it listens. */
export const operationsAddress = ({ operationsPublicUrl }: Pick<Settings, 'operationsPublicUrl'>, listening: string) =>
  (operationsPublicUrl ?? atName('localhost', listening)).replace(/\/+$/, '')

/** Where something listens, by another name. */
const atName = (name: string, listening: string): string => {
  const { protocol, port } = new URL(listening)
  return `${protocol}//${name}${port === '' ? '' : `:${port}`}`
}

/**
 * Passkeys work for one host, whatever the port: browsers make none for a bare address, so that this is a name. The pages
 * that may use them are known once both planes listen, perhaps on other ports than those of the settings.
 */
export function relyingPartyOf(
  settings: Pick<Settings, 'operationsPublicUrl' | 'publicUrl'>,
  { operations, hospital }: Pick<Needs, 'operations' | 'hospital'>,
): RelyingParty {
  const { operationsPublicUrl, publicUrl } = settings
  const id = operationsPublicUrl === undefined ? 'localhost' : new URL(operationsPublicUrl).hostname
  return {
    id,
    get origins() {
      const pages = [operationsAddress(settings, operations()), publicUrl ?? atName(id, hospital())]
      return [...new Set(pages.map((page) => new URL(page).origin))]
    },
  }
}

/** Forgets what is over, now and every minute, until it is disposed; every day warns of API keys that end soon. */
export function tidyEveryMinute(identity: Identity, oauth: OAuth, log: Log): AsyncDisposable {
  let warned = ''
  const warn = async () => {
    const today = new Date(nowMilliseconds()).toISOString().slice(0, 10)
    if (warned === today) return
    for (const { prefix, name, expires, owner } of await identity.keys.expiring())
      log.warn({ prefix, name, expires, owner: owner?.userName }, 'an API key ends within 30 days')
    warned = today
  }
  const tidy = async () => {
    try {
      await identity.tidy()
      await oauth.care()
      await warn()
    } catch (error) {
      log.warn({ err: error }, 'what is over of identity could not be forgotten; it is tried again in a minute')
    }
  }
  let underWay = tidy()
  const timer = setInterval(() => {
    underWay = underWay.then(tidy)
  }, MINUTE_MS)
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      await underWay
    },
  }
}
