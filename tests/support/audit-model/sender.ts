/** Sends what the model test asks over real sockets, also hanging up at some moment; sees what reached the server. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { Agent, type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http'
import type { Socket } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import type { TestHospital } from '../hospital.ts'
import { type Asked, addressOf, bodyOf, headersOf } from './steps.ts'

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** A request that the server has begun to answer. */
export interface Reached {
  /** When the server knew that the client had hung up. */
  closedMs?: number
}

export interface Sender extends Disposable {
  readonly send: (asked: Asked) => Promise<Answer>
  /** Sends, and hangs up. */
  readonly cancel: (asked: Asked) => Promise<void>
  /** By request id. */
  readonly reached: ReadonlyMap<string, Reached>
}

export const AGENT = 'a-model-test'

/** The server runs in this process: Node itself tells which requests it has got. */
export function openSender({ base, token }: Pick<TestHospital, 'base' | 'token'>, together: number): Sender {
  const agent = new Agent({ keepAlive: true, maxSockets: together })
  const reached = new Map<string, Reached>()
  const watch = (message: unknown) => {
    const { request: got, socket } = message as { request: IncomingMessage; socket: Socket }
    const one: Reached = {}
    reached.set(String(got.headers['x-request-id']), one)
    socket.once('close', () => {
      one.closedMs = Date.now()
    })
    socket.setMaxListeners(0)
  }
  subscribe('http.server.request.start', watch)

  const begin = (asked: Asked, own: Agent | false) => {
    const content = bodyOf(asked)
    const authorization = asked.token === 'none' ? undefined : `Bearer ${asked.token === 'wrong' ? 'guessed' : token}`
    const started = request(`${base}/${addressOf(asked)}`, {
      agent: own,
      method: asked.method,
      headers: {
        'user-agent': AGENT,
        'x-request-id': asked.id,
        ...(authorization && { authorization }),
        ...(content && { 'content-type': content.type, 'content-length': Buffer.byteLength(content.body) }),
        ...headersOf(asked),
        ...asked.headers,
      },
    })
    return { started, body: content?.body ?? '' }
  }

  return {
    reached,
    send: (asked) =>
      new Promise((resolve, reject) => {
        const { started, body } = begin(asked, agent)
        started.on('error', (cause) => reject(new Error(`${asked.id} ${asked.method} ${asked.path}`, { cause })))
        started.on('response', (response) => {
          const pieces: Buffer[] = []
          response.on('data', (piece) => void pieces.push(piece)).on('error', reject)
          response.on('end', () =>
            resolve({
              status: response.statusCode as number,
              headers: response.headers,
              body: Buffer.concat(pieces).toString(),
            }),
          )
        })
        started.end(body)
      }),
    async cancel(asked) {
      const { turns, sent } = asked.cancel as NonNullable<Asked['cancel']>
      const { started, body } = begin(asked, false)
      const closed = new Promise<void>((resolve) => void started.once('close', resolve))
      started.on('error', () => undefined).on('response', (response) => response.on('error', () => undefined).resume())
      if (sent >= 1) started.end(body)
      else started.write(body.slice(0, Math.floor(body.length * sent)) || ' ')
      for (let turn = 0; turn < turns; turn++) await setImmediate()
      started.destroy()
      await closed
    },
    [Symbol.dispose]() {
      unsubscribe('http.server.request.start', watch)
      agent.destroy()
    },
  }
}
