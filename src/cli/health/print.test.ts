import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { HealthReport, ProbeState } from '../../operations/health/index.ts'
import { isFinding, linesOf } from './print.ts'
import { aloneLines } from './without-operations.ts'

const probe = (name: string, more: Partial<ProbeState> = {}): ProbeState => ({
  name,
  asks: 'Is it well?',
  section: 'database',
  criticality: 'medium',
  bears: 'service',
  carries: 'Charts can not be read or changed.',
  needs: [],
  everySeconds: 15,
  timeoutSeconds: 3,
  steady: 1,
  runbook: 'docs/runbooks/disk-full.md',
  verdict: 'pass',
  since: '2026-11-25T07:59:00.000Z',
  asked: '2026-11-25T07:59:58.000Z',
  ...more,
})

const WELL: HealthReport = {
  at: '2026-11-25T08:00:00.000Z',
  region: 'us-east-1',
  verdict: 'pass',
  service: 'pass',
  causes: [],
  probes: [
    probe('record:database', { criticality: 'critical', detail: 'PostgreSQL 18.4' }),
    probe('record:locks', { observed: 0, unit: 's' }),
    probe('hospital:ready', { section: 'application' }),
    probe('machine:memory', { section: 'cluster', observed: 18.2, unit: '% used' }),
  ],
  changes: [],
  errors: { count: 0, newest: [] },
  sla: {
    targetPercent: 99.9,
    lastDay: { percent: 100, watchedSeconds: 3_600, failedSeconds: 0 },
    last30Days: { percent: 99.95, watchedSeconds: 864_000, failedSeconds: 432 },
  },
}

describe('the morning check', () => {
  test('has the five sections, and of what is well only what is critical', () => {
    assert.deepEqual(linesOf(WELL, false), [
      'OmniCare health, 2026-11-25T08:00:00Z, region us-east-1: well; the service is well.',
      '',
      '[1] Cluster',
      '  pass  and 1 more',
      '',
      '[2] Application',
      '  pass  and 1 more',
      '',
      '[3] Database',
      '  pass  record:database       (PostgreSQL 18.4)',
      '  pass  and 1 more',
      '',
      '[4] Errors of the last hour',
      '  none',
      '',
      '[5] SLA',
      '  The hospital was there for 100 % (failed for 0 s of 60 min watched) today, 99.95 % (failed for 432 s of 10 days watched) in 30 days.',
      '  Promised are 99.9 %.',
    ])
    assert.equal(isFinding(WELL), false)
  })

  test('names what is wrong by itself, what depends on it, since when, and what to do', () => {
    const says = 'The record database does not answer: nothing listens there.'
    const lines = linesOf(
      {
        ...WELL,
        verdict: 'fail',
        service: 'fail',
        probes: [
          probe('record:database', { verdict: 'fail', says }),
          probe('hospital:ready', { section: 'application', verdict: 'fail', because: 'record:database' }),
        ],
        causes: [
          {
            probe: 'record:database',
            verdict: 'fail',
            since: '2026-11-25T07:59:00.000Z',
            says,
            carries: 'Charts can not be read or changed.',
            dependents: ['hospital:ready'],
            runbook: 'docs/runbooks/database-does-not-answer.md',
          },
        ],
      },
      false,
    )
    assert.ok(lines.includes('  fail  hospital:ready        Because of record:database.'))
    assert.deepEqual(lines.slice(-5), [
      'What is wrong',
      `  fail  record:database, since 2026-11-25T07:59:00Z: ${says}`,
      '        Charts can not be read or changed.',
      '        Depends on it, and is not well: hospital:ready.',
      '        What to do: docs/runbooks/database-does-not-answer.md',
    ])
  })

  test('shows changes of the last hour, and all of them with what each probe is when it is comprehensive', () => {
    const changes = [
      { probe: 'hospital:ready', at: '2026-11-25T07:30:02.000Z', from: 'fail' as const, to: 'pass' as const },
      { probe: 'machine:disk', at: '2026-11-24T01:00:00.000Z', from: 'pass' as const, to: 'warn' as const },
      { probe: 'backups:age', at: '2026-11-25T07:30:00.000Z', to: 'warn' as const },
    ]
    const brief = linesOf({ ...WELL, changes }, false).join('\n')
    assert.match(brief, /07:30:02 {2}hospital:ready +fail → pass/)
    assert.doesNotMatch(brief, /machine:disk|backups:age/)
    const all = linesOf({ ...WELL, changes }, true).join('\n')
    assert.match(all, /2026-11-24T01:00:00 {2}machine:disk +pass → warn/)
    assert.match(all, /Is it well\? medium, every 15 s, within 3 s; asked 07:59:58; docs\/runbooks\/disk-full\.md/)
  })

  test('is a finding with an error in the logs, or less than was promised', () => {
    const one = { service: 'omnicare-hospital', level: 'error', message: 'a request failed', count: 1, last: WELL.at }
    assert.equal(isFinding({ ...WELL, errors: { count: 1, newest: [one] } }), true)
    const last30Days = { percent: 99.8, watchedSeconds: 864_000, failedSeconds: 1_728 }
    assert.equal(isFinding({ ...WELL, sla: { ...WELL.sla, last30Days } }), true)
  })
})

describe('the morning check without operations', () => {
  test('says what the hospital knows of itself, and that nothing else is known', () => {
    const lines = aloneLines({
      operationsUrl: 'http://127.0.0.1:8081',
      url: 'http://127.0.0.1:8080',
      hospital: {
        status: 'pass',
        checks: { 'http:phase': [{ status: 'pass' }], 'record:responseTime': [{ status: 'pass' }] },
      },
    })
    assert.ok(lines.includes('  pass  hospital              answers at http://127.0.0.1:8080'))
    assert.ok(lines.includes('  pass  record:responseTime'))
    assert.equal(lines.filter((line) => line === '  not known: operations would say it').length, 2)
  })
})
