import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type FindingNeeds, findingSources } from './finding-sources.ts'
import type { Alert, AlertsAnswer } from './operations/alerts/index.ts'

const FROM = '2026-11-25T22:00:00Z'
const TO = '2026-11-26T06:00:00Z'

const alert = (name: string, told: Partial<Alert>): Alert => ({
  ...{ id: name, fingerprint: name, name, severity: 'high', state: 'firing', labels: {}, sources: [] },
  ...{ summary: `${name} happens.`, runbook: 'docs/runbooks/errors.md', since: '2026-11-26T01:00:00Z' },
  ...told,
})

/** What the finding `alerts` says of a night, on the clock of Berlin. */
async function told(list: Partial<AlertsAnswer>, ended: readonly Alert[] = []) {
  const alerts: FindingNeeds['alerts'] = {
    list: async () => ({ alerts: [], silences: [], judgedHere: true, judged: TO, ...list }),
    history: async () => ({ alerts: ended }),
  }
  const sources = findingSources({ home: '/nowhere', scheduleZone: 'Europe/Berlin' }, { alerts } as FindingNeeds)
  const period = { fromMs: Date.parse(FROM), toMs: Date.parse(TO) }
  return sources.alerts?.(period, AbortSignal.timeout(1_000))
}

describe('the alerts of a hand-over', () => {
  test('are those that fire, before those of the night that are over; not what is pending, nor what was over before', async () => {
    const found = await told(
      {
        alerts: [
          alert('DiskFilling', { fired: '2026-11-26T01:05:00Z', acknowledged: { at: TO, by: 'Olga', reason: 'seen' } }),
          alert('Slow', { state: 'pending' }),
        ],
      },
      [
        alert('ServiceDown', {
          ...{ severity: 'critical', state: 'resolved' },
          ...{ fired: '2026-11-26T02:00:00Z', resolved: '2026-11-26T02:10:00Z' },
        }),
        alert('OfTheDay', { state: 'resolved', resolved: '2026-11-25T21:59:59Z' }),
      ],
    )
    assert.deepEqual(found, {
      verdict: 'look',
      says: 'Alerts that fire: 1; that fired and are over: 1.',
      lines: [
        'high, DiskFilling: DiskFilling happens. Fired 2026-11-26 02:05, fires still, acknowledged by Olga',
        'critical, ServiceDown: ServiceDown happens. Fired 2026-11-26 03:00, over 2026-11-26 03:10',
      ],
    })
  })

  test('are none where none has fired', async () => {
    assert.equal((await told({}))?.verdict, 'well')
    assert.equal((await told({ judgedHere: false, judged: '2026-11-01T00:00:00Z' }))?.verdict, 'well')
  })

  test('are not known where nobody has judged for minutes', async () => {
    const found = await told({ judged: '2026-11-26T05:54:00Z' })
    assert.deepEqual(found, {
      verdict: 'unknown',
      says: 'No alert is known. No rule was judged since 2026-11-26 06:54: others may hold.',
    })
  })
})
