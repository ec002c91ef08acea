import { Registry } from 'prom-client'
import { type Audit, type AuditEntry, openAudit, openIntake, type Spool } from '#audit'
import type { Database } from '#foundation/database.ts'
import type { Asker } from '#record'

/** The test itself, where it uses a room without a door. */
export const CALLER: Asker = {
  access: {
    subject: { kind: 'admin-token', id: 'administrator' },
    roles: ['administrator'],
    scopes: 'all',
    purpose: 'HOPERAT',
    breakGlass: false,
  },
  request: 'request-of-a-test',
  actor: { kind: 'system', id: 'test' },
  role: 'system',
  purpose: 'HOPERAT',
  address: '127.0.0.1',
  agent: 'node:test',
  breakGlass: false,
}

/** An audit of the hospital over its database. */
export const auditOf = (db: Pick<Database, 'append'>, metrics = new Registry(), spool?: Spool): Audit =>
  openAudit({ plane: 'hospital', intake: openIntake(db), secret: 'of-a-test', metrics, spool })

/** An audit whose entries are at once durable in `entries`: for a door without a database. */
export function auditInMemory(): { readonly audit: Audit; readonly entries: AuditEntry[] } {
  const entries: AuditEntry[] = []
  const intake = { append: async (text: string) => void entries.push(JSON.parse(text) as AuditEntry) }
  return { entries, audit: openAudit({ plane: 'hospital', intake, secret: 'of-a-test', metrics: new Registry() }) }
}
