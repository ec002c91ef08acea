/** The outbox over an identity of a test's own, delivering to a real mail server. */
import { Registry } from 'prom-client'
import type { Database } from '#foundation/database.ts'
import { sql } from '#foundation/sql.ts'
import { openSeal } from '#identity'
import { mailInto } from '../../src/mail-care.ts'
import { deliverDue, type MailSettings, openMail, openOutbox } from '../../src/operations/notifications/index.ts'
import type { TestIdentity } from './identity.ts'
import { readableLog } from './recording-record.ts'

const SEAL = openSeal(Buffer.alloc(32, 7))
const FROM = 'OmniCare <omnicare@emr.example.org>'

interface Over {
  readonly control?: Database
  readonly mail?: Partial<MailSettings>
  readonly mostWaiting?: number
}

export async function openTestOutbox(identity: TestIdentity, port: number, over: Over = {}) {
  const { control = identity.control, mail = {}, mostWaiting } = over
  const { log, lines } = readableLog()
  const metrics = new Registry()
  const needs = { control, seal: SEAL, nowMs: identity.nowMs, metrics, log }
  const outbox = await openOutbox({ ...needs, ...(mostWaiting !== undefined && { mostWaiting }) })
  const settings = { url: `smtp://127.0.0.1:${port}`, from: FROM, ...mail }
  const channels = new Map([['mail', openMail(settings)]])
  return {
    outbox,
    metrics,
    lines,
    /** Delivers what is due. */
    deliver: () => deliverDue({ ...needs, channels, count: outbox.count, random: () => 1 }),
    /** What identity puts its letters into. */
    mail: mailInto(outbox, 'UTC', (error) => {
      throw error
    }),
  }
}

/** What lies in the table, the newest last. */
export const rowsOf = ({ control }: TestIdentity) =>
  control.rows(
    sql<{
      id: string
      kind: string
      state: string
      tries: number
      why: string | null
      content: string | null
      key: string | null
    }>`
    SELECT id, kind, state, tries, why, content, key FROM operations.outbox ORDER BY id`,
  )
