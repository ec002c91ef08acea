/**
 * HTTP to the hospital over connections that are kept, in bytes.
 *
 * fetch costs an import as much processor time as all else it does: streams of the web around every body, and 35 ms to
 * load them. An import statement for node:http would load them too, by the getters among what it exports.
 */
import type { IncomingMessage, RequestOptions } from 'node:http'
import { type Believed, openAgent } from '#foundation/tls/calls.ts'

export interface Response {
  readonly status: number
  readonly headers: Readonly<IncomingMessage['headers']>
  readonly body: Buffer
}

export interface Connection extends Disposable {
  /** Gives undefined when no whole answer came within `withinMs`, or before this was disposed of. */
  ask(path: string, options: Asking, withinMs: number): Promise<Response | undefined>
}

interface Asking {
  readonly method?: 'POST'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Buffer
}

/** Connects to `url`, when something is asked; its path is put before every other. `believed`: beside the usual authorities. */
export function connectionTo(url: string, believed?: Believed): Connection {
  const { protocol, hostname, port, pathname } = new URL(url)
  const { Agent, request } = process.getBuiltinModule(protocol === 'https:' ? 'node:https' : 'node:http')
  const agent = protocol === 'https:' && believed !== undefined ? openAgent(believed) : new Agent({ keepAlive: true })
  const base: RequestOptions = { agent, hostname: hostname.replace(/^\[|\]$/g, ''), ...(port !== '' && { port }) }
  const root = pathname.replace(/\/$/, '')
  return {
    async ask(path, { method = 'GET', headers = {}, body }, withinMs) {
      const { promise, resolve } = Promise.withResolvers<Response | undefined>()
      const asked = request({
        ...base,
        method,
        path: root + path,
        headers: { ...headers, ...(body !== undefined && { 'content-length': body.length }) },
      })
      const late = setTimeout(() => asked.destroy(), withinMs)
      asked
        .on('error', () => resolve(undefined))
        .on('response', (answer: IncomingMessage) => {
          const pieces: Buffer[] = []
          answer
            .on('data', (piece: Buffer) => pieces.push(piece))
            .on('end', () => {
              resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(pieces) })
            })
            .on('error', () => resolve(undefined))
            .on('close', () => resolve(undefined))
        })
      asked.end(body)
      return promise.finally(() => clearTimeout(late))
    },
    [Symbol.dispose]: () => agent.destroy(),
  }
}
