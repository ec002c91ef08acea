/** How operations mails: by which settings the outbox is opened and emptied, and how identity puts letters into it. */
import type { Registry } from 'prom-client'
import { nowMilliseconds } from '#foundation/clock.ts'
import type { Database } from '#foundation/database.ts'
import type { Log } from '#foundation/log.ts'
import type { Mail, Seal } from '#identity'
import {
  type Channel,
  contentOf,
  notificationFaults,
  type Outbox,
  type OutboxWaiting,
  openMail,
  openOutbox,
  startSending,
} from './operations/notifications/index.ts'
import type { openSettings } from './settings.ts'

type Settings = Pick<
  ReturnType<typeof openSettings>['settings'],
  'smtpUrl' | 'smtpPasswordFile' | 'smtpAuthoritiesFile' | 'mailFrom' | 'operationsPublicUrl'
>

/**
 * By what mail leaves, to be opened before anything is started; undefined where nothing is mailed. Throws
 * `notifications/no-sender`, `notifications/no-address`, `notifications/unreadable`.
 */
export function mailChannel(settings: Settings): Channel | undefined {
  const {
    smtpUrl: url,
    smtpPasswordFile: passwordFile,
    smtpAuthoritiesFile: authoritiesFile,
    mailFrom: from,
  } = settings
  if (url === undefined) return undefined
  const channel = openMail({ url, passwordFile, authoritiesFile, from })
  if (settings.operationsPublicUrl === undefined) throw notificationFaults['no-address']()
  return channel
}

interface Needs {
  readonly channel: Channel
  readonly zone: string
  readonly control: Database
  readonly seal: Seal
  readonly metrics: Registry
  readonly log: Log
}

export interface MailDelivery {
  readonly outbox: Outbox
  readonly mail: Mail
  readonly waiting: () => Promise<OutboxWaiting>
  /** Begins to deliver what waits, until it is disposed. */
  start(): AsyncDisposable
}

/** Throws `identity/other-identity-key`. */
export async function openMailDelivery({ channel, zone, ...needs }: Needs): Promise<MailDelivery> {
  const { count, waiting, ...outbox } = await openOutbox({ ...needs, nowMs: nowMilliseconds })
  return {
    outbox,
    waiting,
    mail: mailInto(outbox, zone, (error) =>
      needs.log.error({ err: error }, 'a reset link that was asked for could not be mailed'),
    ),
    start: () => startSending({ ...needs, channels: new Map([['mail', channel]]), count, nowMs: nowMilliseconds }),
  }
}

/** How identity puts its letters into the outbox. `zone`: in which times are told. */
export const mailInto = (outbox: Pick<Outbox, 'put'>, zone: string, failed: Mail['failed']): Mail => ({
  zone,
  failed,
  put: (tx, { kind, person, expires, ...letter }) =>
    outbox.put(tx, { channel: 'mail', kind, about: `person/${person}`, content: contentOf(letter), expires }),
})
