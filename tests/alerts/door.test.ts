/** Alerts at the door of operations: who may tell of them, and what is put down of what people do to them. */
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { fingerprint } from '#promql'
import { type Door, MONITOR_TOKEN, OWNER_TOKEN, startDoor } from '../support/door.ts'
import { codeOf, PASSWORD } from '../support/identity.ts'
import { ofSuite } from '../support/suite.ts'

const suite = ofSuite()
let door: Door
before(async () => {
  door = await startDoor(suite)
})

const LABELS = { alertname: 'ServiceDown', severity: 'critical', job: 'hospital' }
const TOLD = {
  version: '4',
  alerts: [
    {
      status: 'firing',
      labels: LABELS,
      annotations: { summary: 'down', runbook_url: 'docs/runbooks/service-down.md' },
      startsAt: '2026-05-04T06:50:00Z',
      fingerprint: fingerprint(LABELS),
    },
  ],
}

const ask = (path: string, token: string, body?: object) =>
  fetch(`${door.address}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${token}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
const WEBHOOK = '/api/operations/alertmanager'
// biome-ignore lint/suspicious/noExplicitAny: what is looked at differs from test to test.
const json = async (answer: Response): Promise<any> => answer.json()
const alerts = async () => (await json(await ask('/api/operations/alerts', OWNER_TOKEN))).alerts

describe('the door for Alertmanager', () => {
  test('lets in the monitor only, which may read metrics and nothing else', async () => {
    assert.equal((await ask(WEBHOOK, 'another-token', TOLD)).status, 401)
    assert.deepEqual(await alerts(), [])
    assert.equal((await ask(WEBHOOK, MONITOR_TOKEN, TOLD)).status, 200)
    assert.partialDeepStrictEqual(await alerts(), [{ name: 'ServiceDown', state: 'firing', sources: ['alertmanager'] }])
    assert.equal((await ask('/metrics', MONITOR_TOKEN)).status, 200)
    for (const path of ['/api/operations/alerts', '/api/operations/identity/users', '/api/operations/samples'])
      assert.equal((await ask(path, MONITOR_TOKEN)).status, 401, path)
  })

  test('refuses what is not from Alertmanager, and what is too long', async () => {
    const answer = await ask(WEBHOOK, MONITOR_TOKEN, { ...TOLD, version: '5' })
    assert.deepEqual([answer.status, (await json(answer)).title], [400, 'alerts/bad-webhook'])
    const long = { ...TOLD, more: 'x'.repeat(1024 * 1024) }
    assert.equal((await ask(WEBHOOK, MONITOR_TOKEN, long)).status, 413)
  })
})

describe('an operator', () => {
  test('acknowledges an alert by name, and the trail has who, which and that it was so', async () => {
    await ask(WEBHOOK, MONITOR_TOKEN, TOLD)
    await door.identity.person('the-operator', { roles: ['operator'] })
    const browser = door.browser()
    await browser.ask('POST', '/api/session/password', {
      userName: 'the-operator',
      password: PASSWORD,
      place: 'operations',
    })
    const { secret } = (await browser.ask('POST', '/api/session/enrol/totp')).body
    await browser.ask('POST', '/api/session/enrol/totp/confirm', { code: codeOf(secret, door.identity.nowMs()) })
    const [{ id }] = await alerts()
    const path = `/api/operations/alerts/${id}/acknowledge`
    assert.equal((await browser.ask('POST', path, { reason: 'at it', other: 1 })).status, 400)
    const answer = await browser.ask('POST', path, { reason: 'at it' })
    assert.equal(answer.status, 200)
    const [entry] = await door.identity.recorded(String(answer.headers.get('x-request-id')))
    assert.partialDeepStrictEqual(entry, {
      action: 'operation',
      resources: [`alert/${id}`],
      reason: 'alert acknowledged',
      role: 'operator',
    })
    const [alert] = await alerts()
    assert.equal(alert.acknowledged.reason, 'at it')
    const again = await browser.ask('POST', path, { reason: 'at it' })
    const refused = await door.identity.recorded(String(again.headers.get('x-request-id')))
    assert.deepEqual(
      [again.status, refused[0]?.code, refused[0]?.resources],
      [409, 'alerts/acknowledged', [`alert/${id}`]],
    )
    const until = new Date(door.identity.nowMs() + 3_600_000).toISOString()
    const silence = { labels: { alertname: 'ServiceDown' }, until, reason: 'known' }
    const { body } = await browser.ask('POST', '/api/operations/alerts/silences', silence)
    assert.equal((await alerts())[0].silencedUntil, body.until)
    assert.equal((await browser.ask('POST', `/api/operations/alerts/silences/${body.id}/end`)).status, 200)
    assert.equal((await browser.ask('GET', '/api/operations/alerts/history?most=0')).status, 400)
  })
})
