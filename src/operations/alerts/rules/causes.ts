/** Alerts on what is wrong by itself, whatever people notice of it yet. The first seven are the manuals' own. */
import {
  above,
  absent,
  below,
  binary,
  both,
  divide,
  equals,
  increase,
  predict,
  quantile,
  rate,
  select,
  sum,
  time,
  times,
} from '#promql'
import type { Rule } from './rule.ts'

const MINUTE = 60
const HOUR = 3_600
const DAY = 86_400

const left = binary(select('omnicare_tls_certificate_not_after_seconds'), '-', time)

export const causeRules: readonly Rule[] = [
  {
    name: 'ServiceDown',
    severity: 'critical',
    expression: equals(select('up'), 0),
    forSeconds: 5 * MINUTE,
    summary: '{{job}} at {{instance}} does not answer.',
    runbook: 'docs/runbooks/service-down.md',
  },
  {
    name: 'HighErrorRate',
    severity: 'critical',
    expression: above(
      divide(
        sum(rate(select('http_requests_total', { status: '=~5..', endpoint: '!~/health.*' }), 5 * MINUTE), 'job'),
        sum(rate(select('http_requests_total', { endpoint: '!~/health.*' }), 5 * MINUTE), 'job'),
      ),
      0.05,
    ),
    forSeconds: 5 * MINUTE,
    summary: 'More than 5 % of what {{job}} answers are its own errors.',
    runbook: 'docs/runbooks/errors.md',
  },
  {
    name: 'SlowAnswers',
    severity: 'high',
    expression: above(
      quantile(0.95, sum(rate(select('http_request_duration_seconds_bucket'), 5 * MINUTE), 'job', 'le')),
      2,
    ),
    forSeconds: 5 * MINUTE,
    summary: '5 of 100 requests to {{job}} take longer than 2 seconds.',
    runbook: 'docs/runbooks/slow-answers.md',
  },
  {
    name: 'ReplicationLag',
    severity: 'high',
    expression: above(select('omnicare_replication_lag_seconds'), 30),
    forSeconds: MINUTE,
    summary: 'The standby of the {{database}} database is more than 30 seconds behind.',
    runbook: 'docs/runbooks/standby-behind.md',
  },
  {
    name: 'FailedSignIns',
    severity: 'high',
    expression: above(
      times(
        sum(rate(select('omnicare_sign_in_failures_total', { reason: '!~expired|unavailable' }), 2 * MINUTE), 'job'),
        60,
      ),
      10,
    ),
    forSeconds: 0,
    summary: 'More than 10 sign-ins a minute fail at {{job}}: somebody may be guessing passwords.',
    runbook: 'docs/runbooks/failed-sign-ins.md',
  },
  {
    // Quiet while there is no such metric: that there are no backups at all is judged by a health probe.
    name: 'BackupTooOld',
    severity: 'high',
    expression: above(select('omnicare_backup_age_seconds'), 26 * HOUR),
    forSeconds: 0,
    summary: 'The newest backup is older than 26 hours.',
    runbook: 'docs/runbooks/no-fresh-backup.md',
  },
  {
    name: 'DiskNearlyFull',
    severity: 'high',
    expression: above(select('disk_usage_percent'), 90),
    forSeconds: 5 * MINUTE,
    summary: 'A disk that {{job}} writes to is more than 90 % full.',
    runbook: 'docs/runbooks/disk-full.md',
  },
  {
    name: 'DiskFilling',
    severity: 'medium',
    expression: both(
      above(predict(select('disk_usage_percent'), 6 * HOUR, DAY), 98),
      above(select('disk_usage_percent'), 60),
    ),
    forSeconds: 30 * MINUTE,
    summary: 'A disk that {{job}} writes to will be full within a day, if it goes on as in the last 6 hours.',
    runbook: 'docs/runbooks/disk-full.md',
    everySeconds: 60,
  },
  {
    name: 'CertificateEndsSoon',
    severity: 'medium',
    expression: below(left, 14 * DAY),
    forSeconds: 0,
    summary: 'The certificate of {{job}} ends within 14 days.',
    runbook: 'docs/runbooks/certificate-ends.md',
  },
  {
    name: 'CertificateEnds',
    severity: 'critical',
    expression: below(left, 3 * DAY),
    forSeconds: 0,
    summary: 'The certificate of {{job}} ends within 3 days: then nobody gets in.',
    runbook: 'docs/runbooks/certificate-ends.md',
  },
  {
    name: 'SealingStuck',
    severity: 'critical',
    expression: above(select('audit_sealing_lag_seconds'), 60),
    forSeconds: 2 * MINUTE,
    summary: 'Audit entries of {{source}} have waited for more than a minute to be sealed.',
    runbook: 'docs/runbooks/sealing-stuck.md',
  },
  {
    name: 'NotRecorded',
    severity: 'critical',
    expression: above(sum(increase(select('audit_unrecorded_total'), 5 * MINUTE), 'job'), 0),
    forSeconds: 0,
    summary: '{{job}} refuses requests because the audit trail can not take them.',
    runbook: 'docs/runbooks/not-recorded.md',
  },
  {
    name: 'ProbeFailed',
    severity: 'high',
    expression: equals(select('omnicare_probe_failed'), 1),
    forSeconds: 2 * MINUTE,
    summary: 'The health probe {{probe}} fails.',
    runbook: 'docs/runbooks/probe-failed.md',
  },
  {
    name: 'ProcedureOverdue',
    severity: 'medium',
    expression: equals(select('omnicare_procedure_overdue'), 1),
    forSeconds: 0,
    summary: 'Nobody has done the daily procedure {{procedure}} in time.',
    runbook: 'docs/runbooks/procedure-overdue.md',
  },
  {
    name: 'MailWaits',
    severity: 'medium',
    expression: above(select('notifications_oldest_waiting_seconds'), 15 * MINUTE),
    forSeconds: 5 * MINUTE,
    summary: 'Mail has waited for more than 15 minutes to leave.',
    runbook: 'docs/runbooks/mail-does-not-leave.md',
  },
  {
    name: 'HospitalNotWatched',
    severity: 'high',
    expression: absent(select('up', { job: 'hospital' })),
    forSeconds: 5 * MINUTE,
    summary: 'Nothing is known of the hospital: its metrics are not scraped.',
    runbook: 'docs/runbooks/service-down.md',
  },
]
