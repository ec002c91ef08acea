/**
 * What each alert rule must say of which samples: written by hand, printed as promtool's unit tests, and asked of our own judging
 * too. https://prometheus.io/docs/prometheus/2.42/configuration/unit_testing_rules/
 */
import type { Labels } from '#promql'

/** Samples one after the other: `from`, then more by `by` each, `count` of them; `null`: none. */
export interface Run {
  readonly from: number | null
  readonly by: number
  readonly count: number
}

export interface RuleTest {
  readonly rule: string
  /** In words, what happens. */
  readonly when: string
  /** How far samples are apart. */
  readonly everySeconds: number
  readonly series: readonly { readonly labels: Labels; readonly runs: readonly Run[] }[]
  readonly expects: readonly {
    readonly afterSeconds: number
    /** Those that fire then: labels beside `alertname` and `severity`, and what people read. */
    readonly alerts: readonly { readonly labels: Labels; readonly summary: string }[]
  }[]
}

const MINUTE = 60
const HOUR = 3_600
const DAY = 86_400
const HOSPITAL = { job: 'hospital', instance: 'h:8080' }
const OPERATIONS = { job: 'operations', instance: 'o:8081' }

const stays = (value: number, count: number): Run => ({ from: value, by: 0, count })
const grows = (from: number, by: number, count: number): Run => ({ from, by, count })
const nothing = (count: number): Run => ({ from: null, by: 0, count })
const of = (name: string, labels: Labels, ...runs: readonly Run[]) => ({ labels: { __name__: name, ...labels }, runs })
const quiet = (afterSeconds: number) => ({ afterSeconds, alerts: [] })
const fires = (afterSeconds: number, labels: Labels, summary: string) => ({
  afterSeconds,
  alerts: [{ labels, summary }],
})

const asked = (status: string, endpoint = '/fhir/R4/:type') => ({ ...HOSPITAL, method: 'GET', endpoint, status })
const timed = (le: string) => ({ ...HOSPITAL, method: 'GET', endpoint: '/fhir/R4/:type', le })

/** A gauge of one plane: well for ten minutes, then bad. */
const gauge = (
  rule: string,
  name: string,
  labels: Labels,
  [well, bad]: readonly [number, number],
  holdSeconds: number,
  summary: string,
): RuleTest => ({
  rule,
  when: `${name} goes from ${well} to ${bad}`,
  everySeconds: 15,
  series: [of(name, labels, stays(well, 40), stays(bad, 160))],
  expects: [
    quiet(9 * MINUTE),
    ...(holdSeconds > 0 ? [quiet(10 * MINUTE + holdSeconds - 15)] : []),
    fires(10 * MINUTE + holdSeconds, labels, summary),
  ],
})

export const RULE_TESTS: readonly RuleTest[] = [
  {
    rule: 'ServiceDown',
    when: 'the hospital does not answer for six minutes, operations for one',
    everySeconds: 15,
    series: [
      of('up', HOSPITAL, stays(1, 40), stays(0, 24), stays(1, 20)),
      of('up', OPERATIONS, stays(1, 40), stays(0, 4), stays(1, 40)),
    ],
    expects: [
      quiet(14 * MINUTE + 45),
      fires(15 * MINUTE, HOSPITAL, 'hospital at h:8080 does not answer.'),
      fires(15 * MINUTE + 45, HOSPITAL, 'hospital at h:8080 does not answer.'),
      quiet(16 * MINUTE),
    ],
  },
  {
    rule: 'HospitalNotWatched',
    when: 'the hospital is no longer scraped',
    everySeconds: 15,
    series: [of('up', HOSPITAL, stays(1, 5)), of('up', OPERATIONS, stays(1, 100))],
    expects: [
      quiet(5 * MINUTE),
      quiet(10 * MINUTE),
      fires(12 * MINUTE, { job: 'hospital' }, 'Nothing is known of the hospital: its metrics are not scraped.'),
    ],
  },
  {
    rule: 'HighErrorRate',
    when: 'one of ten requests fails from the tenth minute on; what /health says does not count',
    everySeconds: 15,
    series: [
      of('http_requests_total', asked('200'), grows(0, 90, 160)),
      of('http_requests_total', asked('503'), stays(0, 40), grows(10, 10, 120)),
      of('http_requests_total', { ...asked('503', '/health/ready'), job: 'operations' }, grows(0, 100, 160)),
    ],
    expects: [
      quiet(10 * MINUTE),
      quiet(15 * MINUTE),
      fires(20 * MINUTE, { job: 'hospital' }, 'More than 5 % of what hospital answers are its own errors.'),
    ],
  },
  {
    rule: 'SlowAnswers',
    when: 'answers take three seconds from the tenth minute on',
    everySeconds: 15,
    series: [
      of('http_request_duration_seconds_bucket', timed('1'), grows(0, 10, 40), stays(400, 120)),
      of('http_request_duration_seconds_bucket', timed('2.5'), grows(0, 10, 40), stays(400, 120)),
      of('http_request_duration_seconds_bucket', timed('5'), grows(0, 10, 160)),
      of('http_request_duration_seconds_bucket', timed('+Inf'), grows(0, 10, 160)),
    ],
    expects: [
      quiet(10 * MINUTE),
      quiet(15 * MINUTE),
      fires(16 * MINUTE, { job: 'hospital' }, '5 of 100 requests to hospital take longer than 2 seconds.'),
    ],
  },
  gauge(
    'ReplicationLag',
    'omnicare_replication_lag_seconds',
    { ...OPERATIONS, database: 'record' },
    [30, 31],
    MINUTE,
    'The standby of the record database is more than 30 seconds behind.',
  ),
  {
    rule: 'FailedSignIns',
    when: 'twelve sign-ins a minute fail from the tenth minute on; expired ones do not count',
    everySeconds: 15,
    series: [
      of(
        'omnicare_sign_in_failures_total',
        { ...OPERATIONS, reason: 'credentials' },
        grows(0, 2, 40),
        grows(80, 3, 80),
      ),
      of('omnicare_sign_in_failures_total', { ...OPERATIONS, reason: 'expired' }, grows(0, 30, 120)),
    ],
    expects: [
      quiet(9 * MINUTE),
      fires(
        13 * MINUTE,
        { job: 'operations' },
        'More than 10 sign-ins a minute fail at operations: somebody may be guessing passwords.',
      ),
    ],
  },
  gauge(
    'BackupTooOld',
    'omnicare_backup_age_seconds',
    { ...OPERATIONS, database: 'record' },
    [26 * HOUR, 26 * HOUR + 1],
    0,
    'The newest backup is older than 26 hours.',
  ),
  {
    rule: 'BackupTooOld',
    when: 'nothing is known of backups',
    everySeconds: 15,
    series: [of('up', OPERATIONS, stays(1, 40))],
    expects: [quiet(5 * MINUTE)],
  },
  gauge(
    'DiskNearlyFull',
    'disk_usage_percent',
    HOSPITAL,
    [90, 91],
    5 * MINUTE,
    'A disk that hospital writes to is more than 90 % full.',
  ),
  {
    rule: 'DiskFilling',
    when: 'a disk grows by two percent an hour, another is full of what does not grow',
    everySeconds: MINUTE,
    series: [
      of('disk_usage_percent', HOSPITAL, grows(55, 1 / 30, 600)),
      of('disk_usage_percent', OPERATIONS, stays(70, 600)),
    ],
    expects: [
      quiet(2 * HOUR),
      fires(
        4 * HOUR,
        HOSPITAL,
        'A disk that hospital writes to will be full within a day, if it goes on as in the last 6 hours.',
      ),
    ],
  },
  {
    rule: 'CertificateEndsSoon',
    when: 'a certificate has 14 days left, and an hour later less',
    everySeconds: MINUTE,
    series: [
      of('omnicare_tls_certificate_not_after_seconds', HOSPITAL, stays(14 * DAY + HOUR, 200)),
      of('omnicare_tls_certificate_not_after_seconds', OPERATIONS, stays(90 * DAY, 200)),
    ],
    expects: [quiet(HOUR - MINUTE), fires(HOUR + MINUTE, HOSPITAL, 'The certificate of hospital ends within 14 days.')],
  },
  {
    rule: 'CertificateEnds',
    when: 'a certificate has 3 days left, and an hour later less',
    everySeconds: MINUTE,
    series: [of('omnicare_tls_certificate_not_after_seconds', HOSPITAL, stays(3 * DAY + HOUR, 200))],
    expects: [
      quiet(HOUR - MINUTE),
      fires(HOUR + MINUTE, HOSPITAL, 'The certificate of hospital ends within 3 days: then nobody gets in.'),
    ],
  },
  gauge(
    'SealingStuck',
    'audit_sealing_lag_seconds',
    { ...OPERATIONS, source: 'record' },
    [60, 61],
    2 * MINUTE,
    'Audit entries of record have waited for more than a minute to be sealed.',
  ),
  {
    rule: 'NotRecorded',
    when: 'one request could not be recorded',
    everySeconds: 15,
    series: [of('audit_unrecorded_total', HOSPITAL, stays(0, 40), stays(1, 80))],
    expects: [
      quiet(9 * MINUTE),
      fires(11 * MINUTE, { job: 'hospital' }, 'hospital refuses requests because the audit trail can not take them.'),
      quiet(16 * MINUTE),
    ],
  },
  gauge(
    'ProbeFailed',
    'omnicare_probe_failed',
    { ...OPERATIONS, probe: 'record:database' },
    [0, 1],
    2 * MINUTE,
    'The health probe record:database fails.',
  ),
  gauge(
    'ProcedureOverdue',
    'omnicare_procedure_overdue',
    { ...OPERATIONS, procedure: 'morning-check' },
    [0, 1],
    0,
    'Nobody has done the daily procedure morning-check in time.',
  ),
  gauge(
    'MailWaits',
    'notifications_oldest_waiting_seconds',
    OPERATIONS,
    [15 * MINUTE, 15 * MINUTE + 1],
    5 * MINUTE,
    'Mail has waited for more than 15 minutes to leave.',
  ),
  {
    rule: 'AvailabilityBurnsFast',
    when: 'two of a hundred requests fail for an hour and ten minutes',
    everySeconds: MINUTE,
    series: [
      of('http_requests_total', asked('200'), grows(0, 98, 200)),
      of('http_requests_total', asked('500'), stays(0, 60), grows(2, 2, 70), stays(140, 70)),
    ],
    expects: [
      quiet(65 * MINUTE),
      fires(125 * MINUTE, {}, 'What may go wrong of availability in 30 days is used up: 2 % within an hour.'),
      quiet(140 * MINUTE),
    ],
  },
  {
    rule: 'AvailabilityBurnsFast',
    when: 'every request fails, but there are next to none',
    everySeconds: MINUTE,
    series: [of('http_requests_total', asked('500'), grows(0, 1, 130))],
    expects: [quiet(2 * HOUR)],
  },
  {
    rule: 'AvailabilityBurns',
    when: 'seven of a thousand requests fail for seven hours',
    everySeconds: 5 * MINUTE,
    series: [
      of('http_requests_total', asked('200'), grows(0, 993, 200)),
      of('http_requests_total', asked('500'), grows(0, 7, 84), stays(588, 116)),
    ],
    expects: [
      fires(6 * HOUR, {}, 'What may go wrong of availability in 30 days is used up: 5 % within six hours.'),
      quiet(8 * HOUR),
    ],
  },
  {
    rule: 'AvailabilityBurnsSlowly',
    when: 'two of a thousand requests fail for four days',
    everySeconds: 30 * MINUTE,
    series: [
      of('http_requests_total', asked('200'), grows(0, 998, 400)),
      of('http_requests_total', asked('500'), grows(0, 2, 192), stays(384, 208)),
    ],
    expects: [
      fires(3 * DAY, {}, 'What may go wrong of availability in 30 days is used up: 10 % within three days.'),
      quiet(5 * DAY),
    ],
  },
  {
    rule: 'LatencyBurnsFast',
    when: 'one of five requests takes longer than a second for an hour and ten minutes',
    everySeconds: MINUTE,
    series: [
      of('http_requests_total', asked('200'), grows(0, 50, 200)),
      of('http_request_duration_seconds_count', timed(''), grows(0, 50, 200)),
      of(
        'http_request_duration_seconds_bucket',
        timed('1'),
        grows(0, 50, 60),
        grows(2_990, 40, 70),
        grows(5_800, 50, 70),
      ),
    ],
    expects: [
      quiet(65 * MINUTE),
      fires(125 * MINUTE, {}, 'What may go wrong of latency in 30 days is used up: 2 % within an hour.'),
      quiet(140 * MINUTE),
    ],
  },
  {
    rule: 'LatencyBurns',
    when: 'eight of a hundred requests take longer than a second for seven hours',
    everySeconds: 5 * MINUTE,
    series: [
      of('http_requests_total', asked('200'), grows(0, 100, 200)),
      of('http_request_duration_seconds_count', timed(''), grows(0, 100, 200)),
      of('http_request_duration_seconds_bucket', timed('1'), grows(0, 92, 84), grows(7_736, 100, 116)),
    ],
    expects: [
      fires(6 * HOUR, {}, 'What may go wrong of latency in 30 days is used up: 5 % within six hours.'),
      quiet(8 * HOUR),
    ],
  },
  {
    rule: 'LatencyBurnsSlowly',
    when: 'two of a hundred requests take longer than a second for four days',
    everySeconds: 30 * MINUTE,
    series: [
      of('http_requests_total', asked('200'), grows(0, 100, 400)),
      of('http_request_duration_seconds_count', timed(''), grows(0, 100, 400)),
      of('http_request_duration_seconds_bucket', timed('1'), grows(0, 98, 192), grows(18_816, 100, 208)),
    ],
    expects: [
      fires(3 * DAY, {}, 'What may go wrong of latency in 30 days is used up: 10 % within three days.'),
      quiet(5 * DAY),
    ],
  },
  {
    rule: 'ServiceDown',
    when: 'a plane that was down is no longer scraped at all',
    everySeconds: 15,
    series: [of('up', OPERATIONS, stays(0, 30), nothing(60))],
    expects: [fires(5 * MINUTE, OPERATIONS, 'operations at o:8081 does not answer.'), quiet(14 * MINUTE)],
  },
]
