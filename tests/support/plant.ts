/** What operations knows of its machine, where a test is about something else: no logs, nothing measured. */
import { openFetch } from '#foundation/tls/calls.ts'
import { openLogCare } from '../../src/log-care.ts'
import { openPerformanceCare } from '../../src/performance-care.ts'
import { readableLog } from './recording-record.ts'

export const EMPTY_PLANT = {
  logs: openLogCare({ home: '/nowhere', auditLogFolder: undefined, auditLogDays: 0 }),
  performance: openPerformanceCare({
    databases: [],
    hospital: { address: 'http://127.0.0.1:9', token: 'none', fetch: openFetch(undefined) },
    settings: { home: '/', workers: 1, connections: 10 },
    freeDisk: async () => [],
    log: readableLog().log,
  }),
}
