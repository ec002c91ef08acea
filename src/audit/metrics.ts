/** What the audit trail tells of itself. */
import { metric } from '#foundation/metric.ts'

export const AUDIT_METRICS = {
  unrecorded: metric({
    name: 'audit_unrecorded_total',
    type: 'counter',
    help: 'What could not be written down in the audit trail and was therefore answered with 503.',
    moves: 'Requests while neither the intake nor the spool takes anything.',
  }),
  spooled: metric({
    name: 'audit_spooled_entries',
    type: 'gauge',
    help: 'Entries of the audit trail that wait in the spool, because the intake could not be written.',
    moves: 'Reads while the intake takes nothing, with `OMNICARE_AUDIT_ON_FAILURE=spool`; there is none of it without.',
  }),
  sealingLag: metric({
    name: 'audit_sealing_lag_seconds',
    type: 'gauge',
    help: 'No audit entry of the source has waited longer than this to be sealed.',
    moves: 'Grows while what was recorded can not be sealed into the ledger.',
    labels: { source: '`record`, `control`: the database of the intake' },
  }),
  sealed: metric({
    name: 'audit_sealed_entries_total',
    type: 'counter',
    help: 'Audit entries that were sealed into the ledger, by the source they came from.',
    moves: 'Every entry: of what was asked, changed or refused on either plane.',
    labels: { source: '`record`, `control`: the database of the intake' },
  }),
}
