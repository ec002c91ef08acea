import { hash, timingSafeEqual } from 'node:crypto'
import type { Fault } from '#foundation/fault.ts'
import { httpFaults } from './faults.ts'

const digest = (text: string): Buffer => hash('sha256', text, 'buffer')

/**
 * Gives the check of an Authorization header (RFC 6750): undefined when it carries `token`, else the refusal.
 * Digests are compared, in constant time, so that neither content nor length of the token shows in the time taken.
 */
export function bearer(token: string): (authorization: string | undefined) => Fault | undefined {
  const expected = digest(token)
  return (authorization) => {
    if (authorization === undefined) return httpFaults['no-token']()
    if (!/^bearer /i.test(authorization)) return httpFaults['no-token']()
    return timingSafeEqual(digest(authorization.slice('bearer '.length)), expected)
      ? undefined
      : httpFaults['wrong-token']()
  }
}
