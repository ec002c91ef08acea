/** Requests that never become one: what Node's HTTP parser refuses is answered here, on the bare socket. */
import type { Socket } from 'node:net'
import type { Audit, Caller } from '#audit'
import { type Fault, KINDS } from '#foundation/fault.ts'
import { newId } from '#foundation/ids.ts'
import type { Log } from '#foundation/log.ts'
import { NOBODY } from './caller.ts'
import { httpFaults } from './faults.ts'
import { headersOf, outcomeOf } from './fhir/outcome.ts'
import type { Count } from './meter.ts'
import { tellRefusal } from './tell-refusal.ts'

/** https://nodejs.org/api/http.html#event-clienterror */
const FAULTS: Readonly<Record<string, () => Fault>> = {
  HPE_HEADER_OVERFLOW: httpFaults['headers-too-large'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: httpFaults['body-too-large'],
  ERR_HTTP_REQUEST_TIMEOUT: httpFaults['too-slow'],
}

const REASONS: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  408: 'Request Timeout',
  413: 'Content Too Large',
  503: 'Service Unavailable',
}

interface Tools {
  readonly audit: Audit
  readonly log: Log
  readonly count: Count
}

/** Nobody knows who it was: their headers could not be read. */
const callerOn = (socket: Socket): Caller => ({
  request: newId(),
  actor: NOBODY,
  role: '',
  purpose: '',
  address: socket.remoteAddress ?? '',
  agent: '',
  breakGlass: false,
  get gone() {
    return socket.destroyed
  },
})

const UNREADABLE = { action: 'operation', resources: [], patients: [] } as const

/** Answers a malformed or unfinished request, and hangs up. */
export function malformed({ audit, log, count }: Tools): (error: { code: string }, socket: Socket) => void {
  const answer = async (socket: Socket, refusal: Fault) => {
    const fault = await tellRefusal(audit, callerOn(socket), UNREADABLE, refusal)
    const status = KINDS[fault.kind].http
    count(status, 0)
    log.debug({ 'event.code': fault.code }, 'a malformed request was refused')
    const body = outcomeOf(fault)
    const headers = { ...headersOf(fault), 'content-length': Buffer.byteLength(body), connection: 'close' }
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
    socket.end(`HTTP/1.1 ${status} ${REASONS[status] ?? 'Refused'}\r\n${lines.join('')}\r\n${body}`)
  }
  return ({ code }, socket) => {
    // The caller hung up, or is still being sent an answer that this one would break into.
    if (code === 'ECONNRESET' || !socket.writable) {
      socket.destroy()
      return
    }
    answer(socket, (FAULTS[code] ?? httpFaults['malformed-request'])()).catch(() => socket.destroy())
  }
}
