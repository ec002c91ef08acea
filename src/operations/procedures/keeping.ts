/** Looks again and again whether a procedure is due or late, until it is disposed; tells it as metrics. */
import { setTimeout as delay } from 'node:timers/promises'
import type { Registry } from 'prom-client'
import type { Log } from '#foundation/log.ts'
import { gaugeIn } from '#foundation/metric.ts'
import { PROCEDURE_METRICS } from './metrics.ts'
import type { Procedures } from './procedures.ts'
import { PROCEDURES, type ProcedureName } from './terms.ts'

const LOOK_EVERY_MS = 15_000

export interface KeepingOptions {
  readonly procedures: Procedures
  readonly metrics: Registry
  readonly log: Log
}

export interface Keeping extends AsyncDisposable {
  /** Which are late by now, and since when (RFC 3339), as the last look had it. */
  readonly late: () => ReadonlyMap<ProcedureName, string>
  /** Resolves once a look is over that began after this. */
  readonly look: () => Promise<void>
}

export function keepProcedures({ procedures, metrics, log }: KeepingOptions): Keeping {
  const stopping = new AbortController()
  let late: ReadonlyMap<ProcedureName, string> = new Map()
  const overdue = gaugeIn(metrics, PROCEDURE_METRICS.overdue)
  const tell = () => {
    for (const procedure of PROCEDURES) overdue.set({ procedure }, late.has(procedure) ? 1 : 0)
  }
  tell()
  const lookOnce = async (): Promise<void> => {
    try {
      late = await procedures.keep()
      tell()
    } catch (error) {
      log.error({ err: error }, 'whether daily procedures are due could not be looked at; it is tried again')
    }
  }
  let looking = Promise.resolve()
  const look = (): Promise<void> => {
    looking = looking.then(lookOnce)
    return looking
  }
  const keepLooking = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await look()
      await delay(LOOK_EVERY_MS, undefined, { signal: stopping.signal }).catch(() => undefined)
    }
  }
  const running = keepLooking()
  return {
    late: () => late,
    look,
    async [Symbol.asyncDispose]() {
      stopping.abort()
      await running
      await looking
    },
  }
}
