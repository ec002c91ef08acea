import { setTimeout as delay } from 'node:timers/promises'
import type { Registry } from 'prom-client'
import type { Audit } from '#audit'
import type { Log } from '#foundation/log.ts'
import type { KeptPair } from '#foundation/tls/keep.ts'
import type { Trust } from '#identity/entry'
import type { HealthRecord } from '#record'
import about from '../../package.json' with { type: 'json' }
import { openAtWork } from './at-work.ts'
import type { Trail } from './fhir/audit-events.ts'
import type { Phase } from './health.ts'
import { watchSaturation } from './saturation.ts'
import { openServer } from './server.ts'

interface HttpSettings {
  readonly host: string
  /** 0: any that is free. */
  readonly port: number
  readonly bodyLimitMiB: number
  /** How long to wait, when asked to stop, for what was accepted to be finished. */
  readonly shutdownSeconds: number
  /** How long to go on answering, saying "not ready", before the door is closed. */
  readonly drainSeconds?: number
  /** The address by which clients reach us through a proxy, such as https://emr.example.org; without it, the Host header. */
  readonly publicUrl?: string
  /** Addresses or networks of proxies, whose word for who asks is taken. */
  readonly trustedProxies?: readonly string[]
}

export interface HttpOptions {
  readonly record: HealthRecord
  readonly audit: Audit
  readonly log: Log
  readonly metrics: Registry
  readonly settings: HttpSettings
  /** The bearer token that every request carries, those for /health apart. */
  readonly token: string
  /** Where AuditEvents are asked for; without it nowhere. */
  readonly trail?: Trail
  /** Whom signed tokens and API keys let in, once it is known by which names we are reached; without it they let in nobody. */
  readonly trust?: Trust
  /** Without it plain HTTP is spoken. */
  readonly tls?: KeptPair | undefined
  /** How long somebody waits for a connection to the record, in ms: beyond a limit nobody more is let come. */
  readonly longestWaitMs?: () => number
}

const REQUEST_TIMEOUT_MS = 60_000
const PATIENCE_MS = 3_000
/** For what still works when everybody has been hung up on. */
const LAST_WORK_MS = 2_000

/**
 * Opens the hospital's HTTP door and listens; resolves when requests are answered, with the address.
 *
 * Disposing says "not ready" for `drainSeconds` first, then takes no new connections, finishes what was accepted, and after
 * `shutdownSeconds` hangs up on what is left. What works on even then has two more seconds: the record is closed after it.
 */
export async function openHttp(options: HttpOptions): Promise<{ readonly address: string } & AsyncDisposable> {
  const { record, audit, log, metrics, settings, token, trail, trust, tls, longestWaitMs = () => 0 } = options
  const { host, port, bodyLimitMiB, shutdownSeconds, drainSeconds = 0, publicUrl, trustedProxies = [] } = settings
  const phase: { current: Phase['current'] } = { current: 'starting' }
  const atWork = openAtWork()
  const load = watchSaturation({ longestWaitMs })
  const app = openServer({
    record,
    audit,
    log,
    metrics,
    token,
    phase,
    load,
    atWork,
    version: about.version,
    bodyLimitBytes: bodyLimitMiB * 1024 * 1024,
    requestTimeoutMs: REQUEST_TIMEOUT_MS,
    patienceMs: PATIENCE_MS,
    trustedProxies,
    ...(publicUrl !== undefined && { publicUrl }),
    ...(trail !== undefined && { trail }),
    ...(trust !== undefined && { trust }),
    ...(tls !== undefined && { tls }),
  })
  const address = await app.listen({ host, port })
  phase.current = 'serving'
  return {
    address,
    async [Symbol.asyncDispose]() {
      phase.current = 'draining'
      await delay(drainSeconds * 1000)
      const deadline = setTimeout(() => app.server.closeAllConnections(), shutdownSeconds * 1000)
      await app.close()
      clearTimeout(deadline)
      load[Symbol.dispose]()
      const left = await atWork.ended(LAST_WORK_MS)
      if (left > 0) log.warn({ requests: left }, 'the hospital stops while requests are at work')
    },
  }
}
