import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { describe, test } from 'node:test'
import Fastify, { type FastifyInstance } from 'fastify'
import { Counter, Histogram, Registry } from 'prom-client'
import { Metrics } from '../foundation/metric.ts'
import { openMeter } from './meter.ts'
import { hangOut, hangOutNothing, type Routes } from './routes.ts'

const SEED = 20251125
/** mulberry32, so that a failure can be had again. */
function numbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** As many routes as a large hospital might have, each asked for in three ways and answered in five. */
function longHistory(metrics: Registry): void {
  const meter = openMeter(metrics)
  for (let route = 0; route < 200; route++)
    for (const method of ['GET', 'POST', 'PUT']) {
      const count = meter(method, `/fhir/R4/a-type-of-its-own-${route}/:id`)
      for (const status of [200, 201, 400, 404, 503]) count(status, route / 1000)
    }
}

/** A request without a socket, a body or anything else that costs time. */
function answered(app: FastifyInstance, method: string, url: string): Promise<void> {
  const request = Object.assign(new EventEmitter(), { method, url, headers: {}, socket: {} })
  const response = Object.assign(new EventEmitter(), {
    statusCode: 200,
    setHeader: () => undefined,
    writeHead(status: number) {
      response.statusCode = status
    },
    end: () => response.emit('finish'),
  })
  const finished = new Promise<void>((resolve) => response.once('finish', resolve))
  app.routing(request as never, response as never)
  return finished
}

const sumOf = (text: string): number =>
  [...text.matchAll(/^http_requests_total\{.*\} (\d+)$/gm)].reduce((sum, [, count]) => sum + Number(count), 0)

const samplesIn = (text: string): string[] => text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))

describe('what is counted of requests', () => {
  test('is what prom-client itself would have counted', async () => {
    const theirs = new Registry()
    const requests = new Counter({
      name: 'http_requests_total',
      help: 'x',
      labelNames: ['status', 'method', 'endpoint'],
      registers: [theirs],
    })
    const durations = new Histogram({
      name: 'http_request_duration_seconds',
      help: 'x',
      labelNames: ['method', 'endpoint'],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
      registers: [theirs],
    })
    const ours = new Metrics()
    const meter = openMeter(ours)
    const routes = ['/fhir/R4/:type', '/health', 'none', '/a"quoted\\one'].flatMap((endpoint) =>
      ['GET', 'DELETE'].map((method) => ({ method, endpoint, count: meter(method, endpoint) })),
    )
    const next = numbers(SEED)
    for (let n = 0; n < 5_000; n++) {
      const { method, endpoint, count } = routes[Math.floor(next() * routes.length)] as (typeof routes)[number]
      const status = [200, 201, 304, 404, 503][Math.floor(next() * 5)] as number
      // Bounds themselves, and what lies above and below all of them, too.
      const seconds = [0, 0.001, 30, 31, next() ** 6 * 40][Math.floor(next() * 5)] as number
      count(status, seconds)
      requests.inc({ status: String(status), method, endpoint })
      durations.observe({ method, endpoint }, seconds)
    }
    const expected = samplesIn(await theirs.metrics()).sort()
    assert.deepEqual(
      samplesIn(await ours.metrics())
        .filter((line) => line.startsWith('http_'))
        .sort(),
      expected,
    )
    assert.ok(expected.length > 100)
  })

  test('is told alike by a registry that knows nothing of what prints itself', async () => {
    const [printed, plain] = [new Metrics(), new Registry()]
    for (const metrics of [printed, plain]) longHistory(metrics)
    const withoutRate = async (metrics: Registry) =>
      samplesIn(await metrics.metrics()).filter((line) => !/^api_/.test(line))
    assert.deepEqual(await withoutRate(printed), await withoutRate(plain))
  })

  test('stays few, whatever 100,000 addresses strangers ask for', async (t) => {
    const metrics = new Metrics()
    const meter = openMeter(metrics)
    const app = Fastify({ exposeHeadRoutes: false, routerOptions: { querystringParser: () => ({}) } })
    t.after(() => app.close())
    // As the doors hang them out; what answers there costs more than counting, and is asked elsewhere.
    const answers: Routes[string] = { GET: async (_request, reply) => reply.code(204).send() }
    const routes = ['/health', '/fhir/R4/:type', '/fhir/R4/:type/:id', '/fhir/R4/:type/:id/_history/:version']
    app.setErrorHandler((_error, _request, reply) => reply.code(404).send())
    hangOut(app, meter, Object.fromEntries(routes.map((route) => [route, answers])))
    hangOutNothing(app, meter)
    const next = numbers(SEED)
    const letters = (length: number) =>
      Array.from({ length }, () => String.fromCharCode(97 + Math.floor(next() * 26))).join('')
    const urls = [
      () => `/${letters(8)}/${letters(3)}.php?${letters(4)}=${letters(4)}`,
      () => `/fhir/R4/${letters(7)}/${letters(20)}`,
      () => `/fhir/R4/Patient/${letters(9)}/_history/${letters(3)}`,
      () => `/fhir/R4/Patient?${letters(6)}=${letters(12)}`,
      () => `/health/${letters(6)}`,
    ]
    const methods = ['GET', 'GET', 'PUT', 'OPTIONS', 'HEAD'] as const
    const any = <T>(choices: readonly T[]): T => choices[Math.floor(next() * choices.length)] as T
    const series = async () => samplesIn(await metrics.metrics()).flatMap((line) => /^(.*) \S+$/.exec(line)?.[1] ?? [])
    await app.ready()
    const ask = async (times: number) => {
      for (let at = 0; at < times; at++) await answered(app, any(methods), any(urls)())
    }
    await ask(1_000)
    const known = await series()
    await ask(99_000)
    const later = await series()
    assert.deepEqual(later, known)
    assert.equal(sumOf(await metrics.metrics()), 100_000)
    assert.ok(later.length < 400, `${later.length} series`)
    assert.doesNotMatch(later.join('\n'), /\.php|\?|[a-z]{20}/)
  })

  test('is printed within 20 ms with 200 endpoints of history', async () => {
    const metrics = new Metrics()
    longHistory(metrics)
    const lines = samplesIn(await metrics.metrics()).length
    assert.ok(lines > 13_000, `${lines} lines`)
    // Of the processor: others use the machine too.
    const costsMs: number[] = []
    for (let round = 0; round < 20; round++) {
      const before = process.cpuUsage()
      await metrics.metrics()
      const { user, system } = process.cpuUsage(before)
      costsMs.push((user + system) / 1000)
    }
    costsMs.sort((a, b) => a - b)
    assert.ok((costsMs[10] as number) < 20, `${costsMs[10]} ms`)
  })

  test('costs a request less than 300 ns', () => {
    const meter = openMeter(new Metrics())
    const counts = Array.from({ length: 20 }, (_, route) => meter('GET', `/fhir/R4/${route}`))
    const statuses = [200, 200, 200, 304, 404]
    const times = 1_000_000
    const round = () => {
      const before = process.cpuUsage()
      for (let n = 0; n < times; n++) counts[n % 20]?.(statuses[n % 5] as number, (n % 977) / 10_000)
      const { user, system } = process.cpuUsage(before)
      return ((user + system) * 1000) / times
    }
    const costsNs = Array.from({ length: 5 }, round).sort((a, b) => a - b)
    assert.ok((costsNs[2] as number) < 300, `${costsNs[2]} ns`)
  })
})

describe('the calls of a minute', () => {
  test('are those of the API: no health, no metrics, no pages', async () => {
    const metrics = new Metrics()
    const meter = openMeter(metrics)
    for (const endpoint of [
      '/fhir/R4/:type/:id',
      '/api/operations/audit',
      '/oauth/token',
      '/health',
      '/metrics',
      'none',
    ])
      meter('GET', endpoint)(200, 0.01)
    assert.match(await metrics.metrics(), /^api_calls_per_minute 3$/m)
  })
})
