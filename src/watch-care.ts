/** How operations watches: what it scrapes, how often, and what is done with it. */
import type { Registry } from 'prom-client'
import { nowMilliseconds } from '#foundation/clock.ts'
import type { Database } from '#foundation/database.ts'
import type { Log } from '#foundation/log.ts'
import type { Fetch } from '#foundation/tls/calls.ts'
import type { SamplesDoor } from './http/operations/samples.ts'
import { chartedMetrics, chartsOf, openStore, startSampling, type Target } from './operations/samples/index.ts'
import type { openSettings } from './settings.ts'

interface Needs {
  readonly control: Database
  readonly metrics: Registry
  readonly log: Log
  readonly hospital: string
  readonly token: string
  readonly fetch: Fetch
  /** Where operations listens, once it does. */
  readonly operations: () => string
}

export interface Watch {
  readonly samples: SamplesDoor
  /** Begins to scrape, until it is disposed; does not when `OMNICARE_SCRAPE_SECONDS` says that somebody else does. */
  start(): AsyncDisposable
}

/** What does not answer within this is down. */
const PATIENCE_MS = 5_000
const USUAL_SECONDS = 15

export function openWatch(
  { scrapeSeconds }: Pick<ReturnType<typeof openSettings>['settings'], 'scrapeSeconds'>,
  { control, metrics, log, ...planes }: Needs,
): Watch {
  const everySeconds = scrapeSeconds === 0 ? USUAL_SECONDS : scrapeSeconds
  const store = openStore(control, everySeconds)
  return {
    samples: { charts: (question) => chartsOf(question, { store, everySeconds, nowMs: nowMilliseconds() }) },
    start: () =>
      scrapeSeconds === 0
        ? new AsyncDisposableStack()
        : startSampling({
            control,
            store,
            targets: targetsOf(metrics, planes),
            metrics: chartedMetrics(),
            backSeconds: () => 0,
            everySeconds,
            judge: async () => undefined,
            nowMs: nowMilliseconds,
            registry: metrics,
            log,
          }),
  }
}

function targetsOf(metrics: Registry, needs: Omit<Needs, 'control' | 'metrics' | 'log'>): Target[] {
  const { hospital, token, fetch, operations } = needs
  const hostOf = (address: string) => new URL(address).host
  return [
    {
      job: 'hospital',
      instance: hostOf(hospital),
      async read() {
        const answer = await fetch(`${hospital}/metrics`, {
          headers: { authorization: `Bearer ${token}` },
          signal: AbortSignal.timeout(PATIENCE_MS),
        })
        if (!answer.ok) throw new Error(`the hospital answers ${answer.status}`)
        return answer.text()
      },
    },
    // By itself, not by its door: what it could not answer, it could not judge either.
    { job: 'operations', instance: hostOf(operations()), read: () => metrics.metrics() },
  ]
}
