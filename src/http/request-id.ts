import type { IncomingMessage } from 'node:http'
import { newId } from '#foundation/ids.ts'

/** Characters that mean nothing to a log, a shell, a header or a page. */
const SANE = /^[A-Za-z0-9._:/+=-]{1,128}$/

/** The caller's X-Request-Id when it is harmless to repeat, so that one id can be followed through several systems. */
export function requestId({ headers }: Pick<IncomingMessage, 'headers'>): string {
  const sent = headers['x-request-id']
  return typeof sent === 'string' && SANE.test(sent) ? sent : newId()
}
