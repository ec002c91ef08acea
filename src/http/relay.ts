/**
 * How operations knows that a question comes from its hospital, and for whom the hospital asks. The asker's own token goes
 * along: the hospital alone may read nothing. The key only proves that what is said about the asker can be believed.
 */
import { timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { isIP } from 'node:net'

const KEY = 'x-omnicare-relay'
const ADDRESS = 'x-omnicare-client'
const BASE = 'x-omnicare-base'

export interface Relayed {
  /** The asker's network address. */
  readonly address: string
  /** The FHIR base by which the asker reached the hospital. */
  readonly base: string
}

export const relayHeaders = (key: string, { address, base }: Relayed): Record<string, string> => ({
  [KEY]: key,
  [ADDRESS]: address,
  [BASE]: base,
})

/** What the hospital says of the asker; nothing when whoever sends this doesn't have the key. */
export function relayedIn(headers: IncomingHttpHeaders, key: string): Relayed | undefined {
  const { [ADDRESS]: address, [BASE]: base } = headers
  if (!hasKey(headers, key) || typeof address !== 'string' || typeof base !== 'string') return undefined
  return isIP(address) > 0 && /^https?:\/\/[^\s"<>]+$/.test(base) ? { address, base } : undefined
}

/** What the hospital sends when it asks for itself. */
export const hospitalHeaders = (key: string): Record<string, string> => ({ [KEY]: key })

/** Whether it is our hospital that asks. */
export function hasKey({ [KEY]: given }: IncomingHttpHeaders, key: string): boolean {
  if (typeof given !== 'string') return false
  const [expected, sent] = [Buffer.from(key), Buffer.from(given)]
  return sent.length === expected.length && timingSafeEqual(sent, expected)
}
