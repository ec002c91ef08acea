import type { Registry } from 'prom-client'
import { counterIn } from '#foundation/metric.ts'
import { FAILURE_REASONS, type FailureReason, IDENTITY_METRICS } from './metrics.ts'

/** Codes that a request with a token is refused by. */
const OF_TOKENS: Readonly<Record<string, FailureReason>> = {
  'http/wrong-token': 'token',
  'identity/bad-token': 'token',
  'identity/no-api-key': 'token',
  'identity/token-over': 'expired',
}
/** What is no mistake of whoever tried, and not here, could not be decided. */
const REASONS: Readonly<Record<string, FailureReason>> = {
  ...OF_TOKENS,
  'identity/wrong': 'credentials',
  'identity/wrong-code': 'factor',
  'identity/wrong-passkey': 'factor',
  'identity/wait': 'throttled',
  'identity/provider-said-no': 'provider',
  'identity/provider-not-believed': 'provider',
  'identity/not-begun-here': 'provider',
  'identity/no-account': 'provider',
  'identity/no-ticket': 'expired',
  'oauth/invalid_client': 'client',
  'oauth/invalid_grant': 'client',
}
/** Nobody tried to get in: a page that was loaded anew, an identity that is linked already. */
const NO_TRY: readonly string[] = ['identity/other-step', 'identity/linked-already', 'identity/no-provider']

/** Counts a refused try to get in, told by the code of its fault. */
export type Failed = (code: string) => void

/** Every class is there from the beginning: what has no zero before its first one has no rate. */
export function openFailures(metrics: Registry): Failed {
  const failures = counterIn(metrics, IDENTITY_METRICS.failures)
  for (const reason of FAILURE_REASONS) failures.inc({ reason }, 0)
  return (code) => {
    if (NO_TRY.includes(code)) return
    failures.inc({ reason: (Object.hasOwn(REASONS, code) ? REASONS[code] : undefined) ?? 'unavailable' })
  }
}

/** Whether a fault is about the token that the request brought; one that brought none has tried nothing. */
export const isOfToken = (code: string): boolean => Object.hasOwn(OF_TOKENS, code)
