import { timingSafeEqual } from 'node:crypto'
import type { Fault } from '#foundation/fault.ts'
import { httpFaults } from './faults.ts'

/**
 * Gives the check of an Authorization header (RFC 6750): undefined when it carries `token`, else the refusal.
 * Compared in constant time. That a token of another length is refused sooner tells nothing: the length is no secret.
 */
export function bearer(token: string): (authorization: string | undefined) => Fault | undefined {
  const expected = Buffer.from(token)
  return (authorization) => {
    if (authorization === undefined) return httpFaults['no-token']()
    if (!/^bearer /i.test(authorization)) return httpFaults['no-token']()
    const given = Buffer.from(authorization.slice('bearer '.length))
    return given.length === expected.length && timingSafeEqual(given, expected)
      ? undefined
      : httpFaults['wrong-token']()
  }
}
