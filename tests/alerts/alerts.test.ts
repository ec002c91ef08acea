/** What becomes of an alert, with a clock that the test sets; and what people and Alertmanager have to do with it. */
import assert from 'node:assert/strict'
import { before, beforeEach, describe, test } from 'node:test'
import { fingerprint, type Labels } from '#promql'
import { readWebhook } from '../../src/operations/alerts/index.ts'
import { DOER, emptyAlerts, HOSPITAL, openAlerts, ruleOf, startControl } from '../support/alerts.ts'
import { ofSuite } from '../support/suite.ts'

const suite = ofSuite()
let control: Awaited<ReturnType<typeof startControl>>
before(async () => {
  control = await startControl(suite)
})
beforeEach(() => emptyAlerts(control))

const DOWN = [ruleOf('ServiceDown')]
const UP: Labels = { __name__: 'up', ...HOSPITAL }
type Opened = ReturnType<typeof openAlerts>

/** Looks every 15 s for so long, with that value of `up`. */
async function watch(alerts: Opened, up: number, seconds: number): Promise<void> {
  for (let passed = 0; passed < seconds; passed += 15) {
    alerts.later(15)
    alerts.sample([UP, up])
    await alerts.look()
  }
}
const states = async ({ book }: Opened) => (await book.list()).alerts.map(({ state }) => state)

describe('an alert', () => {
  test('is pending for as long as its rule says, fires, is over when its condition is, and is remembered', async () => {
    const alerts = openAlerts(control, DOWN)
    await watch(alerts, 1, 60)
    assert.deepEqual(await states(alerts), [])
    await watch(alerts, 0, 15 + 285)
    assert.deepEqual(await states(alerts), ['pending'])
    await watch(alerts, 0, 15)
    assert.deepEqual(await states(alerts), ['firing'])
    await watch(alerts, 1, 15)
    assert.deepEqual(await states(alerts), [])
    assert.deepEqual(alerts.said(), ['pending ServiceDown', 'firing ServiceDown', 'resolved ServiceDown'])
    const { alerts: [ended] = [] } = await alerts.book.history({})
    assert.partialDeepStrictEqual(ended, {
      name: 'ServiceDown',
      severity: 'critical',
      state: 'resolved',
      summary: 'hospital at 127.0.0.1:8080 does not answer.',
      runbook: 'docs/runbooks/service-down.md',
      since: '2026-05-04T07:01:15Z',
      fired: '2026-05-04T07:06:15Z',
      resolved: '2026-05-04T07:06:30Z',
    })
  })

  test('that was pending only leaves nothing behind, and begins anew the next time', async () => {
    const alerts = openAlerts(control, DOWN)
    await watch(alerts, 0, 240)
    await watch(alerts, 1, 15)
    assert.deepEqual((await alerts.book.history({})).alerts, [])
    await watch(alerts, 0, 240)
    assert.deepEqual(await states(alerts), ['pending'])
  })

  test('fires sooner in a drill', async () => {
    const alerts = openAlerts(control, DOWN, undefined, 10)
    await watch(alerts, 0, 15 + 30)
    assert.deepEqual(await states(alerts), ['firing'])
  })

  test('goes on after a restart: pending for the rest of its time only, firing as the same alert', async () => {
    const first = openAlerts(control, DOWN)
    await watch(first, 0, 15 + 240)
    // Nobody looked for ten minutes: that they saw nothing is no proof that it lasted.
    const second = openAlerts(control, DOWN, new Date(first.nowMs() + 600_000).toISOString())
    await watch(second, 0, 15)
    assert.deepEqual(await states(second), ['pending'])
    await watch(second, 0, 60)
    assert.deepEqual(await states(second), ['firing'])
    const [firing] = (await second.book.list()).alerts
    const third = openAlerts(control, DOWN, new Date(second.nowMs() + 60_000).toISOString())
    await watch(third, 0, 15)
    assert.deepEqual((await third.book.list()).alerts, [firing])
    assert.deepEqual(third.said(), [])
  })

  test('does not end because a process that has just started knows nothing yet', async () => {
    const first = openAlerts(control, DOWN)
    await watch(first, 0, 15 + 300)
    const second = openAlerts(control, DOWN, new Date(first.nowMs()).toISOString())
    await second.look()
    assert.deepEqual(await states(second), ['firing'])
    await watch(second, 1, 60)
    assert.deepEqual(await states(second), [])
  })

  test('is not changed by a process that has lost the watch', async () => {
    const alerts = openAlerts(control, DOWN)
    alerts.lose()
    await watch(alerts, 0, 600)
    assert.deepEqual(await states(alerts), [])
  })

  test('is told anew by a process that had lost the watch for a while, in which another one ended it', async () => {
    const first = openAlerts(control, DOWN)
    await watch(first, 0, 15 + 300)
    first.lose()
    await watch(first, 0, 15)
    const second = openAlerts(control, DOWN, new Date(first.nowMs()).toISOString())
    await watch(second, 1, 60)
    assert.deepEqual(await states(second), [])
    first.later(60)
    first.regain()
    await watch(first, 0, 15)
    assert.deepEqual(await states(first), ['pending'])
  })

  test('is over when the version that runs now has no such rule any more', async () => {
    const before = openAlerts(control, DOWN)
    await watch(before, 0, 15 + 300)
    const after = openAlerts(control, [], new Date(before.nowMs()).toISOString())
    await watch(after, 0, 15)
    assert.deepEqual(await states(after), [])
    assert.deepEqual(after.said(), ['resolved ServiceDown'])
  })

  test('is counted by severity and state', async () => {
    const alerts = openAlerts(control, DOWN)
    await watch(alerts, 0, 15)
    assert.match(await alerts.metrics.metrics(), /^omnicare_alerts\{severity="critical",state="pending"\} 1$/m)
    await watch(alerts, 1, 15)
    assert.match(await alerts.metrics.metrics(), /^omnicare_alerts\{severity="critical",state="pending"\} 0$/m)
  })
})

describe('somebody on call', () => {
  test('acknowledges an alert once, with a reason, and the trail is told', async () => {
    const alerts = openAlerts(control, DOWN)
    await watch(alerts, 0, 15)
    const [{ id } = { id: '' }] = (await alerts.book.list()).alerts
    await assert.rejects(alerts.book.acknowledge(DOER, id, ' '), { code: 'alerts/no-reason' })
    const { acknowledged } = await alerts.book.acknowledge(DOER, id, 'I am at it')
    assert.partialDeepStrictEqual(acknowledged, { by: 'Grace Hopper', reason: 'I am at it' })
    await assert.rejects(alerts.book.acknowledge(DOER, id, 'me too'), { code: 'alerts/acknowledged' })
    await watch(alerts, 0, 600)
    assert.equal((await alerts.book.list()).alerts[0]?.acknowledged?.by, 'Grace Hopper')
    await watch(alerts, 1, 15)
    await assert.rejects(alerts.book.acknowledge(DOER, id, 'too late'), { code: 'alerts/no-alert' })
    assert.deepEqual(alerts.recorded, [`somebody: alert acknowledged alert/${id}`])
  })

  test('silences what has some labels until a time, and ends that', async () => {
    const alerts = openAlerts(control, DOWN)
    const until = new Date(alerts.nowMs() + 3_600_000).toISOString()
    const silence = { labels: { alertname: 'ServiceDown', job: 'hospital' }, until, reason: 'we move house' }
    for (const [wrong, code] of [
      [{ labels: {} }, 'bad-labels'],
      [{ until: '2026-05-04T06:00:00Z' }, 'bad-until'],
      [{ until: '2027-05-04T06:00:00Z' }, 'bad-until'],
      [{ reason: '' }, 'no-reason'],
    ] as const)
      await assert.rejects(alerts.book.silence(DOER, { ...silence, ...wrong }), { code: `alerts/${code}` })
    const { id } = await alerts.book.silence(DOER, silence)
    await watch(alerts, 0, 15 + 300)
    assert.deepEqual(
      alerts.changes.map(({ alert }) => alert.silencedUntil),
      ['2026-05-04T08:00:00Z', '2026-05-04T08:00:00Z'],
    )
    await alerts.book.endSilence(DOER, id)
    await assert.rejects(alerts.book.endSilence(DOER, id), { code: 'alerts/no-silence' })
    assert.equal((await alerts.book.list()).alerts[0]?.silencedUntil, undefined)
    assert.deepEqual(alerts.recorded, [
      `somebody: alerts silenced silence/${id}`,
      `somebody: silence ended silence/${id}`,
    ])
  })

  test('reads the history page by page, though many ended at one moment', async () => {
    const alerts = openAlerts(control, DOWN)
    const instances = Array.from({ length: 5 }, (_, n) => ({ ...UP, instance: `10.0.0.${n}:8080` }))
    alerts.sample(...instances.map((labels) => [labels, 0] as const))
    await alerts.look()
    alerts.later(300)
    alerts.sample(...instances.map((labels) => [labels, 0] as const))
    await alerts.look()
    alerts.later(15)
    alerts.sample(...instances.map((labels) => [labels, 1] as const))
    for (let look = 0; look < 3; look++) await alerts.look()
    const seen: (string | undefined)[] = []
    for (let next: string | undefined, page = 0; page === 0 || next !== undefined; page++) {
      const answer = await alerts.book.history({ most: 2, ...(next !== undefined && { before: next }) })
      seen.push(...answer.alerts.map(({ labels }) => labels.instance))
      next = answer.next
    }
    assert.deepEqual(
      seen.sort(),
      instances.map(({ instance }) => instance),
    )
  })
})

/** What Alertmanager sends of these. */
const webhook = (...alerts: { labels: Labels; status: 'firing' | 'resolved'; annotations?: Labels }[]) => ({
  version: '4',
  groupKey: '{}:{}',
  status: 'firing',
  receiver: 'omnicare',
  alerts: alerts.map((one) => ({
    annotations: { summary: 'as Prometheus says' },
    startsAt: '2026-05-04T06:50:00Z',
    endsAt: '0001-01-01T00:00:00Z',
    generatorURL: 'http://prometheus.example/graph',
    fingerprint: fingerprint(one.labels),
    ...one,
  })),
})

describe('what Alertmanager tells', () => {
  const labels = { ...HOSPITAL, alertname: 'ServiceDown', severity: 'critical' }
  const tell = (alerts: Opened, status: 'firing' | 'resolved', of: Labels = labels) =>
    alerts.book.take(readWebhook(webhook({ labels: of, status }), alerts.nowMs()))

  test('is the same alert as the one that is judged here, and over when both say so', async () => {
    const alerts = openAlerts(control, DOWN)
    await tell(alerts, 'firing')
    await watch(alerts, 0, 15)
    const open = (await alerts.book.list()).alerts
    assert.deepEqual(
      open.map(({ state, sources }) => ({ state, sources })),
      [{ state: 'firing', sources: ['built-in', 'alertmanager'] }],
    )
    await tell(alerts, 'resolved')
    assert.deepEqual(await states(alerts), ['firing'])
    await watch(alerts, 1, 60)
    assert.deepEqual(await states(alerts), [])
    assert.deepEqual(alerts.said(), ['firing ServiceDown', 'resolved ServiceDown'])
  })

  test('counts once however often it is repeated, and not at all when it ends what never began', async () => {
    const alerts = openAlerts(control, [])
    await tell(alerts, 'resolved')
    for (let repeated = 0; repeated < 3; repeated++) await tell(alerts, 'firing')
    assert.deepEqual(alerts.said(), ['firing ServiceDown'])
  })

  test('is forgotten when Alertmanager itself is silent for two hours', async () => {
    const alerts = openAlerts(control, [])
    await tell(alerts, 'firing')
    alerts.later(2 * 3_600 + 60)
    await tell(alerts, 'firing', { alertname: 'Other', severity: 'page' })
    assert.deepEqual(
      (await alerts.book.list()).alerts.map(({ name, severity }) => `${severity} ${name}`),
      ['critical Other'],
    )
  })

  test('goes on as the same alert when Alertmanager repeats it only after more than two hours', async () => {
    const alerts = openAlerts(control, [])
    await tell(alerts, 'firing')
    alerts.later(4 * 3_600)
    await tell(alerts, 'firing')
    await tell(alerts, 'resolved')
    assert.deepEqual(alerts.said(), ['firing ServiceDown', 'resolved ServiceDown'])
    assert.equal((await alerts.book.history({})).alerts.length, 1)
  })

  test('is refused when it is anything but version 4, too much, or has been tampered with', () => {
    const good = webhook({ labels, status: 'firing' })
    const [alert] = good.alerts
    const many = Array.from({ length: 501 }, () => alert)
    const long = { ...labels, more: 'x'.repeat(1_001) }
    for (const bad of [
      undefined,
      [],
      {},
      { ...good, version: '3' },
      { ...good, alerts: many },
      { ...good, alerts: [{ ...alert, status: 'unknown' }] },
      { ...good, alerts: [{ ...alert, labels: { job: 'x' } }] },
      { ...good, alerts: [{ ...alert, labels: { ...labels, job: 7 } }] },
      { ...good, alerts: [{ ...alert, labels: long, fingerprint: fingerprint(long) }] },
      { ...good, alerts: [{ ...alert, fingerprint: '0000000000000000' }] },
      { ...good, alerts: [{ ...alert, startsAt: 'yesterday' }] },
    ])
      assert.throws(() => readWebhook(bad, 0), { code: 'alerts/bad-webhook' })
    const annotations = { runbook_url: 'javascript:alert(1)' }
    const [told] = readWebhook(webhook({ labels, status: 'firing', annotations }), 0)
    assert.equal(told?.runbook, '')
  })
})
