/** The channel of mail: SMTP by nodemailer. https://www.rfc-editor.org/rfc/rfc5321 */

import { readFileSync } from 'node:fs'
import { createTransport } from 'nodemailer'
import { LOOPBACK } from '#foundation/loopback.ts'
import { notificationFaults } from './faults.ts'
import type { Channel, Went } from './sending.ts'

export interface Letter {
  readonly to: { readonly name: string; readonly address: string }
  readonly subject: string
  readonly text: string
  readonly html: string
}

/** As the outbox keeps it. */
export const contentOf = ({ to, subject, text, html }: Letter): string => JSON.stringify({ to, subject, text, html })

export interface MailSettings {
  /** `smtp://` or `smtps://`, with user and password if there are any. */
  readonly url: string
  /** Wins over the password in the address. */
  readonly passwordFile?: string | undefined
  /** Of authorities that sign certificates, in PEM, in place of those that Node trusts. */
  readonly authoritiesFile?: string | undefined
  readonly from: string | undefined
}

const CONNECT_MS = 10_000
const GREETING_MS = 15_000
/** Without a word. */
const SILENT_MS = 60_000
/** All in all: a server that says a word a minute is given up too. */
const LONGEST_MS = 180_000

/** Throws `notifications/no-sender`, `notifications/unreadable`. Connects for each letter, not before. */
export function openMail({ url, passwordFile, authoritiesFile, from }: MailSettings): Channel {
  if (from === undefined) throw notificationFaults['no-sender']()
  const { protocol, hostname, port, username, password } = new URL(url)
  const implicit = protocol === 'smtps:'
  // Only there nobody can listen.
  const isLocal = LOOPBACK.includes(hostname)
  const pass =
    passwordFile === undefined ? decodeURIComponent(password) : fileOf('OMNICARE_SMTP_PASSWORD_FILE', passwordFile)
  const ca = authoritiesFile === undefined ? undefined : fileOf('OMNICARE_SMTP_CA_FILE', authoritiesFile)
  const transport = createTransport({
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (implicit ? 465 : 587) : Number(port),
    secure: implicit,
    // Never in the clear over a network, whatever the server offers, or somebody between who takes the offer out.
    requireTLS: !implicit && !isLocal,
    ignoreTLS: !implicit && isLocal,
    tls: { minVersion: 'TLSv1.2', ...(ca !== undefined && { ca }) },
    ...(username !== '' && { auth: { user: decodeURIComponent(username), pass } }),
    connectionTimeout: CONNECT_MS,
    greetingTimeout: GREETING_MS,
    socketTimeout: SILENT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  const domain = /@([^\s>]+)>?\s*$/.exec(from)?.[1] ?? 'omnicare'
  return {
    async deliver({ id, content, madeMs }) {
      const { to, subject, text, html } = JSON.parse(content) as Letter
      const sending = transport.sendMail({
        from,
        to,
        subject,
        text,
        html,
        messageId: `<${id}@${domain}>`,
        date: new Date(madeMs),
        // Nobody's absence note answers: https://www.rfc-editor.org/rfc/rfc3834
        headers: { 'Auto-Submitted': 'auto-generated' },
      })
      const late = Promise.withResolvers<Went>()
      const timer = setTimeout(() => late.resolve({ is: 'failed', why: 'the mail server is too slow' }), LONGEST_MS)
      try {
        return await Promise.race([sending.then(() => ({ is: 'sent' }) as const, becauseOf), late.promise])
      } finally {
        clearTimeout(timer)
      }
    },
  }
}

function fileOf(setting: string, file: string): string {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    throw notificationFaults.unreadable({ setting })
  }
}

/** It wants to be asked otherwise, by other settings: the letter itself is none the worse. */
const NOT_THIS_WAY: readonly number[] = [530, 534, 535, 538]

/** What nodemailer rejects with, in fixed words: what the server has said may name somebody. */
function becauseOf(error: { code?: string; responseCode?: number }): Went {
  const { code = '', responseCode } = error
  const isOfLetter = code === 'EENVELOPE' || code === 'EMESSAGE'
  if (isOfLetter && responseCode === undefined)
    return { is: 'refused', why: 'the mail server has no way to that address' }
  if (isOfLetter && responseCode !== undefined && responseCode >= 500 && !NOT_THIS_WAY.includes(responseCode))
    return { is: 'refused', why: `the mail server refuses it for good (${responseCode})` }
  if (code === 'ETLS' || code === 'ESOCKET') return { is: 'failed', why: 'no safe connection to the mail server' }
  if (code === 'EAUTH' || code === 'ENOAUTH') return { is: 'failed', why: 'the mail server refuses the sign-in' }
  if (responseCode !== undefined) return { is: 'failed', why: `the mail server refuses it for now (${responseCode})` }
  return { is: 'failed', why: 'the mail server does not answer' }
}
