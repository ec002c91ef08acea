/** Samples in the control database: what is kept for how long, by whom, and what charts make of it. */
import assert from 'node:assert/strict'
import { before, beforeEach, describe, test } from 'node:test'
import { Registry } from 'prom-client'
import { sql } from '#foundation/sql.ts'
import { at } from '#foundation/timestamp.ts'
import { openMemory, select } from '#promql'
import { chartsOf, courseOf, openStore, startSampling, type Target } from '../../src/operations/samples/index.ts'
import { HOSPITAL, startControl } from '../support/alerts.ts'
import { readableLog } from '../support/recording-record.ts'
import { until } from '../support/running.ts'
import { ofSuite } from '../support/suite.ts'

const suite = ofSuite()
let control: Awaited<ReturnType<typeof startControl>>
before(async () => {
  control = await startControl(suite)
})
beforeEach(() =>
  control.transaction(async (tx) => {
    for (const statement of [
      sql`DELETE FROM operations.scrape`,
      sql`DELETE FROM operations.series`,
      sql`DELETE FROM operations.watch`,
    ])
      await tx.rows(statement)
  }),
)

const EVERY = 15
const NOW = Date.parse('2026-05-04T07:00:00Z')
const HOUR_MS = 3_600_000
const named = (name: string, labels: Record<string, string> = {}) => ({ __name__: name, ...HOSPITAL, ...labels })
const everything = () =>
  openMemory({ keepMs: () => Number.POSITIVE_INFINITY, fineMs: Number.POSITIVE_INFINITY, thinMs: 1 })
const counted = async () =>
  control.rows(sql<{ coarse: boolean; n: number }>`
    SELECT coarse, count(*)::int AS n FROM operations.scrape GROUP BY coarse ORDER BY coarse`)

describe('what is scraped', () => {
  test('is read again as it was, and ends where it was no longer there', async () => {
    const store = openStore(control, EVERY)
    await store.add(NOW, 'hospital', [
      { labels: named('up'), value: 1 },
      { labels: named('http_requests_total', { endpoint: '/a' }), value: 0.1 + 0.2 },
    ])
    await store.add(NOW + 15_000, 'hospital', [{ labels: named('up'), value: Number.POSITIVE_INFINITY }])
    const memory = everything()
    // As a process does that has just started.
    const span = { fromMs: NOW, toMs: NOW + HOUR_MS, coarse: false }
    await openStore(control, EVERY).read(span, () => true, memory)
    const [up] = memory.select(select('up'))
    assert.partialDeepStrictEqual(up, {
      labels: named('up'),
      times: [NOW, NOW + 15_000],
      values: [1, Number.POSITIVE_INFINITY],
    })
    const [requests] = memory.select(select('http_requests_total'))
    assert.deepEqual(requests?.values, [0.1 + 0.2, Number.NaN])
  })

  test('is kept whole for hours, one of each five minutes for thirty days, and then not at all', async () => {
    const store = openStore(control, EVERY)
    for (let ms = 0; ms < HOUR_MS / 4; ms += 15_000)
      await store.add(NOW + ms, 'hospital', [{ labels: named('up'), value: 1 }])
    assert.deepEqual(await counted(), [
      { coarse: false, n: 60 },
      { coarse: true, n: 3 },
    ])
    await store.forget(NOW + 7 * HOUR_MS)
    assert.deepEqual(await counted(), [{ coarse: true, n: 3 }])
    await store.forget(NOW + 31 * 24 * HOUR_MS)
    assert.deepEqual(await counted(), [])
    await store.forget(NOW + 33 * 24 * HOUR_MS)
    assert.deepEqual(await control.rows(sql`SELECT id FROM operations.series`), [])
  })
})

describe('the course of a series', () => {
  test('is told over days, and over a change of address', async () => {
    const store = openStore(control, EVERY)
    const free = select('omnicare_disk_free_bytes', { job: 'operations', keeps: 'home' })
    const sampled = (instance: string, keeps: string, value: number) => ({
      labels: { __name__: free.metric, job: 'operations', instance, keeps },
      value,
    })
    for (let hour = 0; hour <= 72; hour++) {
      const instance = `127.0.0.1:${hour < 36 ? 8081 : 9081}`
      await store.add(NOW - (72 - hour) * HOUR_MS, 'operations', [
        sampled(instance, 'home', 1_000 - hour),
        sampled(instance, 'audit-logs', 7),
      ])
    }
    const course = await courseOf(free, 2, { store: openStore(control, EVERY), nowMs: NOW })
    assert.ok(course.length >= 16 && course.length <= 17, String(course.length))
    for (const { atMs, value } of course) assert.equal(value, 1_000 - 72 + (NOW - atMs) / HOUR_MS)
    assert.deepEqual(
      course,
      course.toSorted((a, b) => a.atMs - b.atMs),
    )
  })
})

describe('a chart', () => {
  const asks = (seconds: number, points: number) =>
    chartsOf(
      { dashboard: 'application-performance', panel: 'throughput', fromMs: NOW - seconds * 1000, toMs: NOW, points },
      { store: openStore(control, EVERY), everySeconds: EVERY, nowMs: NOW },
    )
  const fill = async (seconds: number, everySeconds: number) => {
    const store = openStore(control, EVERY)
    for (let ago = seconds; ago >= 0; ago -= everySeconds)
      await store.add(NOW - ago * 1000, 'hospital', [
        { labels: named('http_requests_total', { status: '200' }), value: (seconds - ago) * 3 },
      ])
  }

  test('has a bounded number of points, at whole multiples of its step, whatever time it shows', async () => {
    await fill(HOUR_MS / 1000, EVERY)
    const { times, stepSeconds, panels } = await asks(3_600, 60)
    assert.equal(stepSeconds, 60)
    assert.ok(times.length <= 61 && times.every((ms) => ms % 60_000 === 0))
    const [line] = panels[0]?.series ?? []
    assert.equal(line?.name, 'hospital, well')
    // Within the first minute there are no two samples yet.
    assert.ok(
      line?.values.slice(2).every((value) => value !== null && Math.abs(value - 3) < 0.01),
      String(line?.values),
    )
  })

  test('of two days is made of what is kept for long', async () => {
    await fill(2 * 86_400, 300)
    const { times, panels } = await asks(2 * 86_400, 50)
    const values = panels[0]?.series[0]?.values ?? []
    assert.ok(times.length > 40 && times.length <= 51)
    const told = values.filter((value) => value !== null)
    assert.ok(told.length > 40 && told.every((value) => Math.abs(value - 3) < 0.05), String(values))
  })

  test('that nobody could draw is refused', async () => {
    for (const [seconds, points] of [
      [3_600, 401],
      [3_600, 1],
      [40 * 86_400, 100],
      [1, 100],
    ] as const)
      await assert.rejects(asks(seconds, points), { code: 'samples/bad-span' })
    const question = { dashboard: 'system-overview', panel: 'nothing', fromMs: NOW - HOUR_MS, toMs: NOW, points: 10 }
    const over = { store: openStore(control, EVERY), everySeconds: EVERY, nowMs: NOW }
    await assert.rejects(chartsOf(question, over), { code: 'samples/no-panel' })
    await assert.rejects(chartsOf({ ...question, dashboard: 'other' }, over), { code: 'samples/no-dashboard' })
  })
})

describe('several processes of operations', () => {
  const process = () => {
    const looks: number[] = []
    const failing = { is: false }
    const target: Target = {
      ...HOSPITAL,
      job: 'hospital',
      instance: 'h:8080',
      read: async () => {
        if (failing.is) throw new Error('down')
        return 'answers_total 1\nother 2\n'
      },
    }
    const sampling = startSampling({
      control,
      store: openStore(control, 1),
      targets: [target],
      metrics: new Set(['answers_total', 'up']),
      backSeconds: () => 60,
      longestSeconds: 60,
      everySeconds: 1,
      judge: async ({ atMs }) => void looks.push(atMs),
      nowMs: () => Date.now(),
      registry: new Registry(),
      log: readableLog().log,
    })
    return { looks, failing, end: () => sampling[Symbol.asyncDispose]() }
  }

  test('scrape and judge one at a time, and the next takes over at once from one that stops', async (t) => {
    const all = [process(), process(), process()]
    t.after(() => Promise.all(all.map(({ end }) => end())))
    const at = () => all.findIndex(({ looks }) => looks.length > 0)
    await until('one of them looks', () => (all[at()]?.looks.length ?? 0) >= 3)
    const first = at()
    assert.deepEqual(
      all.filter((_, index) => index !== first).map(({ looks }) => looks.length),
      [0, 0],
    )
    await all[first]?.end()
    const before = all[first]?.looks.length
    await until('another one looks', () => all.some(({ looks }, index) => index !== first && looks.length > 0))
    assert.equal(all[first]?.looks.length, before)
    const rows = await control.rows(sql<{ at: string }>`
      SELECT at FROM operations.scrape WHERE NOT coarse AND at > ${at0(all[first]?.looks[0])}::timestamptz ORDER BY at`)
    const seconds = rows.map((row) => Math.floor(Date.parse(`${row.at.replace(' ', 'T')}:00`) / 1000))
    assert.equal(new Set(seconds).size, seconds.length, 'two scraped within one second')
  })
})

const at0 = (ms: number | undefined): string => at(ms ?? 0)
