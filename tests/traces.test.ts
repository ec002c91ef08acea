/** Traces as a receiver gets them: OTLP over HTTP, in JSON. https://opentelemetry.io/docs/specs/otlp/#otlphttp */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { globSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { summaryOf } from '#foundation/traced-database.ts'
import { openTraces, type Traces } from '#foundation/traces.ts'
import { startHospital, type TestHospital } from './support/hospital.ts'
import { readableLog } from './support/recording-record.ts'
import { until } from './support/running.ts'
import { type After, ofSuite } from './support/suite.ts'

interface Value {
  readonly stringValue?: string
  readonly intValue?: number | string
}
interface Sent {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  readonly kind: number
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly attributes: readonly { readonly key: string; readonly value: Value }[]
  readonly status: { readonly code?: number }
}

/** Takes traces, and refuses what is none, until it is told to refuse all. */
async function startReceiver(t: After) {
  const spans: Sent[] = []
  const services = new Set<string | undefined>()
  let all = ''
  const state = { away: false }
  const server = createServer(async (request, response) => {
    const pieces: Buffer[] = []
    for await (const piece of request) pieces.push(piece as Buffer)
    if (state.away) return response.writeHead(500).end('no room for Jane Doe')
    const { 'content-type': type, 'content-encoding': encoding } = request.headers
    if (request.method !== 'POST' || request.url !== '/v1/traces' || type !== 'application/json')
      return response.writeHead(415).end()
    const text = (encoding === 'gzip' ? gunzipSync(Buffer.concat(pieces)) : Buffer.concat(pieces)).toString()
    const { resourceSpans } = JSON.parse(text) as {
      resourceSpans: { resource: { attributes: Sent['attributes'] }; scopeSpans: { spans: Sent[] }[] }[]
    }
    for (const { resource, scopeSpans } of resourceSpans) {
      services.add(resource.attributes.find(({ key }) => key === 'service.name')?.value.stringValue)
      for (const { spans: some } of scopeSpans) spans.push(...some)
    }
    all += text
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"partialSuccess":{}}')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`
  return { url, spans, services, state, text: () => all }
}

const attributeOf = ({ attributes }: Sent, key: string): string | number | undefined => {
  const value = attributes.find((one) => one.key === key)?.value
  return value?.stringValue ?? value?.intValue
}

describe('traces', () => {
  const t = ofSuite()
  let hospital: TestHospital
  let receiver: Awaited<ReturnType<typeof startReceiver>>
  let lines: ReturnType<typeof readableLog>['lines']

  before(async () => {
    receiver = await startReceiver(t)
    const readable = readableLog()
    lines = readable.lines
    const traces: Traces = await openTraces({
      url: receiver.url,
      percent: 100,
      service: 'omnicare-hospital',
      version: '1.2.3',
      log: readable.log,
      waitMs: 20,
    })
    t.after(async () => traces[Symbol.asyncDispose]())
    hospital = await startHospital(t, { traces })
  })

  const ask = (path: string, init: RequestInit = {}) =>
    fetch(hospital.base + path, {
      ...init,
      headers: {
        authorization: `Bearer ${hospital.token}`,
        'content-type': 'application/fhir+json',
        ...(init.headers as object),
      },
    })
  /** The spans of the newest request of this name, its own first. */
  const newest = async (name: string, least: number): Promise<[Sent, ...Sent[]]> => {
    let found: Sent[] = []
    await until(`${name} is received with ${least} spans`, () => {
      const own = receiver.spans.findLast((span) => span.name === name)
      found =
        own === undefined
          ? []
          : [own, ...receiver.spans.filter(({ traceId, spanId }) => traceId === own.traceId && spanId !== own.spanId)]
      return found.length >= least
    })
    return found as [Sent, ...Sent[]]
  }

  test('tell of a request by its route, and of the statements within it', async () => {
    const { status } = await ask('/Patient', { method: 'POST', body: '{"resourceType":"Patient"}' })
    assert.equal(status, 201)
    const [request, ...statements] = await newest('POST /fhir/R4/:type', 2)
    assert.equal(request.kind, 2) // SERVER
    assert.equal(request.parentSpanId, undefined)
    assert.match(request.traceId, /^[0-9a-f]{32}$/)
    assert.equal(attributeOf(request, 'http.request.method'), 'POST')
    assert.equal(attributeOf(request, 'http.route'), '/fhir/R4/:type')
    assert.equal(Number(attributeOf(request, 'http.response.status_code')), 201)
    const insert = statements.find(({ name }) => name === 'INSERT fhir.Patient') as Sent
    assert.ok(insert, statements.map(({ name }) => name).join(', '))
    assert.equal(insert.kind, 3) // CLIENT
    assert.equal(insert.parentSpanId, request.spanId)
    assert.equal(attributeOf(insert, 'db.system.name'), 'postgresql')
    assert.equal(attributeOf(insert, 'db.namespace'), 'record')
    assert.ok(BigInt(insert.startTimeUnixNano) >= BigInt(request.startTimeUnixNano))
    assert.ok(BigInt(insert.endTimeUnixNano) > BigInt(insert.startTimeUnixNano))
    assert.deepEqual([...receiver.services], ['omnicare-hospital'])
  })

  test('go on with the trace of whoever asks, and with no made-up one', async () => {
    const trace = '4bf92f3577b34da6a3ce929d0e0e4736'
    await ask('/Patient/p1', { headers: { traceparent: `00-${trace}-00f067aa0ba902b7-00` } })
    const [request] = await newest('GET /fhir/R4/:type/:id', 1)
    assert.equal(request.traceId, trace)
    assert.equal(request.parentSpanId, '00f067aa0ba902b7')
    for (const odd of [`00-${'0'.repeat(32)}-00f067aa0ba902b7-01`, 'Jane Doe', `00-${trace}-00f067aa0ba902b7-01-x`]) {
      const before = receiver.spans.length
      await ask('/Patient/p1', { headers: { traceparent: odd } })
      await until('another is received', () => receiver.spans.slice(before).some(({ kind }) => kind === 2))
      const own = receiver.spans.slice(before).find(({ kind }) => kind === 2) as Sent
      assert.equal(own.parentSpanId, undefined)
      assert.notEqual(own.traceId, trace)
    }
  })

  test('hold nothing of patients, whatever was asked for, sent, stored or refused', async () => {
    const name = 'Sentinelname'
    const patient = JSON.stringify({
      resourceType: 'Patient',
      id: name,
      name: [{ family: name }],
      birthDate: '1971-11-11',
    })
    const transaction = JSON.stringify({
      resourceType: 'Bundle',
      type: 'transaction',
      entry: Array.from({ length: 6 }, () => ({
        resource: { resourceType: 'Patient', name: [{ family: name }] },
        request: { method: 'POST', url: 'Patient', ifNoneExist: `family=${name}` },
      })),
    })
    const headers = {
      'x-request-id': name,
      'user-agent': name,
      'x-security-context': `Patient/${name}`,
      baggage: `a=${name}`,
      tracestate: `a=${name}`,
    }
    const asked: readonly [string, RequestInit?][] = [
      [`/Patient/${name}`, { method: 'PUT', body: patient }],
      [`/Patient/${name}`],
      [`/Patient/${name}/_history/1`],
      [`/Patient?family=${name}&birthdate=1971-11-11`],
      ['', { method: 'POST', body: transaction }],
      [`/Patient/${name}`, { method: 'PUT', body: `{"resourceType":"Patient","id":"${name}","${name}":1}` }],
      [`/${name}/${name}`],
      [`/Patient/${name}/${name}/${name}`],
      [`/Patient?${name}=${name}`, { headers: { prefer: 'handling=strict' } }],
      [`/Patient/${name}`, { method: 'DELETE' }],
    ]
    const before = receiver.spans.length
    for (const [path, init = {}] of asked)
      await ask(path, { ...init, headers: { ...headers, ...(init.headers as object) } })
    await until(
      'all are received',
      () => receiver.spans.slice(before).filter(({ kind }) => kind === 2).length === asked.length,
    )
    assert.doesNotMatch(receiver.text(), /Sentinel|1971-11-11/i)
    // Its routes, verbs, names and ids, and nothing else.
    for (const span of receiver.spans)
      for (const { key } of span.attributes)
        assert.ok(
          [
            'http.request.method',
            'http.route',
            'http.response.status_code',
            'db.system.name',
            'db.namespace',
            'db.query.summary',
            'error.type',
          ].includes(key),
          key,
        )
  })

  test('that can not be sent cost no request, and the log says so once, in words of its own', async () => {
    receiver.state.away = true
    const said = () => lines.filter(({ message }) => /traces/.test(message)).map(({ message }) => message)
    assert.equal((await ask('/Patient/p1')).status, 404)
    await until('it is said', () => said().length > 0)
    assert.equal((await ask('/Patient/p1')).status, 404)
    receiver.state.away = false
    assert.equal((await ask('/Patient/p1')).status, 404)
    await until('they arrive again', () => said().length > 1)
    assert.deepEqual(said(), ['traces can not be sent and are lost', 'traces are sent again'])
    assert.doesNotMatch(JSON.stringify(lines), /Jane/)
  })
})

test('which traces are kept is for nobody to choose who names one', async (t) => {
  const { url, spans } = await startReceiver(t)
  const { log } = readableLog()
  const traces = await openTraces({ url, percent: 50, service: 'a', version: '1', log, waitMs: 10 })
  // A sampler that goes by the id keeps every trace of the first, and none of the second.
  for (const trace of [`${'0'.repeat(31)}1`, 'f'.repeat(32)])
    for (let times = 0; times < 60; times++) traces.request('GET /', {}, `00-${trace}-00f067aa0ba902b7-01`).end({})
  await traces[Symbol.asyncDispose]()
  for (const first of ['0', 'f']) {
    const kept = spans.filter(({ traceId }) => traceId.startsWith(first)).length
    assert.ok(kept > 0 && kept < 60, `${kept} of 60`)
  }
})

describe('the summary of a statement', () => {
  for (const [text, summary] of [
    ['SELECT id, body FROM fhir."Patient" WHERE id = $1', 'SELECT fhir.Patient'],
    ['WITH stored AS (INSERT INTO "fhir"."Patient" (id) VALUES ($1) RETURNING id) SELECT 1', 'INSERT fhir.Patient'],
    ['INSERT INTO audit.intake (entry) VALUES ($1)', 'INSERT audit.intake'],
    ['COPY (SELECT body FROM fhir."Patient" WHERE family = \'Doe\') TO STDOUT', 'COPY fhir.Patient'],
    ["ALTER ROLE x LOGIN PASSWORD 'secret'", 'ALTER'],
    ["SELECT 'it''s UPDATE doe.jane' FROM record.care", 'SELECT record.care'],
    ['$1', 'statement'],
  ] as const)
    test(`of ${text.slice(0, 30)}… is ${summary}`, () => assert.equal(summaryOf({ text }), summary))
})

test('nothing of OpenTelemetry is loaded before somebody asks for traces', () => {
  const root = join(import.meta.dirname, '..')
  const named = globSync('{src,practice}/**/*.ts', { cwd: root }).filter((file) =>
    /^(?!import type ).*from '@opentelemetry\//m.test(readFileSync(join(root, file), 'utf8')),
  )
  assert.deepEqual(named, [])
})
