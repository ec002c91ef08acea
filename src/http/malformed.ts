/**
 * What Node's HTTP parser refuses. A request that never becomes one is answered here, on the bare socket; one that breaks off
 * in its body is its handler's, who knows what it was and tells of it once.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
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

/** The latest request of each connection, with its answer. */
export type Exchanges = WeakMap<Socket, { readonly request: IncomingMessage; readonly response: ServerResponse }>

interface Tools {
  readonly audit: Audit
  readonly log: Log
  readonly count: Count
  readonly countFault: (fault: Fault) => void
  readonly exchanges: Exchanges
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
export function malformed({
  audit,
  log,
  count,
  countFault,
  exchanges,
}: Tools): (error: { code: string }, socket: Socket) => void {
  const answer = async (socket: Socket, refusal: Fault) => {
    const fault = await tellRefusal(audit, callerOn(socket), UNREADABLE, refusal)
    const status = KINDS[fault.kind].http
    count(status, 0)
    countFault(fault)
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
    const refusal = (FAULTS[code] ?? httpFaults['malformed-request'])()
    const exchange = exchanges.get(socket)
    if (exchange?.request.complete === false) breakOff(exchange, socket, refusal)
    else answer(socket, refusal).catch(() => socket.destroy())
  }
}

/** Lets whoever reads the body know why there is no more of it; nobody does when the request has been refused already. */
function breakOff({ request, response }: NonNullable<ReturnType<Exchanges['get']>>, socket: Socket, why: Fault): void {
  if (response.writableFinished) socket.destroySoon()
  else {
    // Whatever comes after it on this connection can't be read.
    response.shouldKeepAlive = false
    response.once('finish', () => socket.destroySoon())
  }
  if (request.listenerCount('error') > 0) request.emit('error', why)
}
