import { binary, divide, increase, least, most, rate, select, sum, time, times } from '#promql'
import type { Dashboard } from './dashboard.ts'

const perMinute = (metric: string, labels: Record<string, string> = {}, ...by: string[]) =>
  times(sum(rate(select(metric, labels), 'step'), ...by), 60)

export const securityMonitoring: Dashboard = {
  name: 'security-monitoring',
  title: 'Security Monitoring',
  panels: [
    {
      id: 'failed-sign-ins',
      title: 'Failed sign-ins',
      means: 'Tries to sign in that failed. Above 10 a minute there is an alert: somebody may be guessing passwords.',
      kind: 'line',
      unit: 'per-minute',
      limit: { at: 10, bad: 'above' },
      queries: [{ expression: perMinute('omnicare_sign_in_failures_total', {}, 'reason'), legend: '{{reason}}' }],
    },
    {
      id: 'tries',
      title: 'Proofs of identity',
      means: 'Passwords, codes and passkeys that were right, or refused, and why.',
      kind: 'line',
      unit: 'per-minute',
      queries: [
        { expression: perMinute('identity_tries_total', {}, 'factor', 'outcome'), legend: '{{factor}}: {{outcome}}' },
      ],
    },
    {
      id: 'refused',
      title: 'Refused requests',
      means: 'Requests of who is not known (401), may not (403), or asks too often (429).',
      kind: 'line',
      unit: 'per-minute',
      queries: [
        {
          expression: perMinute('http_requests_total', { status: '=~401|403|429' }, 'job', 'status'),
          legend: '{{job}} {{status}}',
        },
      ],
    },
    {
      id: 'sealing-lag',
      title: 'Sealing of the audit trail',
      means: 'How long an entry has waited at most to be sealed into the ledger.',
      kind: 'line',
      unit: 'seconds',
      limit: { at: 60, bad: 'above' },
      queries: [{ expression: most(select('audit_sealing_lag_seconds'), 'source'), legend: '{{source}}' }],
    },
    {
      id: 'unrecorded',
      title: 'What could not be recorded',
      means: 'Requests of the last hour that were refused because the audit trail could not take them.',
      kind: 'number',
      unit: 'count',
      limit: { at: 1, bad: 'above' },
      queries: [{ expression: sum(increase(select('audit_unrecorded_total'), 3_600), 'job'), legend: '{{job}}' }],
    },
    {
      id: 'certificates',
      title: 'Days of the certificate',
      means: 'How many days the certificate is good for that is shown.',
      kind: 'number',
      unit: 'count',
      limit: { at: 14, bad: 'below' },
      queries: [
        {
          expression: divide(
            binary(least(select('omnicare_tls_certificate_not_after_seconds'), 'job'), '-', time),
            86_400,
          ),
          legend: '{{job}}',
        },
      ],
    },
    {
      id: 'handshakes',
      title: 'Failed TLS handshakes',
      means: 'Connections that ended before anybody was known: scanners, or programs that believe no certificate.',
      kind: 'line',
      unit: 'per-minute',
      queries: [{ expression: perMinute('omnicare_tls_handshakes_failed_total', {}, 'job'), legend: '{{job}}' }],
    },
  ],
}
