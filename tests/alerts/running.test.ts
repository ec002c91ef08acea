/** Alerts of a running OmniCare: of a hospital that is killed, and of errors that a real Prometheus sees too. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import { signal } from '#foundation/process.ts'
import { sql } from '#foundation/sql.ts'
import type { Alert, AlertHistory, AlertsAnswer } from '../../src/operations/alerts/index.ts'
import type { ChartAnswer, DashboardPlan } from '../../src/operations/samples/terms.ts'
import { omnicare } from '../support/command.ts'
import { openBrowser } from '../support/door.ts'
import { startPrometheus } from '../support/prometheus.ts'
import { recordOf } from '../support/record-of.ts'
import { freshHome, type Running, startOmniCare, until } from '../support/running.ts'
import { newestFirst, ofSuite } from '../support/suite.ts'

const suite = ofSuite()
let running: Running
before(async () => {
  const home = freshHome(suite)
  // What is declared in minutes takes seconds.
  running = await startOmniCare(home, { OMNICARE_SCRAPE_SECONDS: '1', OMNICARE_ALERTS_HOLD_PERCENT: '1' })
})

/** Shown only where there is such a thing: this one speaks no TLS. */
const ELSEWHERE = new Set([
  'system-overview: probes',
  'security-monitoring: certificates',
  'security-monitoring: handshakes',
])

const ask = async <T>(path: string): Promise<T> => {
  const headers = { authorization: `Bearer ${running.token}` }
  return (await fetch(`${running.run().operations}/api/operations/${path}`, { headers })).json() as Promise<T>
}
const alertOf = async (name: string): Promise<Alert | undefined> =>
  (await ask<AlertsAnswer>('alerts')).alerts.find((alert) => alert.name === name)

describe('a hospital that is killed again and again', () => {
  test('is an alert that is pending, fires as declared, is acknowledged, and is over when the hospital is back', async (t) => {
    const kill = () => {
      try {
        signal(running.run().hospitalPid, 'SIGKILL')
      } catch {
        // It is down already.
      }
    }
    const killing = setInterval(kill, 200)
    t.after(() => clearInterval(killing))
    let acknowledged: string | undefined
    await until('the alert fires', async () => {
      const alert = await alertOf('ServiceDown')
      if (alert?.state === 'firing') acknowledged = alert.id
      return acknowledged !== undefined
    })
    const asked = await omnicare(running, 'alerts', 'list')
    assert.equal(asked.exit, 1)
    assert.match(asked.out, /critical +firing +ServiceDown .*hospital at .* does not answer\. .*service-down\.md/)
    const said = await omnicare(running, 'alerts', 'acknowledge', String(acknowledged), '--reason', 'I am at it')
    assert.deepEqual([said.exit, said.out], [0, 'ServiceDown is acknowledged.\n'])
    clearInterval(killing)
    await until('the alert is over', async () => (await alertOf('ServiceDown')) === undefined)
    const { alerts } = await ask<AlertHistory>('alerts/history?name=ServiceDown')
    const ended = alerts.find(({ id }) => id === acknowledged)
    assert.partialDeepStrictEqual(ended, {
      state: 'resolved',
      acknowledged: { by: 'administrator', reason: 'I am at it' },
    })
    const held = Date.parse(String(ended?.fired)) - Date.parse(String(ended?.since))
    // One percent of five minutes, looked at every second.
    assert.ok(held >= 3_000 && held < 6_000, `it was pending for ${held} ms`)
    const log = readFileSync(join(running.home, 'logs/operations.log'), 'utf8')
    for (const what of ['an alert is pending', 'an alert fires', 'an alert is resolved'])
      assert.match(log, new RegExp(`"alert":"ServiceDown".*"${what}"`))
    const history = await omnicare(running, 'alerts', 'history', '--name', 'ServiceDown')
    assert.match(history.out, /critical +ServiceDown .* administrator\n/)
  })

  test('is seen on the charts, where it is 0 and then 1 again', async () => {
    // Points lie at whole seconds: the last one may be older than the look that found the hospital answering.
    await until('the chart ends with a hospital that answers', async () => {
      const { panels } = await ask<ChartAnswer>('samples?dashboard=system-overview&panel=up&seconds=120&points=120')
      const values = panels[0]?.series.find(({ name }) => name === 'hospital')?.values ?? []
      return values.includes(0) && values.at(-1) === 1
    })
  })
})

describe('Debian’s Prometheus', () => {
  test('scrapes both planes, answers every question of the dashboards, and its Alertmanager tells of errors', async (t) => {
    const after = newestFirst(t)
    const prometheus = await startPrometheus(after, running)
    await until('both are scraped', async () => {
      const up = await prometheus.query('up == 1')
      return up.length === 2
    })
    const record = await recordOf(running.home, 'omnicare')
    after.after(async () => record[Symbol.asyncDispose]())
    const asking = new AbortController()
    after.after(() => asking.abort())
    const keepAsking = async () => {
      while (!asking.signal.aborted) await running.ask('/fhir/R4/Patient?_count=1').catch(() => undefined)
    }
    const all = [keepAsking(), keepAsking(), keepAsking()]
    // While the intake is locked nothing can be recorded, and what can't be recorded is refused with 503.
    await record.transaction(async (tx) => {
      await tx.rows(sql`LOCK TABLE audit.intake IN ACCESS EXCLUSIVE MODE`)
      await until('both tell of the same alert', async () => {
        const alert = await alertOf('HighErrorRate')
        return alert?.state === 'firing' && alert.sources.length === 2
      })
    })
    // What is refused is drawn too, once somebody is.
    const nobody = { userName: 'nobody', password: 'nothing', place: 'operations' }
    await openBrowser(running.run().operations).ask('POST', '/api/session/password', nobody)
    assert.equal((await running.ask('/metrics', { headers: { authorization: 'Bearer wrong' } })).status, 401)
    const { dashboards } = await ask<{ dashboards: readonly DashboardPlan[] }>('dashboards')
    const silent = new Set(
      dashboards.flatMap(({ name, panels }) =>
        panels.flatMap(({ id, promql }) => promql.map((expression) => ({ panel: `${name}: ${id}`, expression }))),
      ),
    )
    const answered = async () => {
      for (const one of silent) {
        const found = await prometheus.query(one.expression.replaceAll('$__rate_interval', '30s'))
        if (found.length > 0) silent.delete(one)
      }
      return [...silent].every(({ panel }) => ELSEWHERE.has(panel))
    }
    // A rate needs two scrapes.
    await until('every question has an answer', answered, 20_000).catch(() =>
      assert.deepEqual(
        [...silent].map(({ panel, expression }) => `${panel} ${expression}`),
        [...ELSEWHERE],
      ),
    )
    asking.abort()
    await Promise.all(all)
  })
})
