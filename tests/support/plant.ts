/** What operations knows of its machine, where a test is about something else: there are no logs. */
import { openLogCare } from '../../src/log-care.ts'

export const EMPTY_PLANT = {
  logs: openLogCare({ home: '/nowhere', auditLogFolder: undefined, auditLogDays: 0 }),
}
