/**
 * OpenTelemetry traces, by setting: how long a request took, and the statements within it. https://opentelemetry.io/docs/specs/otel/
 *
 * Invariant: a span tells of our own words only: routes, methods, statuses, verbs and names of tables. No address, no
 * parameter, no text of a statement and nothing that a caller chose becomes part of one, the ids of its own trace apart.
 * The packages are loaded when somebody asks for traces, so that nobody else pays for them.
 */
import type { Attributes, Context } from '@opentelemetry/api'
import type { SpanExporter } from '@opentelemetry/sdk-trace'
import type { Log } from './log.ts'

export interface TraceOptions {
  /** Of the receiver, OTLP over HTTP, as in http://127.0.0.1:4318/v1/traces */
  readonly url: string
  /** Which part of all requests is traced. */
  readonly percent: number
  readonly service: string
  readonly version: string
  readonly log: Log
  /** How long spans wait to be sent together; 5,000 unless a test has no time for that. */
  readonly waitMs?: number
}

/** One that has begun. */
export interface Span {
  /** What is begun in `work`, and in what that waits for, is part of it. */
  within<T>(work: () => T): T
  /** `failed`: a word of ours for why. */
  end(attributes: Attributes, failed?: string): void
}

/** Disposing sends what waits, within seconds. */
export interface Traces extends AsyncDisposable {
  /** Begins a request's span; it goes on with the trace that `traceparent` names, where there is such a header. */
  request(name: string, attributes: Attributes, traceparent: unknown): Span
  /** A span around `work`, part of the one it is called in; none outside of a request. */
  around<T>(name: string, attributes: Attributes, work: () => Promise<T>): Promise<T>
}

const LONGEST_SENDING_MS = 3_000
/** Spans that wait to be sent; more than these are lost, so that a receiver that is away costs no memory. */
const MOST_WAITING = 4_096
const MOST_AT_ONCE = 512

export async function openTraces(options: TraceOptions): Promise<Traces> {
  const [api, sdk, { OTLPTraceExporter }, { resourceFromAttributes }, { AsyncLocalStorageContextManager }] =
    await Promise.all([
      import('@opentelemetry/api'),
      import('@opentelemetry/sdk-trace'),
      import('@opentelemetry/exporter-trace-otlp-http'),
      import('@opentelemetry/resources'),
      import('@opentelemetry/context-async-hooks'),
    ])
  const { url, percent, service, version, log, waitMs = 5_000 } = options
  const contexts = new AsyncLocalStorageContextManager()
  // Whoever asks may name a trace; whether it is kept is ours to say: by its id, as is usual, strangers could have all kept.
  const byChance = {
    shouldSample: () => {
      const isKept = Math.random() * 100 < percent
      return { decision: isKept ? sdk.SamplingDecision.RECORD_AND_SAMPLED : sdk.SamplingDecision.NOT_RECORD }
    },
    toString: () => 'byChance',
  }
  const provider = new sdk.TracerProvider({
    resource: resourceFromAttributes({ 'service.name': service, 'service.version': version }),
    sampler: new sdk.ParentBasedSampler({
      root: byChance,
      remoteParentSampled: byChance,
      remoteParentNotSampled: byChance,
    }),
    spanProcessors: [
      new sdk.BatchSpanProcessor({
        exporter: telling(new OTLPTraceExporter({ url, timeoutMillis: LONGEST_SENDING_MS }), log),
        maxQueueSize: MOST_WAITING,
        maxExportBatchSize: MOST_AT_ONCE,
        scheduledDelayMillis: waitMs,
        exportTimeoutMillis: LONGEST_SENDING_MS,
      }),
    ],
  })
  const tracer = provider.getTracer('omnicare', version)

  const begin = (name: string, kind: number, attributes: Attributes, parent: Context): Span => {
    const span = tracer.startSpan(name, { kind, attributes }, parent)
    const context = api.trace.setSpan(parent, span)
    return {
      within: (work) => contexts.with(context, work),
      end(more, failed) {
        span.setAttributes(more)
        if (failed !== undefined) {
          span.setAttribute('error.type', failed)
          span.setStatus({ code: api.SpanStatusCode.ERROR })
        }
        span.end()
      },
    }
  }

  return {
    request(name, attributes, traceparent) {
      const remote = parentIn(traceparent)
      const parent =
        remote === undefined
          ? api.ROOT_CONTEXT
          : api.trace.setSpanContext(api.ROOT_CONTEXT, { ...remote, isRemote: true })
      return begin(name, api.SpanKind.SERVER, attributes, parent)
    },
    async around(name, attributes, work) {
      // What runs by itself, five times a second, belongs to no request.
      if (api.trace.getSpan(contexts.active()) === undefined) return work()
      const span = begin(name, api.SpanKind.CLIENT, attributes, contexts.active())
      try {
        const result = await span.within(work)
        span.end({})
        return result
      } catch (error) {
        span.end({}, wordOf(error))
        throw error
      }
    },
    async [Symbol.asyncDispose]() {
      await provider.shutdown().catch((error: unknown) => log.warn({ err: error }, 'the last traces were not sent'))
    },
  }
}

/** https://www.w3.org/TR/trace-context/#traceparent-header */
const TRACEPARENT = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})$/

function parentIn(header: unknown) {
  const [, traceId, spanId, flags] = TRACEPARENT.exec(typeof header === 'string' ? header : '') ?? []
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & 1 }
}

/** The code of a fault, or of PostgreSQL: five characters. A message may hold what was stored. */
function wordOf(error: unknown): string {
  const { code } = (error ?? {}) as { readonly code?: unknown }
  return typeof code === 'string' && /^[\w/-]{1,60}$/.test(code) ? code : 'unexpected'
}

/** The log says once that traces do not arrive, and once that they do again. */
function telling(exporter: SpanExporter, log: Log): SpanExporter {
  let failing = false
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        const failed = result.code !== 0
        // The library's error holds what the receiver answered.
        if (failed && !failing) log.warn({ 'event.code': 'traces/not-sent' }, 'traces can not be sent and are lost')
        if (!failed && failing) log.info({}, 'traces are sent again')
        failing = failed
        done(result)
      })
    },
    shutdown: () => exporter.shutdown(),
    forceFlush: async () => exporter.forceFlush?.(),
  }
}
