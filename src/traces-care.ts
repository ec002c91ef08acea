/** Traces as the settings want them. */

import type { Database } from '#foundation/database.ts'
import type { Log } from '#foundation/log.ts'
import { tracedDatabase } from '#foundation/traced-database.ts'
import { openTraces, type Traces } from '#foundation/traces.ts'
import about from '../package.json' with { type: 'json' }
import type { openSettings } from './settings.ts'

type Settings = Pick<ReturnType<typeof openSettings>['settings'], 'traces' | 'tracesPercent'>

/** Undefined where nobody asked for any: nothing is loaded then. */
export async function tracesBy(
  { traces: url, tracesPercent: percent }: Settings,
  plane: 'hospital' | 'operations',
  log: Log,
): Promise<Traces | undefined> {
  if (url === undefined) return undefined
  return openTraces({ url, percent, service: `omnicare-${plane}`, version: about.version, log })
}

/** `db`, of whose statements spans are made; itself without traces. */
export const tracing = (db: Database, traces: Traces | undefined, namespace: string): Database =>
  traces === undefined ? db : tracedDatabase(db, traces, namespace)
