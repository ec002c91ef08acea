import type { Registry } from 'prom-client'
import type { Database } from '#foundation/database.ts'
import { gaugeIn } from '#foundation/metric.ts'
import { at } from '#foundation/timestamp.ts'
import { IDENTITY_METRICS } from './metrics.ts'
import { countEntrances } from './statements/counts.ts'

/** In milliseconds since 1970; `expiring`: keys that end soon. */
interface Times {
  readonly now: number
  readonly idleSince: number
  readonly expiring: number
}

/** Counts what lets somebody in, whenever it is called. */
export function openCounts(control: Database, metrics: Registry): (times: Times) => Promise<void> {
  const sessions = gaugeIn(metrics, IDENTITY_METRICS.sessions)
  const tokens = gaugeIn(metrics, IDENTITY_METRICS.tokens)
  const ending = gaugeIn(metrics, IDENTITY_METRICS.expiring)
  return async ({ now, idleSince, expiring }) => {
    ending.set(expiring)
    const [row] = await control.rows(countEntrances(at(now), at(idleSince)))
    if (row === undefined) return
    sessions.set({ place: 'hospital' }, row.hospital)
    sessions.set({ place: 'operations' }, row.operations)
    tokens.set({ kind: 'refresh' }, row.refresh)
    tokens.set({ kind: 'api-key' }, row.api_key)
  }
}
