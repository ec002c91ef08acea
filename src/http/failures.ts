import type { Registry } from 'prom-client'
import { type Fault, KINDS } from '#foundation/fault.ts'
import { counterIn } from '#foundation/metric.ts'
import { isOfToken, openFailures } from '#identity/entry'
import { HTTP_METRICS } from './metrics.ts'

/** There from the beginning: what has no zero before its first one has no rate. */
const FORESEEN = [
  'http/unexpected',
  'audit/not-recorded',
  'database/contended',
  'database/full',
  'database/no-space',
  'database/outcome-unknown',
  'database/too-costly',
  'database/unreachable',
]

/** Counts the fault that a request was answered with, when we are to blame or its token was. */
export function openFaultCount(metrics: Registry): (fault: Fault) => void {
  const errors = counterIn(metrics, HTTP_METRICS.errors)
  for (const type of FORESEEN) errors.inc({ type }, 0)
  const failed = openFailures(metrics)
  return ({ kind, code }) => {
    if (KINDS[kind].http >= 500) errors.inc({ type: code })
    else if (isOfToken(code)) failed(code)
  }
}
