/** Health of a test's own, for doors that need some: of probes that the test names. */
import { Registry } from 'prom-client'
import type { HealthDoor } from '../../src/http/operations/health.ts'
import { openWatch, type Probe } from '../../src/operations/health/index.ts'
import { readableLog } from './recording-record.ts'
import type { After } from './suite.ts'

const databaseOf = (name: 'record' | 'control'): Probe => ({
  name: `${name}:database`,
  asks: `Does the ${name} database answer?`,
  section: 'database',
  criticality: 'critical',
  bears: 'service',
  carries: 'Everything.',
  everySeconds: 60,
  timeoutSeconds: 3,
  live: true,
  runbook: 'docs/runbooks/database-does-not-answer.md',
  ask: () => ({ verdict: 'pass' }),
})

export function healthOf(t: After, probes: readonly Probe[] = []): HealthDoor {
  const nowMs = () => Date.now()
  const { log } = readableLog()
  const watch = openWatch({
    probes: [databaseOf('record'), databaseOf('control'), ...probes],
    nowMs,
    metrics: new Registry(),
    log,
  })
  t.after(() => watch[Symbol.dispose]())
  const sla = { targetPercent: 99.9, lastDay: NOTHING, last30Days: NOTHING }
  return {
    watch,
    nowMs,
    report: async () => ({
      at: new Date(nowMs()).toISOString(),
      region: 'test',
      verdict: 'pass',
      service: 'pass',
      causes: [],
      probes: watch.states(),
      changes: watch.changes(),
      errors: { count: 0, newest: [] },
      sla,
    }),
  }
}

const NOTHING = { watchedSeconds: 0, failedSeconds: 0 }
