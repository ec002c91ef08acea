/**
 * Versions as HTTP has them: https://hl7.org/fhir/R4/http.html#concurrency, https://hl7.org/fhir/R4/http.html#cread
 */
import type { IncomingHttpHeaders } from 'node:http'
import type { FastifyReply } from 'fastify'
import { nowMilliseconds } from '#foundation/clock.ts'
import type { Condition } from '#record'
import { httpFaults } from '../faults.ts'

interface Stamp {
  readonly version: number
  readonly updated: string
}

export const etag = (version: number): string => `W/"${version}"`

/** Sets ETag and Last-Modified. */
export function stamp(reply: FastifyReply, { version, updated }: Stamp): FastifyReply {
  return reply.header('etag', etag(version)).header('last-modified', new Date(updated).toUTCString())
}

/** A number, or one in quotes, or the weak ETag: clients in use send all three. */
const VERSION = /^(?:W\/)?"(\d{1,9})"$|^(\d{1,9})$/

function versionIn(tag: string): number | undefined {
  const [, quoted, plain] = VERSION.exec(tag.trim()) ?? []
  const digits = quoted ?? plain
  return digits === undefined ? undefined : Number(digits)
}

/** Throws `http/bad-if-match`: a precondition that can't be read must not be passed over. */
export function conditionOf({ 'if-match': sent }: IncomingHttpHeaders): Condition {
  if (sent === undefined) return {}
  if (sent.trim() === '*') return { ifMatch: '*' }
  const version = versionIn(sent)
  if (version === undefined) throw httpFaults['bad-if-match']()
  return { ifMatch: version }
}

/** Whether the update may only create. Throws `http/bad-if-none-match` for everything but `*`. */
export function createsOnly({ 'if-none-match': sent }: IncomingHttpHeaders): boolean {
  if (sent === undefined) return false
  if (sent.trim() !== '*') throw httpFaults['bad-if-none-match']()
  return true
}

/**
 * Whether the reader already has this version. If-Modified-Since counts only without If-None-Match (RFC 9110, 13.1.3), and
 * only when it is not later than now: nobody can have been told such a date, and by it no change would ever be seen.
 */
export function isKnown(headers: IncomingHttpHeaders, { version, updated }: Stamp, now = nowMilliseconds()): boolean {
  const tags = headers['if-none-match']
  if (tags !== undefined) {
    return tags.split(',').some((tag) => tag.trim() === '*' || versionIn(tag) === version)
  }
  const since = headers['if-modified-since']
  if (since === undefined) return false
  const date = Date.parse(since)
  // HTTP dates have no milliseconds; compare what Last-Modified could say.
  return date <= now && Math.floor(Date.parse(updated) / 1000) <= date / 1000
}
