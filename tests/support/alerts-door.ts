/** The book of alerts on a control database of a test's own. */
import type { Registry } from 'prom-client'
import type { Audit } from '#audit'
import type { Database } from '#foundation/database.ts'
import type { AlertsDoor } from '../../src/http/operations/alerts.ts'
import { recordBy } from '../../src/identity-care.ts'
import { openAlertsBook } from '../../src/operations/alerts/index.ts'

interface BookNeeds {
  readonly control: Database
  readonly audit: Audit
  readonly nowMs: () => number
  readonly metrics: Registry
}

export function alertsOf({ audit, ...needs }: BookNeeds): AlertsDoor {
  const book = openAlertsBook({ ...needs, judgedHere: true, changed: async () => undefined, record: recordBy(audit) })
  return { ...book, sign: () => 0 }
}
