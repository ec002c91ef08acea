/** What an Authorization header lets in (RFC 6750). */
import { timingSafeEqual } from 'node:crypto'
import type { Access, Trust } from '#identity/entry'
import { httpFaults } from './faults.ts'

/** Throws, or rejects with, what refuses it. */
export type Check = (authorization: string | undefined) => Access | Promise<Access>

/** The token of who owns the machine. */
const OWNER: Access = {
  subject: { kind: 'admin-token', id: 'administrator' },
  roles: ['administrator'],
  scopes: 'all',
  purpose: 'TREAT',
  breakGlass: false,
}

/** What scrapes metrics and tells of alerts. Whoever checks it says where it counts. */
const MONITOR: Access = {
  subject: { kind: 'client', id: 'monitor' },
  roles: ['operator'],
  scopes: 'all',
  purpose: 'HOPERAT',
  breakGlass: false,
}

/** Lets in the monitor with its token, where there is one, and whom `others` lets in. */
export function monitors(token: string | undefined, others: Check): Check {
  if (token === undefined) return others
  const expected = Buffer.from(`Bearer ${token}`)
  return (authorization) => {
    const given = Buffer.from(authorization?.replace(/^bearer /i, 'Bearer ') ?? '')
    const isMonitor = given.length === expected.length && timingSafeEqual(given, expected)
    return isMonitor ? MONITOR : others(authorization)
  }
}

/** Signed tokens have dots, API keys begin like that; anything else can only be a wrong token of the machine's owner. */
const OTHERS = /^omc_|\./

/**
 * Lets in who sends `token`, and with `trust` whom that lets in.
 * Compared in constant time. That a token of another length is refused sooner tells nothing: the length is no secret.
 */
export function bearer(token: string, trust?: Pick<Trust, 'check'>): Check {
  const expected = Buffer.from(token)
  return (authorization) => {
    if (authorization === undefined || !/^bearer /i.test(authorization)) throw httpFaults['no-token']()
    const text = authorization.slice('bearer '.length)
    const given = Buffer.from(text)
    if (given.length === expected.length && timingSafeEqual(given, expected)) return OWNER
    if (trust === undefined || !OTHERS.test(text)) throw httpFaults['wrong-token']()
    return trust.check(text)
  }
}
